//! `torg admin`: who belongs to the operator's staff. Each change is in the audit trail.

use super::failure::Failure;
use super::out::say;
use super::{Settings, runtime};
use crate::{assemble, telegram};
use clap::{Args, Subcommand};
use torg_platform::auth::{Role, staff};
use torg_platform::clock::Clock;
use torg_platform::config::{Config, Purpose};
use torg_platform::db::{Db, Tx};
use torg_platform::{Error, UserId};
use torg_telegram::bot;

/// In the audit trail: whoever may run this program on the database.
const WHO: &str = "command-line";

/// Who belongs to the operator's staff
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Give somebody a role
    Grant(Membership),
    /// Take a role away
    Revoke(Membership),
    /// List everybody who has one
    List,
    /// Show what makes the first person who sends it to the bot the owner
    SetupCode,
}

/// Somebody's role.
#[derive(Debug, Args)]
pub(super) struct Membership {
    /// Their Telegram user id
    #[arg(value_parser = clap::value_parser!(i64).range(1..))]
    user_id: i64,
    /// owner (everything), finance (money), moderator (people and content), support (reads and
    /// notes) or read_only
    #[arg(value_parser = role)]
    role: Role,
}

fn role(name: &str) -> Result<Role, String> {
    let all = || Role::ALL.map(Role::as_str).join(", ");
    Role::parse(name).ok_or_else(|| format!("the roles are: {}", all()))
}

impl Command {
    pub(super) fn run(&self, settings: &Settings) -> Result<(), Failure> {
        let config = settings.load(Purpose::Tool)?;
        if matches!(self, Self::SetupCode) {
            return show_code(&config);
        }
        let db = assemble::open_database(&config, &Clock::Real)?;
        let runtime = runtime()?;
        let outcome = runtime.block_on(async {
            let outcome = self.execute(&db).await;
            db.close().await;
            outcome
        });
        Ok(outcome?)
    }

    async fn execute(&self, db: &Db) -> Result<(), Error> {
        match self {
            Self::Grant(Membership { user_id, role }) => {
                let (user, role) = (UserId(*user_id), *role);
                let grant = move |tx: &mut Tx<'_>| staff::grant(tx, user, role, WHO);
                let new = db.write("platform.grant_role", grant).await?;
                let word = if new { "is now" } else { "was already" };
                say(format_args!("{user} {word} {}", role.as_str()));
            }
            Self::Revoke(Membership { user_id, role }) => {
                let (user, role) = (UserId(*user_id), *role);
                let revoke = move |tx: &mut Tx<'_>| staff::revoke(tx, user, role, WHO);
                let had = db.write("platform.revoke_role", revoke).await?;
                let word = if had { "is no longer" } else { "was not" };
                say(format_args!("{user} {word} {}", role.as_str()));
            }
            Self::SetupCode => {}
            Self::List => {
                for grant in db.read("platform.list_staff", staff::list).await? {
                    let (user, role) = (grant.user_id, grant.role.as_str());
                    let (at, by) = (grant.granted_at, grant.granted_by);
                    say(format_args!("{user:<14} {role:<10} since {at} by {by}"));
                }
            }
        }
        Ok(())
    }
}

fn show_code(config: &Config) -> Result<(), Failure> {
    let code = bot::setup_code(&config.auth.jwt_secret);
    if code.is_empty() {
        let text = "auth.jwt_secret is not set: the code is made from it";
        return Err(Failure::Failed(text.to_owned()));
    }
    let payload = code.expose();
    say(format_args!("/start {payload}"));
    if !config.telegram.bot_username.is_empty() {
        let link = telegram::links(config, "", false).start(payload);
        say(format_args!("{link}"));
    }
    say("It works once, while nobody is the owner.");
    Ok(())
}
