//! The people's telephones and coins, and what the program says of them.

use super::{BOT_ID, Step, TALK, World, broken};
use crate::ask::Ask;
use crate::coins::{self, Coins};
use crate::dice::Dice;
use crate::model::Deed;
use crate::model::wallet::{State, StrayState};
use crate::people::{CUSTOMERS, EXECUTORS, FINANCE, Who, everybody};
use crate::report::Finding;
use crate::stage::Trouble;
use http::Method;
use serde_json::Value;

/// Deposits that the staff has to decide about, as much as a world can have.
const WAITING: &str = "/api/admin/wallet/deposits?state=suspense&limit=100";
const DUST: &str = "/api/admin/wallet/deposits?state=dust&limit=100";
const RETURNING: &str = "/api/admin/wallet/deposits?state=returning&limit=100";

impl World {
    /// People make themselves known, and coins come in.
    pub(super) async fn begin(&mut self) -> Step<()> {
        for id in EXECUTORS {
            let wishes = serde_json::json!({
                "categories": ["plumbing", "electrical", "cleaning"], "cities": ["Москва"],
            });
            self.told(
                Who::Person(id),
                Method::PUT,
                "/api/users/me/preferences",
                Some(wishes),
            )
            .await?;
        }
        for id in everybody() {
            let started = self.telegram.start_bot(id, BOT_ID, None).await;
            started.map_err(|e| broken("Telegram", format!("{e:?}")))?;
        }
        if !self.has_chain {
            return Ok(());
        }
        self.model.wallet.switch_on();
        let mut wallets = Vec::new();
        for (id, who) in coins::holders() {
            wallets.push((id, self.told(who, Method::GET, "/api/wallet", None).await?));
        }
        let coins = Coins::new(&wallets).ok_or_else(|| broken("coins", format!("{wallets:?}")))?;
        coins
            .begin(&self.chain)
            .ok_or_else(|| broken("coins", "no capital"))?;
        let (operator, role) = (
            Who::Operator,
            format!("/api/admin/staff/{FINANCE}/roles/finance"),
        );
        self.told(operator, Method::PUT, &role, None).await?;
        let mut dice = Dice::new(2);
        for _ in 0..3 {
            self.talk(TALK, Trouble::None, &mut dice).await?;
        }
        let waiting = self.told(operator, Method::GET, WAITING, None).await?;
        for deposit in waiting["deposits"].as_array().into_iter().flatten() {
            let keep = format!("/api/admin/wallet/deposits/{}/keep", deposit["id"]);
            let note = serde_json::json!({ "note": "ours" });
            self.told(operator, Method::POST, &keep, Some(note)).await?;
        }
        self.coins = Some(coins);
        Ok(())
    }

