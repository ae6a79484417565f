//! Stars for the executor, and words to them.

use crate::app::comment_review::comment_review;
use crate::app::leave_review::leave_review;
use crate::bot::Bot;
use crate::bot::question::Question;
use crate::domain::{OrderId, Refusal, Review};
use crate::error::Error;
use torg_platform::db::Tx;
use torg_platform::{Result, UserId};
use torg_telegram::bot::Talk;
use torg_telegram::content::Content;

impl Bot {
    /// Stars: they count at once, words may follow.
    pub(in crate::bot) fn star(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        executor: UserId,
        stars: &str,
    ) -> Result<()> {
        let review = Review::check(stars.parse().unwrap_or_default(), None)?;
        let words = self.words(talk);
        match leave_review(tx, talk.user(), id, Some(executor), &review) {
            Ok(_) => {
                Question::Comment(id.to_string(), executor).ask(tx, talk)?;
                let thanks = Content::html(words.say("review.thanks", &[]))
                    .row([words.press("review.no_comment", "silent")]);
                talk.say(tx, &thanks)?;
            }
            Err(error) => self.old_button(tx, talk, error)?,
        }
        self.refresh_own(tx, talk, id)
    }

    /// Words to the stars.
    pub(in crate::bot) fn comment(
        &self,
        tx: &mut Tx<'_>,
        talk: &mut Talk,
        id: &OrderId,
        executor: UserId,
        text: &str,
    ) -> Result<()> {
        let words = self.words(talk);
        match comment_review(tx, talk.user(), id, executor, text) {
            Ok(()) | Err(Error::Refused(Refusal::AlreadyReviewed)) => {}
            // Too long: the question stays open.
            Err(Error::Malformed(_)) => {
                return talk.say(tx, &Content::html(words.say("wrong.comment", &[])));
            }
            Err(error) => return Err(error.into()),
        }
        talk.end_dialog(tx)?;
        talk.say(tx, &Content::html(words.say("review.done", &[])))
    }

    /// No words.
    pub(in crate::bot) fn no_comment(&self, tx: &mut Tx<'_>, talk: &mut Talk) -> Result<()> {
        if let Some(Question::Comment(..)) = Question::of(talk) {
            talk.end_dialog(tx)?;
        }
        let done = Content::html(self.words(talk).say("review.done", &[]));
        talk.replace(tx, &done)
    }
}
