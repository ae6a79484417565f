//! A disk that forgets: what was synced stays, of everything else any 512-byte sector may be there,
//! be missing, or be half written when the power goes.
//!
//! Names are durable at once: a file that was made is there, one that was deleted is not. What a
//! sector held before is never damaged by a write beside it, as SQLite assumes too.

use super::trace::Event;
use crate::dice::{Dice, mix};
use std::collections::{BTreeMap, HashMap};

/// What a disk writes as one.
const SECTOR: usize = 512;

/// The files of a folder, by name.
pub(crate) type Image = BTreeMap<String, Vec<u8>>;

#[derive(Debug, Default)]
struct File {
    durable: Vec<u8>,
    /// Written and not synced, oldest first.
    pending: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    number: u64,
    at: usize,
    data: Vec<u8>,
}

/// A folder on that disk.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    files: BTreeMap<String, File>,
    number: u64,
    /// How much was written when each sync began.
    syncs: HashMap<u64, u64>,
}

impl Disk {
    /// Everything in `image` is durable.
    pub(crate) fn new(image: &Image) -> Self {
        let file = |(name, bytes): (&String, &Vec<u8>)| {
            let file = File {
                durable: bytes.clone(),
                pending: Vec::new(),
            };
            (name.clone(), file)
        };
        Self {
            files: image.iter().map(file).collect(),
            ..Self::default()
        }
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        self.number += 1;
        match event {
            Event::Write { file, at, data } => {
                let file = self.files.entry(file.clone()).or_default();
                file.pending.push(Pending {
                    number: self.number,
                    at: *at,
                    data: data.clone(),
                });
            }
            Event::SyncBegun { sync } => {
                self.syncs.insert(*sync, self.number);
            }
            Event::SyncEnded { sync, file } => {
                let before = self.syncs.remove(sync).unwrap_or(0);
                if let Some(file) = self.files.get_mut(file) {
                    file.sync(before);
                }
            }
            Event::Truncate { file, length } => {
                let file = self.files.entry(file.clone()).or_default();
                file.durable.resize(*length, 0);
                // What was written beyond the new end is gone with it.
                file.pending.retain_mut(|p| {
                    p.data.truncate(length.saturating_sub(p.at));
                    !p.data.is_empty()
                });
            }
            Event::Unlink { file } => {
                self.files.remove(file);
            }
            Event::Acknowledged { .. } => {}
        }
    }

    /// Whether something written to this file is not durable yet.
    pub(crate) fn is_pending(&self, name: &str) -> bool {
        let file = self.files.get(name);
        file.is_some_and(|file| !file.pending.is_empty())
    }

    /// What is on the disk after a cut now.
    pub(crate) fn cut(&self, dice: &mut Dice) -> Image {
        let cut = |(name, file): (&String, &File)| (name.clone(), file.cut(dice.next()));
        self.files.iter().map(cut).collect()
    }
}

impl File {
    fn sync(&mut self, before: u64) {
        let kept = self.pending.partition_point(|p| p.number < before);
        for Pending { at, data, .. } in self.pending.drain(..kept) {
            put(&mut self.durable, at, &data);
        }
    }

    fn cut(&self, seed: u64) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        let all = u64::try_from(self.pending.len()).unwrap_or(u64::MAX);
        for (order, p) in (1_u64..).zip(&self.pending) {
            let mut from = 0;
            while from < p.data.len() {
                let place = p.at + from;
                let to = p.data.len().min(from + SECTOR - place % SECTOR);
                let piece = p.data.get(from..to).unwrap_or_default();
                let sector = u64::try_from(place / SECTOR).unwrap_or(0);
                let chance = mix(seed ^ mix(sector));
                // Each sector has come to a moment of its own: everything, nothing, or a part of
                // what was written to it, in order.
                let reached = match chance % 3 {
                    0 => all,
                    1 => 0,
                    _ => mix(chance) % (all + 1),
                };
                if order < reached || order == reached && !chance.is_multiple_of(5) {
                    put(&mut bytes, place, piece);
                } else if order == reached {
                    // Torn: the last one that it came to stands there in part.
                    let half = usize::try_from(mix(chance ^ 1) % 512).unwrap_or(0) % piece.len();
                    put(&mut bytes, place, piece.get(..half).unwrap_or_default());
                }
                from = to;
            }
        }
        bytes
    }
}

fn put(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    let end = at + data.len();
    if data.is_empty() {
        return;
    }
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    if let Some(place) = bytes.get_mut(at..end) {
        place.copy_from_slice(data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(at: usize, byte: u8, length: usize) -> Event {
        Event::Write {
            file: "f".to_owned(),
            at,
            data: vec![byte; length],
        }
    }

    #[test]
    fn what_was_synced_stays_and_the_rest_is_chance() {
        let mut disk = Disk::default();
        disk.apply(&write(0, 1, 2048));
        disk.apply(&Event::SyncBegun { sync: 1 });
        // Written while the sync was under way: not covered by it.
        disk.apply(&write(2048, 2, 2048));
        disk.apply(&Event::SyncEnded {
            sync: 1,
            file: "f".to_owned(),
        });
        let mut dice = Dice::new(1);
        let (mut kept, mut missing, mut torn) = (0, 0, 0);
        for _ in 0..200 {
            let image = disk.cut(&mut dice);
            let bytes = &image["f"];
            assert!(bytes[..2048].iter().all(|b| *b == 1));
            for sector in bytes[2048..].chunks(SECTOR) {
                let twos = sector.iter().filter(|b| **b == 2).count();
                kept += usize::from(twos == SECTOR);
                missing += usize::from(twos == 0);
                torn += usize::from(0 < twos && twos < SECTOR);
            }
        }
        assert!(
            kept > 100 && missing > 10 && torn > 10,
            "{kept} {missing} {torn}"
        );
    }

    #[test]
    fn names_are_durable_at_once() {
        let mut disk = Disk::default();
        disk.apply(&write(0, 1, 600));
        disk.apply(&Event::Truncate {
            file: "f".to_owned(),
            length: 10,
        });
        let image = disk.cut(&mut Dice::new(1));
        assert_eq!(image["f"].len(), 10);
        disk.apply(&Event::Unlink {
            file: "f".to_owned(),
        });
        assert!(disk.cut(&mut Dice::new(1)).is_empty());
    }
}
