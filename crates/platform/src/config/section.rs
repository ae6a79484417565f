//! One section: how it is declared, and how all of its problems are found, not only the first.

use super::layers::Layers;
use super::report::Report;
use serde::de::DeserializeOwned;

/// A section of settings that belongs to a market.
///
/// The type is the section's form (give it `#[serde(deny_unknown_fields)]`), [`Section::DEFAULTS`]
/// its commented defaults; a key exists when both have it.
pub trait Section: DeserializeOwned {
    /// Its name: the market's.
    const NAME: &'static str;
    /// A TOML document with the one section, every key documented.
    const DEFAULTS: &'static str;

    /// Looks for values that have the right type and are still wrong. Subjects are spelled
    /// `section.key`.
    fn check(&self, report: &mut Report) {
        let _nothing_to_find = report;
    }

    /// Those settings, spelled `section.key`, that are switched on and must never be where
    /// strangers can reach them.
    fn development_switches(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

/// A section as the application lists it.
#[derive(Debug, Clone, Copy)]
pub struct SectionSpec {
    pub(super) defaults: &'static str,
    pub(super) read: fn(&mut Layers, &mut Report) -> Vec<&'static str>,
}

impl SectionSpec {
    /// Its commented defaults.
    pub fn defaults(&self) -> &'static str {
        self.defaults
    }

    /// The section that `T` is.
    pub fn of<T: Section>() -> Self {
        Self {
            defaults: T::DEFAULTS,
            read: |layers, report| {
                let Some(section) = read::<T>(layers, T::NAME, report) else {
                    return Vec::new();
                };
                section.check(report);
                section.development_switches()
            },
        }
    }
}

/// Reads a section. A value that cannot be read is reported and replaced by its default, until
/// all the rest could be read too.
pub(super) fn read<T: DeserializeOwned>(
    layers: &mut Layers,
    name: &str,
    report: &mut Report,
) -> Option<T> {
    loop {
        let Some(values) = layers.values.get(name).cloned() else {
            report.add(name, "the program does not define this section");
            return None;
        };
        match serde_path_to_error::deserialize::<_, T>(values) {
            Ok(section) => return Some(section),
            Err(error) => {
                let key = error.path().to_string();
                let key = key.split(['.', '[']).next().unwrap_or_default();
                report.add(format!("{name}.{key}"), error.inner().message());
                if !layers.reset(name, key) {
                    return None;
                }
            }
        }
    }
}
