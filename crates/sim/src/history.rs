//! What happens in a world, as a list of acts that can be shortened: each has dice of its own, so
//! that leaving one out changes nothing about how the others are drawn.

use crate::dice::Dice;
use crate::stage::Trouble;

/// What kind of thing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody asks for something.
    Request,
    /// Several ask at once.
    Crowd(u32),
    /// Somebody repeats an old request with its key.
    Repeat,
    /// Somebody asks for what is not for them.
    Trespass,
    /// What is due in the background is done, with trouble.
    Work,
    /// The bot and the chain are looked at for some seconds.
    Talk,
    /// Coins are sent to the program.
    Deposit,
    /// The process ends and begins again.
    Restart,
}

/// One thing that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// Seconds that pass before.
    pub pause: u64,
    /// Whether the workers are awake in that time.
    pub awake: bool,
    /// Whether the weather between the program and the world is bad.
    pub storm: bool,
    /// What happens.
    pub kind: Kind,
    /// What goes wrong.
    pub trouble: Trouble,
    /// Everything else about it.
    pub dice: u64,
}

/// A whole history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Seed of the world in which it happens.
    pub seed: u64,
    /// In this order.
    pub acts: Vec<Act>,
}

impl History {
    /// The history of `days` days that `seed` tells; `calm` without anything going wrong.
    pub fn tell(seed: u64, days: u64, calm: bool) -> Self {
        let mut dice = Dice::part(seed, "history");
        let (mut acts, mut time) = (Vec::new(), 0);
        while time < days * 86_400 {
            let act = act(&mut dice, calm);
            time += act.pause;
            acts.push(act);
        }
        Self { seed, acts }
    }
}

fn act(dice: &mut Dice, calm: bool) -> Act {
    let pause = match dice.weighted(&[30, 30, 20, 10, 8, 2]) {
        0 => 0,
        1 => 1 + dice.below(60),
        2 => 60 + dice.below(840),
        3 => 900,
        4 => 3600,
        _ => 3600 * (2 + dice.below(12)),
    };
    let kind = match dice.weighted(&[58, 18, 6, 6, 4, 4, 5, 1]) {
        0 => Kind::Request,
        1 => Kind::Crowd(2 + u32::try_from(dice.below(7)).unwrap_or(0)),
        2 => Kind::Repeat,
        3 => Kind::Trespass,
        4 => Kind::Work,
        5 => Kind::Talk,
        6 => Kind::Deposit,
        _ => Kind::Restart,
    };
    let awake = !dice.chance(15);
    let storm = dice.chance(40) && !calm;
    let troubled = dice.chance(16) && !calm;
    let point = 1 + u32::try_from(dice.below(if kind == Kind::Work { 40 } else { 8 })).unwrap_or(0);
    let trouble = match (troubled, dice.below(5)) {
        (false, _) => Trouble::None,
        (true, 0) => Trouble::DieBefore(point),
        (true, 1) => Trouble::DieAfter(point),
        (true, 2) => Trouble::Refuse(point),
        (true, 3) => Trouble::Fail(point),
        (true, _) => Trouble::Cancel(point),
    };
    Act {
        pause,
        awake,
        storm,
        kind,
        trouble,
        dice: dice.next(),
    }
}
