//! The Burned List: thirty failures that others had, and what becomes of each here.

use super::Plant;

/// A failure that others had.
#[derive(Debug, Clone, Copy)]
pub struct Burned {
    /// Its number: `F1` is 1.
    pub number: u8,
    /// What happened, in a few words.
    pub what: &'static str,
    /// What becomes of it here.
    pub fate: Fate,
}

/// What becomes of a failure here.
#[derive(Debug, Clone, Copy)]
pub enum Fate {
    /// It can be planted, and a check finds each plant.
    Planted(&'static [Plant]),
    /// There is nowhere to plant it.
    Impossible(&'static str),
}

const fn planted(number: u8, what: &'static str, plants: &'static [Plant]) -> Burned {
    let fate = Fate::Planted(plants);
    Burned { number, what, fate }
}

const fn impossible(number: u8, what: &'static str, why: &'static str) -> Burned {
    let fate = Fate::Impossible(why);
    Burned { number, what, fate }
}

/// All of them, in order.
pub const BURNED_LIST: &[Burned] = &[
    planted(
        1,
        "a transaction leaks into the work of others",
        &[Plant::FailedUnitKept],
    ),
    planted(2, "stock falls below zero", &[Plant::StockUnchecked]),
    planted(
        3,
        "two requests decide on one state",
        &[Plant::LockRemoved, Plant::BalanceUnchecked],
    ),
    planted(
        4,
        "an account without a row is overspent",
        &[Plant::FirstUseUnbounded],
    ),
    planted(
        5,
        "a key is not bound to its owner",
        &[Plant::KeyWithoutScope],
    ),
    planted(
        6,
        "stored balances differ from their entries",
        &[Plant::BalanceDrifts],
    ),
    planted(7, "a chain of hashes breaks", &[Plant::SealUnchained]),
    impossible(
        8,
        "a lock outlives its canceled request",
        "a request holds no lock: rows are locked by a unit of work, which runs to its end on a \
         thread of the database whoever goes away, and its locks end with its transaction",
    ),
    planted(9, "an entry without its balance", &[Plant::BalanceApart]),
    planted(
        10,
        "the same refund twice",
        &[
            Plant::RefundTwice,
            Plant::RefundAgain,
            Plant::RefundUnlimited,
        ],
    ),
    planted(
        11,
        "two captures of one order",
        &[Plant::SecondChargeSwallowed],
    ),
    planted(
        12,
        "one event settled three times",
        &[Plant::NoticeTwice, Plant::UpdateTwice],
    ),
    planted(13, "late news undo a paid order", &[Plant::LateFailureWins]),
    planted(14, "locks in opposite order", &[Plant::LocksUnsorted]),
    planted(
        15,
        "key and effect part company",
        &[Plant::RefusalKeepsEffect],
    ),
    planted(16, "two requests with one key", &[Plant::DedupRemoved]),
    planted(17, "a key that never matches", &[Plant::KeyPerAttempt]),
    planted(
        18,
        "work is handed out again while it is done",
        &[Plant::LeaseAtOnce],
    ),
    planted(
        19,
        "a lost lock, and the work goes on",
        &[Plant::EpochIgnored],
    ),
    planted(
        20,
        "a crashed worker keeps its work, poison blocks",
        &[Plant::LeaseForEver, Plant::PoisonNeverParked],
    ),
    planted(21, "a periodic job on both instances", &[Plant::TickTwice]),
    planted(
        22,
        "what is stuck starves the rest",
        &[Plant::PoisonStarves],
    ),
    planted(
        23,
        "events are deleted undelivered",
        &[Plant::DeletedUndelivered],
    ),
    planted(
        24,
        "a cursor overtakes committed events",
        &[Plant::CursorPolling],
    ),
    planted(
        25,
        "a withdrawal of unknown fate is sent again",
        &[Plant::UnknownIsFailed],
    ),
    planted(
        26,
        "an expired withdrawal lands",
        &[Plant::ExpiryByOurClock],
    ),
    planted(
        27,
        "what is no deposit is credited",
        &[Plant::DoubtIgnored, Plant::NotFinal],
    ),
    planted(28, "paid out and paid back", &[Plant::ForkUnclaimed]),
    impossible(
        29,
        "a backup that does not restore",
        "the program makes no backups of its own yet; the version of SQLite that could damage a \
         database is refused at the start",
    ),
    planted(
        30,
        "a commit of unknown outcome is repeated",
        &[Plant::CommitRetried],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn thirty_failures_in_order() {
        let numbers: Vec<u8> = BURNED_LIST.iter().map(|burned| burned.number).collect();
        assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
    }

    #[test]
    fn names_are_words_of_their_own() {
        let names: BTreeSet<&str> = Plant::ALL.iter().map(|plant| plant.name()).collect();
        assert_eq!(names.len(), Plant::ALL.len());
        for plant in Plant::ALL {
            assert_eq!(Plant::parse(plant.name()), Some(*plant));
        }
        assert_eq!(Plant::parse("no-such-plant"), None);
    }

    #[test]
    fn each_plant_has_a_test_that_finds_it() {
        let list = include_str!("../../../../tools/burned-list.txt");
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        let listed: BTreeSet<(String, String)> = lines
            .map(|line| {
                let mut words = line.split_whitespace().map(str::to_owned);
                (words.next().unwrap(), words.next().unwrap())
            })
            .collect();
        let mut expected = BTreeSet::new();
        let mut wild: BTreeSet<Plant> = Plant::ALL.iter().copied().collect();
        for burned in BURNED_LIST {
            let number = format!("F{}", burned.number);
            match burned.fate {
                Fate::Planted(plants) => {
                    for plant in plants {
                        assert!(wild.remove(plant), "{plant:?} twice");
                        expected.insert((number.clone(), plant.name().to_owned()));
                    }
                }
                Fate::Impossible(why) => {
                    assert!(why.contains(' '), "{number} has no reason");
                    expected.insert((number, "-".to_owned()));
                }
            }
        }
        let wild = wild
            .iter()
            .map(|plant| ("-".to_owned(), plant.name().to_owned()));
        expected.extend(wild);
        assert_eq!(listed, expected);
    }

    #[test]
    fn nothing_grows_by_itself() {
        assert!(Plant::ALL.iter().all(|plant| !crate::planted::is(*plant)));
    }
}
