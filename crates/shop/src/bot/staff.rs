//! Orders as the operator's staff sees them, and what it does with them: whoever presses must have
//! the role for it, which is read in the unit of work that does it.

use super::press::{Press, Question};
use super::say::Say;
use super::timeline::{head, history, number, only_keys, status};
use super::{PURCHASE_LINK, ShopBot, by};
use crate::app::fulfil_order::{MoveOrder, deliver_order, fulfil_order};
use crate::app::get_order::{Reader, get_order};
use crate::app::refund_order::{RefundOrder, refund_order};
use crate::domain::{OrderId, Refusal, Status};
use crate::error::Error as ShopError;
use crate::events::view::OrderView;
use torg_platform::auth::{self, Role, Roles};
use torg_platform::db::Tx;
use torg_platform::{Error, Kind, Result, UserId};
use torg_telegram::bot::Talk;
use torg_telegram::content::{Button, Content};
use torg_telegram::links::Links;
use torg_telegram::texts::Arg;

/// Longest reason, as in the API.
const REASON_CHARS: usize = 500;

/// Where an order is shown to the staff.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// To somebody with these roles, in their own chat.
    Member(Roles),
    /// In the operators' group, where anybody might press: its button leads to one's own chat.
    Group(&'a Links),
}

impl ShopBot {
    /// An order, for somebody of the staff.
    pub(super) fn staff_order(tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        let roles = auth::roles(tx, talk.user())?;
        if roles.is_empty() {
            return Err(ShopError::from(Refusal::OrderNotFound).into());
        }
        let order = get_order(tx, id, Reader::Staff(None))?;
        let content = content(tx, Say(talk.lang), &order, Place::Member(roles))?;
        talk.replace(tx, &content)
    }

    /// The goods have gone out.
    pub(super) fn fulfil(tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        require(tx, talk.user(), Role::Moderator)?;
        fulfil_order(tx, &moving(talk, id))?;
        Self::staff_order(tx, talk, id)
    }

    /// The goods have arrived.
    pub(super) fn deliver(tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        require(tx, talk.user(), Role::Moderator)?;
        deliver_order(tx, &moving(talk, id))?;
        Self::staff_order(tx, talk, id)
    }

    /// Asks why the money goes back.
    pub(super) fn ask_why(tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId) -> Result<()> {
        require(tx, talk.user(), Role::Finance)?;
        let order = get_order(tx, id, Reader::Staff(None))?;
        if !matches!(order.status, Status::Paid | Status::Fulfilled) {
            return Err(ShopError::from(Refusal::IllegalStep { from: order.status }).into());
        }
        talk.ask(tx, &Question::Refund(id.clone()).write())?;
        let say = Say(talk.lang);
        let (number, left) = (number(id), say.sum(left(&order)));
        let args = [("number", (&number).into()), ("sum", (&left).into())];
        talk.say(tx, &Content::html(say.html("staff.why", &args)))
    }

    /// The answer: all that is left of the money goes back. The role is asked for again, because
    /// the question may have been open for an hour.
    pub(super) fn refund(tx: &mut Tx<'_>, talk: &mut Talk, id: &OrderId, text: &str) -> Result<()> {
        require(tx, talk.user(), Role::Finance)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let reason = words.join(" ");
        if reason.chars().count() > REASON_CHARS || reason.contains(char::is_control) {
            let message = "must have at most 500 characters and none that control";
            return Err(Error::field("reason", message));
        }
        if reason.is_empty() {
            return Err(Error::field("reason", "must not be empty"));
        }
        let cmd = RefundOrder {
            id: id.clone(),
            by: by(talk),
            amount: None,
            reason,
            restock: None,
        };
        refund_order(tx, &cmd)?;
        talk.end_dialog(tx)?;
        Self::staff_order(tx, talk, id)
    }
}

fn moving(talk: &Talk, id: &OrderId) -> MoveOrder {
    MoveOrder {
        id: id.clone(),
        by: by(talk),
        note: String::new(),
    }
}

/// Refuses whoever has not the role for it, as the API does.
fn require(tx: &mut Tx<'_>, user: UserId, role: Role) -> Result<()> {
    if auth::roles(tx, user)?.cover(role) {
        return Ok(());
    }
    let text = "You may not do this";
    Err(Error::new(Kind::Denied, "role_required", text))
}

fn left(order: &OrderView) -> torg_platform::money::Money<torg_platform::money::Rub> {
    order
        .total
        .0
        .checked_sub(order.refunded.0)
        .unwrap_or(order.total.0)
}

/// The message about an order; `order` was read as the staff reads it, so it has no keys.
pub(super) fn content(
    tx: &mut Tx<'_>,
    say: Say,
    order: &OrderView,
    place: Place<'_>,
) -> Result<Content> {
    let customer = match order.customer_id {
        Some(user) => customer(tx, say, user)?,
        None => {
            let email = order.user_email.as_deref().unwrap_or_default();
            say.html("staff.guest", &[("email", email.into())])
        }
    };
    let lines = [
        head(say, order),
        customer,
        status(say, order),
        history(say, order),
    ];
    let content = Content::html(lines.join("\n\n"));
    let roles = match place {
        Place::Member(roles) => roles,
        Place::Group(links) => {
            let to = links.start(&format!("{PURCHASE_LINK}{}", order.id));
            return Ok(content.row([Button::url(say.plain("staff.open", &[]), to)]));
        }
    };
    let id = || order.id.clone();
    let mut row = Vec::new();
    if roles.cover(Role::Moderator) {
        match order.status {
            Status::Paid => row.push(say.button("staff.fulfil", &[], &Press::Fulfil(id()))),
            Status::Fulfilled if !only_keys(order) => {
                row.push(say.button("staff.deliver", &[], &Press::Deliver(id())));
            }
            Status::Created
            | Status::Reserved
            | Status::PaymentPending
            | Status::Fulfilled
            | Status::Delivered
            | Status::Canceled
            | Status::Expired
            | Status::Refunded => {}
        }
    }
    if roles.cover(Role::Finance) && matches!(order.status, Status::Paid | Status::Fulfilled) {
        row.push(say.button("staff.refund", &[], &Press::Refund(id())));
    }
    let again = say.button("staff.refresh", &[], &Press::Staff(id()));
    Ok(content.row(row).row([again]))
}

fn customer(tx: &mut Tx<'_>, say: Say, user: UserId) -> Result<String> {
    let person = auth::person(tx, user)?;
    let name = match &person {
        Some(person) => person.first_name.clone(),
        None => user.to_string(),
    };
    let link = format!("tg://user?id={user}");
    let args = [("name", Arg::Text(&name)), ("link", Arg::Text(&link))];
    Ok(say.html("staff.customer", &args))
}
