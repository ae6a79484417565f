//! Random messages to escrows in all their states, executed by the chain's own executor.
//!
//! Whatever arrives, from whomever and whenever: nobody is paid but the two parties and the fee
//! address, except that a sender gets back at most what he attached; a deal is financed once and
//! finished once, by whoever may; every nanoton is accounted for. 100,000 messages:
//! `cargo nextest run -p torg-sandbox --run-ignored only a_hundred_thousand` (the seed comes from
//! `TORG_FUZZ_SEED`, and a failure names it).

use super::{AUTO_REFUND, DEPOSIT, Deal, NOW, REFUND, RELEASE, TON, built, nobody};
use serde_json::Value;
use std::collections::BTreeMap;
use torg_platform::rng::Rng;
use torg_sandbox::ton::{Error, Machine, Moment, StackItem, method_id};
use torg_ton::{Network, StdAddr};
use tycho_types::boc::Boc;
use tycho_types::cell::{Cell, CellBuilder, HashBytes, Lazy};
use tycho_types::models::{
    CurrencyCollection, ExtInMsgInfo, IntAddr, IntMsgInfo, Message, MsgInfo, OptionalAccount,
    OwnedMessage, ShardAccount, Transaction, TxInfo,
};
use tycho_types::num::Tokens;

const CLOSE: u32 = 0x5447_0005;
const SETTLE: u32 = 0x5447_0006;
/// What a deposit needs above the amount.
const RESERVE: u64 = 30_000_000;
/// The longest time until a deadline, in seconds.
const TERM: u32 = 366 * 86_400;
/// Messages to one deal.
const LIFE: u64 = 16;

/// What is known of a deal from outside.
struct World {
    machine: Machine,
    deal: Deal,
    code: Cell,
    address: StdAddr,
    account: ShardAccount,
    now: u32,
    lt: u64,
    /// When the deposit came.
    financed: u32,
    /// What the chain took for keeping the contract.
    rent: u128,
}

/// A message and what was known when it was made.
#[derive(Debug, Clone)]
struct Step {
    op: u32,
    exact: bool,
    owner_bps: u16,
    from: StdAddr,
    value: u64,
    bounced: bool,
    external: bool,
    message: Cell,
}

fn pick<'a, T>(rng: &Rng, from: &'a [T]) -> &'a T {
    let at = rng.next_u64() % u64::try_from(from.len()).unwrap();
    &from[usize::try_from(at).unwrap()]
}

fn one_in(rng: &Rng, n: u64) -> bool {
    rng.next_u64().is_multiple_of(n)
}

fn address(rng: &Rng) -> StdAddr {
    let mut hash = [0; 32];
    rng.fill(&mut hash);
    StdAddr::new(0, HashBytes(hash))
}

/// A body that is right unless `shape` is small: too short, or with something more.
fn body(op: u32, owner_bps: u16, shape: u64, query: u64) -> Cell {
    let mut body = CellBuilder::new();
    body.store_u32(op).unwrap();
    if shape > 0 {
        body.store_u64(query).unwrap();
    }
    if op == SETTLE && shape > 0 {
        body.store_u16(owner_bps).unwrap();
    }
    match shape {
        1 => body.store_u8(7).unwrap(),
        2 => body.store_reference(Cell::default()).unwrap(),
        _ => {}
    }
    body.build().unwrap()
}

impl World {
    fn new(code: &Cell, rng: &Rng) -> Self {
        let some = |from: &[u64]| *pick(rng, from);
        let now = u32::try_from(NOW).unwrap();
        let deadline = *pick(rng, &[1, 600, 86_400, 86_400, 86_400 * 365]);
        let owner = nobody(2);
        let deal = Deal {
            id: rng.next_u64(),
            amount: some(&[1, 999, TON, 10 * TON, 10 * TON, 123_456_789_012]),
            fee_bps: *pick(rng, &[0, 1, 500, 500, 1_999, 2_000]),
            deadline: now + deadline,
            advertiser: nobody(1),
            // Some are two people in one.
            fee: if one_in(rng, 10) {
                owner.clone()
            } else {
                nobody(4)
            },
            owner,
            controller: nobody(3),
        };
        Self {
            machine: Machine::new(Network::Mainnet.global_id(), now).unwrap(),
            address: deal.address(code.clone()),
            code: code.clone(),
            deal,
            account: ShardAccount {
                account: Lazy::new(&OptionalAccount(None)).unwrap(),
                last_trans_hash: HashBytes::ZERO,
                last_trans_lt: 0,
            },
            now,
            lt: 1_000_000,
            financed: now,
            rent: 0,
        }
    }

