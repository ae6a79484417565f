//! `torg-prove power`: the power goes, and what was not synced is on the disk or not, sector by
//! sector.
//!
//! What a real writer does to its files is recorded call by call. A cut at a random place of the
//! recording leaves what was synced before, and of the rest what chance leaves ([`disk`]). On every
//! image SQLite must find a sound database, with every effect whose answer had begun to leave, and
//! no half ones; `torg verify` agrees on some. Recordings go on from an image of the one before, so
//! that recovery is cut too.
//!
//! The control run writes with `synchronous = NORMAL`, and must lose something.

mod check;
mod disk;
mod record;
mod trace;
pub(crate) mod writer;

use crate::dice::Dice;
use crate::report::Report;
use crate::server::Launch;
use check::{DATABASE, Found, look};
use disk::{Disk, Image};
use record::{Job, Who, record};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use trace::Event;
use writer::Durable;

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Plan {
    /// How many.
    #[arg(long, default_value_t = 600)]
    cuts: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Of what; `normal` writes with our own writer only, and is expected to hold, which it will not.
    #[arg(long, value_enum, default_value = "full")]
    synchronous: Durable,
    /// Cuts of one recording.
    #[arg(long, default_value_t = 150)]
    per_recording: usize,
    /// Requests in one recording.
    #[arg(long, default_value_t = 300)]
    requests: usize,
}

/// Of this many images `torg verify` looks at one.
const VERIFIED: usize = 100;
/// Recordings that go on from each other before there is a new database.
const CHAIN: usize = 4;
/// Cuts of the control run.
const CONTROL: usize = 100;
/// Numbers between the first requests of two recordings.
const STEP: usize = 1_000_000;

/// Sums of one kind of run.
#[derive(Debug, Default)]
struct Sums {
    recordings: usize,
    cuts: usize,
    /// Of them, while something in the log was not durable; while something in the database itself
    /// was not: in a checkpoint, or before the log.
    cuts_in_log: usize,
    cuts_in_database: usize,
    events: usize,
    /// Acknowledged before a cut, summed over all cuts.
    acknowledged: usize,
    /// Acknowledged and not there.
    lost: usize,
    cuts_with_loss: usize,
    /// There without an answer: nobody was told.
    unacknowledged: usize,
    corrupt: usize,
    unbalanced: usize,
    verified: usize,
    verify_failed: usize,
}

