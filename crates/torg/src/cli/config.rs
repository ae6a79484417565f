//! `torg config`: look at the settings.

use super::failure::Failure;
use super::out::say;
use super::{Settings, sections};
use clap::Subcommand;
use torg_platform::config::{self, Purpose};

/// Look at the settings
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check the settings of `torg serve`; lists every problem and exits with 2 if there is one
    Check,
    /// Print the settings in effect and where each comes from; secrets print as ***
    Show,
    /// Print the defaults with the meaning of each setting: the beginning of a file of your own
    Default,
}

impl Command {
    pub(super) fn run(&self, settings: &Settings) -> Result<(), Failure> {
        match self {
            Self::Check => {
                settings.load(Purpose::Serve)?;
                say("the settings are fine");
            }
            Self::Show => say(settings.load(Purpose::Tool)?.show().trim_end()),
            Self::Default => {
                say(config::DEFAULTS.trim_end());
                for section in sections() {
                    say(format_args!("\n{}", section.defaults().trim_end()));
                }
            }
        }
        Ok(())
    }
}