    fn at(&self) -> Moment {
        Moment {
            unixtime: self.now,
            lt: self.lt,
        }
    }

    fn balance(&self) -> u128 {
        let account = self.account.load_account().unwrap();
        account.map_or(0, |account| account.balance.tokens.into_inner())
    }

    /// 0 where there is no contract yet.
    fn state(&self) -> u64 {
        let Some(account) = self.account.load_account().unwrap() else {
            return 0;
        };
        let number = method_id("get_state");
        let output = self
            .machine
            .get(self.at(), &self.address, &account, number, Vec::new());
        match output {
            Ok(output) => match output.stack.first() {
                Some(StackItem::Int(number)) => u64::try_from(number).unwrap(),
                other => panic!("{other:?}"),
            },
            Err(Error::NoContract) => 0,
            Err(error) => panic!("{error}"),
        }
    }

    fn step(&self, rng: &Rng) -> Step {
        let deal = &self.deal;
        let known = [DEPOSIT, RELEASE, REFUND, AUTO_REFUND, CLOSE, SETTLE];
        // Half of them are what somebody who knows the contract would send.
        let sensible = one_in(rng, 2);
        let op = match (sensible, self.state()) {
            (true, 0) => DEPOSIT,
            (false, _) if one_in(rng, 5) => *pick(
                rng,
                &[
                    0,
                    0xffff_ffff,
                    0x5447_0000,
                    0x5447_0007,
                    0x5447_0101,
                    0xd532_76db,
                ],
            ),
            _ => *pick(rng, &known),
        };
        let from = match (sensible, rng.next_u64() % 7) {
            (true, _) if op == DEPOSIT => deal.advertiser.clone(),
            (false, _) if op == DEPOSIT && one_in(rng, 2) => deal.advertiser.clone(),
            (true, 0..=4) | (false, 0) => deal.controller.clone(),
            (false, 1 | 2) => deal.advertiser.clone(),
            (false, 3) => deal.owner.clone(),
            (false, 4) => deal.fee.clone(),
            _ => address(rng),
        };
        let enough = deal.amount + RESERVE;
        let value = match (sensible, op) {
            (true, DEPOSIT) => enough + TON,
            (true, _) => 50_000_000,
            (false, _) => {
                let small = [0, 1, 5_000_000, 9_999_999, 10_000_000, 50_000_000];
                let large = [TON, enough - 1, enough, enough + TON];
                *pick(rng, &[&small[..], &large[..]].concat())
            }
        };
        let owner_bps = *pick(rng, &[0, 1, 2_500, 5_000, 9_999, 10_000, 65_535]);
        let shape = if sensible { 3 } else { rng.next_u64() % 12 };
        let mut step = Step {
            op,
            exact: shape > 2,
            owner_bps,
            from,
            value,
            bounced: !sensible && one_in(rng, 8),
            external: !sensible && one_in(rng, 15),
            message: body(op, owner_bps, shape, rng.next_u64()),
        };
        let init = (sensible || !one_in(rng, 6)).then(|| deal.init(self.code.clone()));
        let message = OwnedMessage {
            info: self.envelope(&step, !one_in(rng, 4)),
            init,
            body: step.message.into(),
            layout: None,
        };
        step.message = CellBuilder::build_from(message).unwrap();
        step
    }