/// Where images are laid out; memory, when there is a file system of it.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Result<Self, String> {
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() {
            memory.to_owned()
        } else {
            std::env::temp_dir()
        };
        let folder = tempfile::Builder::new()
            .prefix("torg-prove.")
            .tempdir_in(place)
            .map_err(|e| e.to_string())?;
        Ok(Self { folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

pub(crate) fn run(plan: &Plan) -> Result<Report, String> {
    let mut report = Report::new("power", plan.seed);
    let bench = Bench::new()?;
    let mut sums = Sums::default();
    let turns: &[Who] = match plan.synchronous {
        // Mostly the real thing; ours too, so that the control run differs in one setting only.
        Durable::Full => &[Who::Server, Who::Server, Who::Writer(Durable::Full)],
        Durable::Normal => &[Who::Writer(Durable::Normal)],
    };
    cuts(plan, &bench, turns, plan.cuts, &mut sums, &mut report)?;
    report.figure("recordings", sums.recordings);
    report.figure("calls_recorded", sums.events);
    report.figure("cuts", sums.cuts);
    report.figure("cuts_in_log", sums.cuts_in_log);
    report.figure("cuts_in_database", sums.cuts_in_database);
    report.figure("acknowledged_checked", sums.acknowledged);
    report.figure("lost", sums.lost);
    report.figure("cuts_with_loss", sums.cuts_with_loss);
    report.figure("unacknowledged_present", sums.unacknowledged);
    report.figure("corrupt", sums.corrupt);
    report.figure("unbalanced", sums.unbalanced);
    report.figure("verified", sums.verified);
    report.figure("verify_failed", sums.verify_failed);
    let wrong = sums.lost + sums.corrupt + sums.unbalanced + sums.verify_failed;
    report.demand(wrong == 0 && sums.acknowledged > 0, || {
        "a cut took what was acknowledged, or left what is not whole".to_owned()
    });
    if plan.synchronous == Durable::Full {
        let mut control = Sums::default();
        let mut aside = Report::new("power", plan.seed);
        let turns = [Who::Writer(Durable::Normal)];
        cuts(plan, &bench, &turns, CONTROL, &mut control, &mut aside)?;
        report.figure("control_normal_cuts", control.cuts);
        report.figure("control_normal_lost", control.lost);
        report.figure("control_normal_cuts_with_loss", control.cuts_with_loss);
        report.figure("control_normal_corrupt", control.corrupt);
        report.demand(control.lost > 0, || {
            "the control run lost nothing: the cuts have no teeth".to_owned()
        });
    }
    Ok(report)
}

fn cuts(
    plan: &Plan,
    bench: &Bench,
    turns: &[Who],
    cuts: usize,
    sums: &mut Sums,
    report: &mut Report,
) -> Result<(), String> {
    let mut base = Base::default();
    while sums.cuts < cuts {
        let number = sums.recordings;
        let who = turns.get(number / CHAIN % turns.len()).copied();
        let who = who.ok_or("nobody writes")?;
        let mut dice = Dice::stream(plan.seed, u64::try_from(number).unwrap_or(0));
        if number.is_multiple_of(CHAIN) {
            base = Base::default();
        }
        let folder = bench.path("recorded");
        check::lay(&base.image, &folder)?;
        let count = dice.between(plan.requests / 2, plan.requests * 2);
        let job = Job {
            who,
            folder: &folder,
            first: (number + 1) * STEP,
            // Some are long enough for several checkpoints.
            count,
        };
        let events = record(&job, &mut dice)?;
        let count = plan.per_recording.min(cuts - sums.cuts);
        sums.recordings += 1;
        sums.events += events.len();
        base = one_recording(bench, &base, &events, count, &mut dice, sums, report)?;
        eprintln!(
            "power: {who:?}: {} cuts, {} acknowledged, {} lost, {} corrupt, {} unbalanced",
            sums.cuts, sums.acknowledged, sums.lost, sums.corrupt, sums.unbalanced
        );
    }
    Ok(())
}

/// What a recording begins with.
#[derive(Debug, Default)]
struct Base {
    image: Image,
    /// Whose answers had left, or whose effects were found after the cut.
    keys: HashSet<String>,
}

/// Cuts one recording in many places; answers an image with which the next one may begin.
fn one_recording(
    bench: &Bench,
    base: &Base,
    events: &[Event],
    count: usize,
    dice: &mut Dice,
    sums: &mut Sums,
    report: &mut Report,
) -> Result<Base, String> {
    let mut places: Vec<usize> = (0..count).map(|_| dice.below(events.len() + 1)).collect();
    places.sort_unstable();
    let mut disk = Disk::new(&base.image);
    let mut acknowledged = base.keys.clone();
    let mut events = events.iter();
    let (mut done, mut next) = (0, Base::default());
    let folder = bench.path("image");
    for place in places {
        for event in events.by_ref().take(place - done) {
            disk.apply(event);
            if let Event::Acknowledged { key } = event {
                acknowledged.insert(key.clone());
            }
        }
        done = place;
        sums.cuts_in_log += usize::from(disk.is_pending("torg.db-wal"));
        sums.cuts_in_database += usize::from(disk.is_pending(DATABASE));
        let image = disk.cut(dice);
        let found = look(&image, &folder)?;
        judge(&found, &acknowledged, sums, report, place);
        if dice.below(VERIFIED) == 0 && found.corrupt.is_none() && !found.present.is_empty() {
            verify(&image, &folder, sums, report)?;
        }
        if found.corrupt.is_none() && dice.chance(20) {
            let keys = found.present;
            next = Base { image, keys };
        }
    }
    Ok(next)
}

fn judge(
    found: &Found,
    acknowledged: &HashSet<String>,
    sums: &mut Sums,
    report: &mut Report,
    place: usize,
) {
    sums.cuts += 1;
    sums.acknowledged += acknowledged.len();
    if let Some(error) = &found.corrupt {
        sums.corrupt += 1;
        report.failed(format!("cut at call {place}: {error}"));
        return;
    }
    let lost = acknowledged.difference(&found.present).count();
    sums.lost += lost;
    sums.cuts_with_loss += usize::from(lost > 0);
    sums.unacknowledged += found.present.difference(acknowledged).count();
    sums.unbalanced += usize::from(!found.unbalanced.is_empty());
    if lost > 0 {
        report.failed(format!("cut at call {place}: {lost} acknowledged are lost"));
    }
    for text in &found.unbalanced {
        report.failed(format!("cut at call {place}: {text}"));
    }
}

/// `torg verify` on an image that nothing has opened yet.
fn verify(
    image: &Image,
    folder: &Path,
    sums: &mut Sums,
    report: &mut Report,
) -> Result<(), String> {
    check::lay(image, folder)?;
    let launch = Launch {
        database: format!("sqlite://{}", folder.join(DATABASE).display()),
        folder: folder.to_owned(),
    };
    let (sound, said) = launch.verify()?;
    sums.verified += 1;
    if !sound {
        sums.verify_failed += 1;
        report.failed(format!("torg verify: {said}"));
    }
    Ok(())
}
