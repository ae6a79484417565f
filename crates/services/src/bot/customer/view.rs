//! The one message that follows an order along its life, as its customer sees it.

use crate::app::snapshot::{Snapshot, Taker};
use crate::bot::words::{Words, minutes, press, short_name};
use crate::domain::{OrderId, State};
use torg_platform::{Timestamp, UserId};
use torg_telegram::content::{Button, Content};
use torg_telegram::links::Links;
use torg_telegram::texts;

/// Key of the message of this order.
pub(in crate::bot) fn key(order: &str) -> String {
    format!("services.order/{order}/customer")
}

/// Key of the reminder number `n`.
pub(in crate::bot) fn reminder_key(order: &str, n: usize) -> String {
    format!("services.order/{order}/remind/{n}")
}

/// Key of the message about the take in this slot.
pub(in crate::bot) fn taken_key(order: &str, slot: i64) -> String {
    format!("services.order/{order}/taken/{slot}")
}

/// Key of the note that writing to executors is no answer.
pub(in crate::bot) fn hint_key(order: &str) -> String {
    format!("services.order/{order}/hint")
}

/// Key of the message that the staff took it out.
pub(in crate::bot) fn removed_key(order: &str) -> String {
    format!("services.order/{order}/removed")
}

/// The order with what has happened to it and what can be done now.
pub(in crate::bot) fn timeline(words: Words, links: &Links, order: &Snapshot) -> Content {
    let mut text = format!("{}\n", words.title(&order.order));
    text.push_str(&words.say(
        "order.description",
        &[("text", (&order.order.description).into())],
    ));
    for (at, line) in steps(words, order) {
        text.push_str(&format!("\n{} {line}", texts::time(at)));
    }
    if let Some(hint) = hint(words, order) {
        text.push_str("\n\n");
        text.push_str(&hint);
    }
    buttons(words, links, order)
        .into_iter()
        .fold(Content::html(text), Content::row)
}

/// What has happened, oldest first.
fn steps(words: Words, order: &Snapshot) -> Vec<(Timestamp, String)> {
    let mut steps = vec![(order.order.created_at, words.say("step.posted", &[]))];
    for taker in &order.takers {
        let rating = words.stars(taker.rating);
        let args = [
            ("slot", taker.slot.into()),
            ("rating", rating.as_str().into()),
        ];
        steps.push((taker.taken_at, words.say("step.taken", &args)));
    }
    let completed = order.state == State::Completed;
    if let Some(at) = order.order.responded_at {
        steps.push((at, words.say("step.answered", &[])));
    }
    if let Some(at) = order.over_since() {
        let slot = order.order.completed_by.and_then(|user| order.taker(user));
        let slot = slot.map_or(1, |taker| taker.slot);
        let end = match order.state {
            State::Completed => words.say("step.completed", &[("slot", slot.into())]),
            State::Deleted if order.removed => words.say("step.removed", &[]),
            State::Deleted => words.say("step.deleted", &[]),
            State::ClosedNoResponse => words.say("step.refunded", &[]),
            // Closed by its customer, or by the clock.
            State::ExpiredAnswered if at < order.order.expires_at() => {
                words.say("step.closed", &[])
            }
            State::Open
            | State::Taken
            | State::Answered
            | State::Expired
            | State::ExpiredWaiting
            | State::ExpiredAnswered => words.say("step.expired", &[]),
        };
        steps.push((at, end));
    } else if order.state == State::ExpiredWaiting {
        steps.push((order.order.expires_at(), words.say("step.expired", &[])));
    }
    if completed && let Some(stars) = order.takers.iter().find_map(|taker| taker.stars) {
        let at = order.over_since().unwrap_or(order.now);
        steps.push((at, words.say("step.reviewed", &[("stars", stars.into())])));
    }
    steps.sort_by_key(|(at, _)| *at);
    steps
}

/// What to do now, and until when.
fn hint(words: Words, order: &Snapshot) -> Option<String> {
    let until = texts::time(order.order.expires_at());
    let until = [("time", until.as_str().into())];
    Some(match order.state {
        State::Open => words.say("hint.open", &until),
        State::Taken | State::ExpiredWaiting => {
            let due = order.order.silent_at().unwrap_or(order.now);
            let (time, left) = (texts::time(due), minutes(order.now, due));
            words.say(
                "hint.waiting",
                &[("time", (&time).into()), ("n", left.into())],
            )
        }
        State::Answered if order.is_full() => words.say("hint.full", &[]),
        State::Answered => words.say("hint.answered", &until),
        State::Expired => words.say("hint.expired", &[]),
        State::ExpiredAnswered => words.say("hint.complete", &[]),
        State::Completed if reviewed(order) => return None,
        State::Completed => words.say("hint.review", &[]),
        State::ClosedNoResponse | State::Deleted => return None,
    })
}