    fn envelope(&self, step: &Step, bounce: bool) -> MsgInfo {
        if step.external {
            return MsgInfo::ExtIn(ExtInMsgInfo {
                src: None,
                dst: self.address.clone().into(),
                import_fee: Tokens::ZERO,
            });
        }
        MsgInfo::Int(IntMsgInfo {
            ihr_disabled: true,
            bounce: bounce && !step.bounced,
            bounced: step.bounced,
            src: step.from.clone().into(),
            dst: self.address.clone().into(),
            value: CurrencyCollection::new(u128::from(step.value)),
            created_lt: self.lt - 1,
            created_at: self.now,
            ..Default::default()
        })
    }

    /// The state that this message may lead to.
    fn may_become(&self, state: u64, step: &Step) -> u64 {
        let deal = &self.deal;
        if !step.exact || step.bounced || step.external {
            return state;
        }
        let by_controller = state == 1 && step.from == deal.controller;
        match step.op {
            DEPOSIT
                if state == 0
                    && step.from == deal.advertiser
                    && self.now < deal.deadline
                    && step.value >= deal.amount + RESERVE =>
            {
                1
            }
            RELEASE if by_controller => 2,
            REFUND if by_controller => 3,
            AUTO_REFUND if state == 1 && self.now >= deal.deadline => 3,
            SETTLE if by_controller && (1..10_000).contains(&step.owner_bps) => 4,
            _ => state,
        }
    }

    /// Executes a message and says what must not be.
    fn run(&mut self, step: &Step) -> Result<bool, String> {
        let (state, before) = (self.state(), self.balance());
        let may = self.may_become(state, step);
        let done = match self
            .machine
            .execute(self.at(), &step.message, &self.account)
        {
            Ok(done) => done,
            Err(Error::NotAccepted) if step.external => return Ok(false),
            Err(error) => return Err(error.to_string()),
        };
        if step.external {
            return Err("an external message was taken".to_owned());
        }
        self.lt = done.next_lt + 10;
        self.account = done.account;
        let after = self.state();
        if after != state && after != may {
            return Err(format!("state {state} became {after}"));
        }
        let transaction = done.transaction.parse::<Transaction>().unwrap();
        let out = self.look_at_messages(&transaction, step, before)?;
        let fees = transaction.total_fees.tokens.into_inner();
        let (had, has) = (
            before + u128::from(step.value),
            self.balance() + out.sent + fees,
        );
        if had != has {
            return Err(format!("{had} became {has}"));
        }
        let TxInfo::Ordinary(info) = transaction.load_info().unwrap() else {
            return Err("not an ordinary transaction".to_owned());
        };
        let storage = info.storage_phase.map(|phase| phase.storage_fees_collected);
        self.rent += storage.map_or(0, Tokens::into_inner);
        if after != state {
            self.financed = self.now;
        }
        // The reserve pays the rent of the longest term. Later the rent may eat into the amount,
        // and nothing else ever.
        let amount = u128::from(self.deal.amount);
        let in_term = self.now <= self.financed + TERM;
        let spared = if in_term { 0 } else { self.rent };
        if after == 1 && self.balance() + spared < amount {
            return Err(format!("{} is left of {amount}", self.balance()));
        }
        let share = match after {
            2 => 10_000,
            4 => u128::from(step.owner_bps),
            _ => 0,
        };
        let gross = if after == state {
            0
        } else {
            amount * share / 10_000
        };
        let platform = gross * u128::from(self.deal.fee_bps) / 10_000;
        if (out.owner, out.fee) != (gross - platform, platform) {
            return Err(format!(
                "owner {} fee {}, {after} after {state}",
                out.owner, out.fee
            ));
        }
        if after != state && after > 2 && out.advertiser < amount - gross {
            return Err(format!("the advertiser got {} back", out.advertiser));
        }
        Ok(after != state)
    }

