//! Random operations against the smallest model that can predict them.

use super::{MIGRATIONS, leg, platform, sound, user};
use torg_platform::ledger::{self, AccountId, Resolution};
use torg_platform::money::Rub;
use torg_platform::rng::Rng;
use torg_platform::{Money, UserId};
use torg_testkit::{TestDb, both_engines};

/// Debits and credits posted, debits and credits held.
type Sums = [i64; 4];

struct Hold {
    id: i64,
    from: usize,
    to: usize,
    amount: i64,
    open: bool,
}

#[derive(Default)]
struct Model {
    accounts: [Sums; 5],
    holds: Vec<Hold>,
}

/// Three bounded users, one account of the platform with lines, one hot one.
fn names() -> [AccountId; 5] {
    [
        user(1),
        user(2),
        user(3),
        platform("revenue"),
        platform("clearing"),
    ]
}

impl Model {
    fn can_pay(&self, from: usize, amount: i64) -> bool {
        let [dp, cp, dh, _] = self.accounts[from];
        from >= 3 || cp - dp - dh >= amount
    }

    fn transfer(&mut self, from: usize, to: usize, amount: i64) -> bool {
        let fits = amount > 0 && from != to && self.can_pay(from, amount);
        if fits {
            self.accounts[from][0] += amount;
            self.accounts[to][1] += amount;
        }
        fits
    }

    fn hold(&mut self, from: usize, to: usize, amount: i64) -> bool {
        let fits = amount > 0 && from != to && self.can_pay(from, amount);
        if fits {
            self.accounts[from][2] += amount;
            self.accounts[to][3] += amount;
        }
        fits
    }

    /// `None` gives everything back.
    fn resolve(&mut self, index: usize, posted: Option<i64>) -> bool {
        let hold = &mut self.holds[index];
        let amount = posted.unwrap_or(hold.amount);
        if !hold.open || amount <= 0 || amount > hold.amount {
            return false;
        }
        hold.open = false;
        let (from, to, held) = (hold.from, hold.to, hold.amount);
        self.accounts[from][2] -= held;
        self.accounts[to][3] -= held;
        if posted.is_some() {
            self.accounts[from][0] += amount;
            self.accounts[to][1] += amount;
        }
        true
    }
}

fn below(rng: &Rng, n: u64) -> u64 {
    rng.next_u64() % n
}

fn index(rng: &Rng, n: usize) -> usize {
    usize::try_from(below(rng, u64::try_from(n).unwrap())).unwrap()
}

/// Does the same to both; the answer of the ledger must be the model's.
async fn step(t: &TestDb, model: &mut Model, number: usize) {
    let rng = &t.rng;
    let op = format!("op/{number}");
    let (from, to) = (index(rng, 5), index(rng, 5));
    let amount = i64::try_from(below(rng, 60)).unwrap() - 2;
    let [debit, credit] = [names()[from].clone(), names()[to].clone()];
    match below(rng, 4) {
        0 | 1 => {
            let predicted = model.transfer(from, to, amount);
            let done = t.db.write("transfer", move |tx| {
                ledger::transfer_returning_id(tx, &leg(&op, &debit, &credit, amount))
            });
            assert_eq!(done.await.is_ok(), predicted, "transfer {number}");
        }
        2 => {
            let predicted = model.hold(from, to, amount);
            let done = t.db.write("hold", move |tx| {
                ledger::hold(tx, &leg(&op, &debit, &credit, amount))
            });
            let done = done.await;
            assert_eq!(done.is_ok(), predicted, "hold {number}");
            if let Ok(id) = done {
                model.holds.push(Hold {
                    id,
                    from,
                    to,
                    amount,
                    open: true,
                });
            }
        }
        _ if model.holds.is_empty() => {}
        _ => {
            let which = index(rng, model.holds.len());
            let posted = (below(rng, 2) == 0).then_some(amount);
            let hold = model.holds[which].id;
            let predicted = model.resolve(which, posted);
            let done = t.db.write("resolve", move |tx| {
                let r = Resolution {
                    op: &op,
                    leg: 0,
                    kind: "test",
                    hold,
                    meta: "{}",
                };
                match posted {
                    Some(minor) => ledger::post(tx, &r, Money::<Rub>::from_minor(minor)),
                    None => ledger::void(tx, &r),
                }
            });
            assert_eq!(done.await.is_ok(), predicted, "resolve {number}");
        }
    }
}

async fn compare(t: &TestDb, model: &Model) {
    for (name, predicted) in names().into_iter().zip(model.accounts) {
        let shown = name.to_string();
        let found =
            t.db.read("account", move |tx| ledger::account(tx, &name))
                .await;
        let a = found.unwrap().unwrap();
        let found = [
            a.debits_posted,
            a.credits_posted,
            a.debits_held,
            a.credits_held,
        ];
        assert_eq!(found, predicted, "{shown}");
    }
    sound(&t.db).await;
}

both_engines! { MIGRATIONS =>
    async fn balances_are_those_of_the_model(t: TestDb) {
        t.db.write("open", |tx| {
            let [_, _, _, revenue, clearing] = names();
            ledger::ensure_platform_accounts(tx, &[(&revenue, false, false), (&clearing, false, true)])?;
            ledger::open_users::<Rub>(tx, &[UserId(1), UserId(2), UserId(3)]).map(drop)
        }).await.unwrap();
        let mut model = Model::default();
        for number in 0..400 {
            step(&t, &mut model, number).await;
            if number % 80 == 79 {
                compare(&t, &model).await;
                t.db.write("roll up", ledger::roll_up).await.unwrap();
                compare(&t, &model).await;
            }
        }
        let resolved = model.holds.iter().filter(|h| !h.open).count();
        assert!(resolved > 10 && model.accounts[0][0] > 100, "too little happened");
    }
}
