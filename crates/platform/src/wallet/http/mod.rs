//! The wire: paths, shapes and who may call.

mod admin;
mod decisions;
mod lists;
mod proof;
mod views;
mod wallet;
mod withdraw;

use super::Wallet;
use crate::audit::By;
use crate::auth::{Actor, Role};
use crate::error::{Error, Result};
use crate::http::{Api, Origin, Policy, operations};

/// Longest note of an operator, in characters.
const NOTE_MAX: usize = 1000;

/// All routes.
pub(super) fn api(wallet: Wallet) -> Api {
    let finance = Policy::Role(Role::Finance);
    Api::new()
        .routes(Policy::User, operations!(wallet::get_wallet))
        .routes(Policy::User, operations!(lists::list_transactions))
        .routes(Policy::User, operations!(lists::list_deposits))
        .routes(
            Policy::User,
            operations!(withdraw::create_withdrawal, lists::list_withdrawals),
        )
        .routes(Policy::User, operations!(lists::get_withdrawal))
        .routes(Policy::User, operations!(withdraw::cancel_withdrawal))
        .routes(Policy::User, operations!(proof::create_challenge))
        .routes(Policy::User, operations!(proof::prove_wallet))
        .routes(Policy::Admin, operations!(admin::get_position))
        .routes(Policy::Admin, operations!(admin::list_withdrawals))
        .routes(Policy::Admin, operations!(admin::list_deposits))
        .routes(finance, operations!(decisions::approve_withdrawal))
        .routes(finance, operations!(decisions::reject_withdrawal))
        .routes(finance, operations!(decisions::assign_deposit))
        .routes(finance, operations!(decisions::keep_deposit))
        .routes(finance, operations!(decisions::return_deposit))
        .routes(finance, operations!(decisions::halt_withdrawals))
        .routes(finance, operations!(decisions::resume_withdrawals))
        .with_state(wallet)
}

/// A person, in the request of `origin`.
fn by_person(actor: &Actor, origin: Origin) -> By {
    By {
        actor: format!("user/{}", actor.user),
        request_id: origin.request_id,
    }
}

/// What an operator has written.
fn check_note(note: &str) -> Result<()> {
    let length = note.chars().count();
    if note.trim().is_empty() || length > NOTE_MAX || note.contains(char::is_control) {
        let message = format!("must have 1 to {NOTE_MAX} characters and none that control");
        return Err(Error::field("note", message));
    }
    Ok(())
}