    /// Asks something that the model has no say in.
    pub(super) async fn told(
        &mut self,
        who: Who,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Step<Value> {
        self.stage.begin(Trouble::None, None);
        let ask = Ask::new(who, method, path, Deed::Trespass);
        let ask = Ask { body, ..ask };
        let (line, now) = (ask.show(), self.now());
        let answer = ask.send(self.program()?.router.clone(), now).await;
        self.trace.hash(&answer.body);
        match answer.status {
            200..=299 => Ok(answer.json()),
            status => Err(broken(
                "the simulator",
                format!("{line}: {status} {}", answer.json()),
            )),
        }
    }

    /// Some people send coins to the program.
    pub(super) fn deposits(&mut self, dice: &mut Dice) -> Step<()> {
        for _ in 0..dice.between(1, 3) {
            if dice.chance(30) {
                self.stray(dice)?;
            } else {
                self.deposit(dice)?;
            }
        }
        Ok(())
    }

    /// Somebody sends coins, with the word by which they are known.
    fn deposit(&mut self, dice: &mut Dice) -> Step<()> {
        let Some(coins) = &self.coins else {
            return Ok(());
        };
        let who = *dice.pick(&CUSTOMERS).unwrap_or(&CUSTOMERS[0]);
        let nano = dice.between(2, 1_200) * 10_000_000 + dice.between(0, 999);
        let sent = coins.deposit(&self.chain, who, u64::try_from(nano).unwrap_or(0));
        sent.ok_or_else(|| broken("coins", "a deposit"))?;
        self.model.wallet.send(who, nano);
        self.trace
            .say(format!("{} {who} sends {nano} nanotons", self.now()));
        Ok(())
    }

    /// Coins come that say nothing about whose they are, or are too few.
    fn stray(&mut self, dice: &mut Dice) -> Step<()> {
        let Some(coins) = &self.coins else {
            return Ok(());
        };
        let from = (1 << 40) + dice.below(1 << 40);
        let nano = dice.between(0, 999)
            + 10_000_000
                * match dice.weighted(&[15, 25, 60]) {
                    0 => 0,
                    1 => dice.between(1, 10),
                    _ => dice.between(10, 150),
                };
        let text = *dice.pick(&["", "hello", "0000000000"]).unwrap_or(&"");
        let nano = nano.max(1);
        let sent = coins.stray(&self.chain, from, u64::try_from(nano).unwrap_or(0), text);
        sent.ok_or_else(|| broken("coins", "a stray"))?;
        self.model.wallet.stray(from, nano);
        let now = self.now();
        self.trace
            .say(format!("{now} a stranger sends {nano} nanotons: {text:?}"));
        Ok(())
    }

    /// The operator lets payouts go on, if he has stopped them.
    pub(super) async fn resume_payouts(&mut self) -> Step<()> {
        if std::mem::take(&mut self.model.wallet.is_halted) {
            let (path, note) = (
                "/api/admin/wallet/resume",
                serde_json::json!({ "note": "on" }),
            );
            self.told(Who::Operator, Method::POST, path, Some(note))
                .await?;
        }
        Ok(())
    }

    /// What the program says of coins that nobody has named.
    async fn look_at_strays(&mut self) -> Step<()> {
        if self.model.wallet.has_stray(StrayState::Sent) {
            for path in [WAITING, DUST] {
                let listed = self.told(Who::Operator, Method::GET, path, None).await?;
                coins::find_strays(&mut self.model, &listed)?;
            }
        }
        if self.model.wallet.has_stray(StrayState::Returning) {
            let listed = self
                .told(Who::Operator, Method::GET, RETURNING, None)
                .await?;
            let deposits = listed["deposits"].as_array().into_iter().flatten();
            let ids: Vec<i64> = deposits.filter_map(|one| one["id"].as_i64()).collect();
            self.model.wallet.returning(&ids);
        }
        Ok(())
    }

    /// What the program says has become of coins.
    pub(super) async fn look_at_coins(&mut self) -> Step<()> {
        if self.coins.is_none() {
            return Ok(());
        }
        for (id, who) in coins::holders() {
            let listed = self
                .told(who, Method::GET, "/api/wallet/deposits?limit=100", None)
                .await?;
            coins::book_deposits(&mut self.model, id, &listed)?;
        }
        for number in 0..self.model.wallet.withdrawals.len() {
            let of = &self.model.wallet.withdrawals[number];
            let is_over = matches!(of.state, State::Confirmed | State::Canceled);
            let Some(id) = of.id.clone().filter(|_| !is_over) else {
                continue;
            };
            let (who, path) = (Who::Person(of.who), format!("/api/wallet/withdrawals/{id}"));
            let view = self.told(who, Method::GET, &path, None).await?;
            let state = coins::state(&view).ok_or_else(|| broken("withdrawals", &view))?;
            let (model, books) = (&mut self.model.wallet, &mut self.model.books);
            if !model.move_on(books, number, state) {
                let detail = format!("{view} although nobody has let it out");
                return Err(Finding::new("withdrawals", detail));
            }
        }
        self.look_at_strays().await?;
        coins::check_payouts(&self.model, &self.chain)
    }

    /// Nothing private stands in the chat of somebody who may not see it.
    pub(super) fn look_at_chats(&self) -> Step<()> {
        for id in everybody() {
            let Ok(state) = self.telegram.state(id) else {
                continue;
            };
            if let Some(private) = self.model.leak(&state.to_string(), Some(Who::Person(id))) {
                let detail = format!("{id} reads {private}");
                return Err(Finding::new("private text in a chat", detail));
            }
        }
        let flood = self.telegram.flood();
        let over = (flood.over_second, flood.over_chat, flood.over_group);
        if over != (0, 0, 0) {
            return Err(broken("limits of Telegram", format!("{over:?}")));
        }
        Ok(())
    }
}