    /// Whom a transaction pays; nobody else than it may.
    fn look_at_messages(
        &self,
        transaction: &Transaction,
        step: &Step,
        before: u128,
    ) -> Result<Out, String> {
        let (deal, mut out) = (&self.deal, Out::default());
        for cell in transaction.out_msgs.values() {
            let cell = cell.unwrap();
            let message = cell.parse::<Message<'_>>().unwrap();
            let MsgInfo::Int(info) = message.info else {
                return Err("a message out of the chain".to_owned());
            };
            let IntAddr::Std(to) = info.dst else {
                return Err("an address of another form".to_owned());
            };
            let value = info.value.tokens.into_inner();
            out.sent += value + info.fwd_fee.into_inner();
            let mut body = message.body;
            let op = (body.size_bits() >= 32).then(|| body.load_u32().unwrap());
            match op.filter(|_| !info.bounced) {
                Some(0x5447_0101) if to == deal.owner => out.owner += value,
                Some(0x5447_0102) if to == deal.fee => out.fee += value,
                Some(0x5447_0103 | 0xd532_76db) if to == deal.advertiser => out.advertiser += value,
                _ if to == step.from && value <= u128::from(step.value) => {}
                _ => return Err(format!("{value} of {before} to {to}, op {op:x?}")),
            }
        }
        Ok(out)
    }
}

/// What leaves with a transaction.
#[derive(Debug, Default)]
struct Out {
    /// All of it, with what the messages carry for the way.
    sent: u128,
    owner: u128,
    fee: u128,
    advertiser: u128,
}

/// What a campaign has met.
#[derive(Debug, Default)]
struct Met {
    messages: u64,
    /// How often a deal reached each state.
    states: BTreeMap<u64, u64>,
}

fn campaign(code: &Cell, seed: u64, messages: u64) -> Result<Met, String> {
    let rng = Rng::from_seed(seed);
    let mut met = Met::default();
    while met.messages < messages {
        let mut world = World::new(code, &rng);
        let mut story = Vec::new();
        for _ in 0..LIFE {
            let wait = *pick(&rng, &[0, 0, 0, 1, 1, 60, 599, 600, 86_400, 86_400 * 366]);
            // Mostly before the deadline, else nothing happens but refunds.
            if one_in(&rng, 6) {
                world.now += wait;
            }
            let step = world.step(&rng);
            story.push(format!(
                "{:x} of {} from {} at {}",
                step.op, step.value, step.from, world.now
            ));
            let moved = world.run(&step).map_err(|why| {
                format!(
                    "seed {seed}, message {}: {why}\n{}",
                    met.messages,
                    story.join("\n")
                )
            })?;
            if moved {
                *met.states.entry(world.state()).or_default() += 1;
            }
            met.messages += 1;
        }
    }
    Ok(met)
}

fn seed() -> u64 {
    let given = std::env::var("TORG_FUZZ_SEED").ok();
    given.map_or(20_261_124, |seed| seed.parse().unwrap())
}

#[test]
fn two_thousand_messages() {
    let met = campaign(&built("escrow"), seed(), 2_000).unwrap();
    // It has been everywhere.
    for state in 1..=4 {
        let times = met.states.get(&state).copied().unwrap_or(0);
        assert!(times >= 15, "{met:?}");
    }
}

#[test]
#[ignore = "a minute; see the head of the file"]
fn a_hundred_thousand_messages() {
    let seed = seed();
    let met = campaign(&built("escrow"), seed, 100_000).unwrap();
    println!("seed {seed}: {met:?}");
}

/// Escrows with one line changed, compiled by the same compiler: each is caught.
#[test]
fn a_broken_escrow_is_caught() {
    let broken: Value = serde_json::from_str(include_str!("broken.json")).unwrap();
    let broken = broken.as_object().unwrap();
    assert!(broken.len() >= 6);
    for (what, code) in broken {
        let code = Boc::decode_base64(code.as_str().unwrap()).unwrap();
        let found = campaign(&code, seed(), 10_000);
        let why = found
            .err()
            .unwrap_or_else(|| panic!("nobody noticed: {what}"));
        println!("{what}: {}", why.lines().next().unwrap_or_default());
    }
}
