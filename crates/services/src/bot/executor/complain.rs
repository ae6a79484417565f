//! What was wrong with an order that somebody has paid for.

use crate::app::file_complaint::file_complaint;
use crate::bot::Bot;
use crate::bot::customer::acts::order;
use crate::bot::words::press;
use crate::domain::{Complaint, ComplaintReason, OrderId, Refusal};
use crate::error::Error;
use torg_platform::Result;
use torg_platform::db::Tx;
use torg_telegram::bot::Talk;
use torg_telegram::content::Content;
use torg_telegram::texts::Arg;

impl Bot {
    /// Asks why.
    pub(in crate::bot) fn complain(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
    ) -> Result<()> {
        let (words, found) = (self.words(talk), order(tx, id)?);
        if found.taker(talk.user()).is_none() {
            return Err(Error::from(Refusal::NotTakenByYou).into());
        }
        let title = words.title(&found.order);
        let question = words.say("complain.why", &[("title", Arg::Html(&title))]);
        let reasons = ComplaintReason::ALL.into_iter().map(|reason| {
            let data = format_args!("complain:{id}:{}", reason.slug()).to_string();
            [press(words.reason(reason), data)]
        });
        // The message with the contact stays.
        talk.say(tx, &reasons.fold(Content::html(question), Content::row))
    }

    /// Files the complaint.
    pub(in crate::bot) fn complain_of(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        reason: &str,
    ) -> Result<()> {
        let complaint = Complaint::check(reason, None)?;
        match file_complaint(tx, talk.user(), id, &complaint) {
            Ok(_) => {}
            Err(error) => self.old_button(tx, talk, error)?,
        }
        let done = Content::html(self.words(talk).say("complain.done", &[]));
        talk.replace(tx, &done)
    }
}