fn buttons(words: Words, links: &Links, order: &Snapshot) -> Vec<Vec<Button>> {
    let id = &order.order.id;
    let one = |key: &str, what: &str| words.press(key, format_args!("{what}:{id}"));
    let write_to: Vec<Button> = match order.may_talk() {
        true => order
            .takers
            .iter()
            .map(|t| write(words, order, t))
            .collect(),
        false => Vec::new(),
    };
    let repeat = vec![one("button.repeat", "repeat")];
    match order.state {
        State::Open => {
            let edit = links
                .app(&format!("order_{id}"))
                .map(|url| Button::web_app(words.plain("button.edit", &[]), url));
            vec![
                edit.into_iter().collect(),
                vec![one("button.delete", "close")],
            ]
        }
        State::Taken | State::ExpiredWaiting => vec![
            vec![answered(words, id)],
            write_to,
            vec![one("button.done", "done"), one("button.close", "close")],
        ],
        State::Answered => vec![
            write_to,
            vec![one("button.done", "done"), one("button.close", "close")],
        ],
        State::ExpiredAnswered => vec![write_to, vec![one("button.done", "done")], repeat],
        State::Completed => {
            let stars = match (reviewed(order), order.order.completed_by) {
                (false, Some(executor)) => stars(order, executor),
                (true, _) | (_, None) => Vec::new(),
            };
            vec![stars, write_to, repeat]
        }
        State::Deleted if order.removed => Vec::new(),
        State::Expired | State::ClosedNoResponse | State::Deleted => vec![repeat],
    }
}

/// Whether the one who did the job has had their stars.
fn reviewed(order: &Snapshot) -> bool {
    let done = order.order.completed_by.and_then(|user| order.taker(user));
    done.is_none_or(|taker| taker.stars.is_some())
}

fn stars(order: &Snapshot, executor: UserId) -> Vec<Button> {
    let id = &order.order.id;
    (1..=5)
        .map(|n| press(format!("{n} ★"), format_args!("star:{id}:{executor}:{n}")))
        .collect()
}

fn write(words: Words, order: &Snapshot, taker: &Taker) -> Button {
    let text = words.plain("button.write_to", &[("slot", taker.slot.into())]);
    let (id, user) = (&order.order.id, taker.user);
    press(text, format_args!("talk:{id}:{user}"))
}

/// Asks who did the job.
pub(in crate::bot) fn who_did_it(words: Words, order: &Snapshot) -> Content {
    let id = &order.order.id;
    let text = format!(
        "{}\n\n{}",
        words.title(&order.order),
        words.say("complete.who", &[])
    );
    let choices = order.takers.iter().map(|taker| {
        let rating = words.stars(taker.rating);
        let args = [
            ("slot", taker.slot.into()),
            ("rating", rating.as_str().into()),
        ];
        let text = words.plain("complete.executor", &args);
        vec![press(text, format_args!("done:{id}:{}", taker.user))]
    });
    choices
        .fold(Content::html(text), Content::row)
        .row([words.press("button.back", format_args!("order:{id}"))])
}

/// Asks whether the order is really to be closed.
pub(in crate::bot) fn really_close(words: Words, order: &Snapshot) -> Content {
    let id = &order.order.id;
    let question = match order.state {
        State::Taken | State::ExpiredWaiting => words.say("close.refund", &[]),
        State::Open
        | State::Answered
        | State::Expired
        | State::ExpiredAnswered
        | State::ClosedNoResponse
        | State::Completed
        | State::Deleted => words.say("close.sure", &[]),
    };
    Content::html(format!("{}\n\n{question}", words.title(&order.order)))
        .row([words.press("button.yes_close", format_args!("close:{id}:yes"))])
        .row([words.press("button.back", format_args!("order:{id}"))])
}

/// Somebody waits: the first message (0), or a reminder.
pub(in crate::bot) fn reminder(words: Words, order: &Snapshot, n: usize) -> Content {
    let due = order.order.silent_at().unwrap_or(order.now);
    let left = minutes(order.now, due);
    let name = short_name(&order.order);
    let key = match n {
        0 => "remind.first",
        1 | 2 => "remind.again",
        _ => "remind.last",
    };
    let count = i64::try_from(order.takers.len()).unwrap_or_default();
    let text = words.say(
        key,
        &[
            ("name", (&name).into()),
            ("count", count.into()),
            ("n", left.into()),
        ],
    );
    Content::html(format!("{text}\n\n{}", words.title(&order.order)))
        .row([answered(words, &order.order.id)])
}

/// One more executor has paid.
pub(in crate::bot) fn one_more(words: Words, order: &Snapshot, slot: i64) -> Content {
    let name = short_name(&order.order);
    let args = [("slot", slot.into()), ("name", (&name).into())];
    let content = Content::html(words.say("remind.more", &args));
    match order.state.may_refund() {
        true => content.row([answered(words, &order.order.id)]),
        false => content,
    }
}

/// The staff has taken it out.
pub(in crate::bot) fn removed(words: Words, order: &Snapshot) -> Content {
    let name = short_name(&order.order);
    Content::html(words.say("removed.told", &[("name", (&name).into())]))
}

/// "I answered".
pub(in crate::bot) fn answered(words: Words, order: &OrderId) -> Button {
    words.press("button.answered", format_args!("answered:{order}"))
}
