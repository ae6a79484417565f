//! The people's telephones and coins, and what the program says of them.

use super::{BOT_ID, Step, TALK, World, broken};
use crate::ask::Ask;
use crate::coins::{self, Coins};
use crate::dice::Dice;
use crate::model::Deed;
use crate::model::wallet::State;
use crate::people::{CUSTOMERS, EXECUTORS, Who, everybody};
use crate::report::Finding;
use crate::stage::Trouble;
use http::Method;
use serde_json::Value;

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
        self.coins = Some(coins);
        let mut dice = Dice::new(2);
        for _ in 0..3 {
            self.talk(TALK, Trouble::None, &mut dice).await?;
        }
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

    /// Somebody sends coins to the program.
    pub(super) fn deposit(&mut self, dice: &mut Dice) -> Step<()> {
        let Some(coins) = &self.coins else {
            return Ok(());
        };
        let who = *dice.pick(&CUSTOMERS).unwrap_or(&CUSTOMERS[0]);
        let nano = dice.between(2, 400) * 10_000_000 + dice.between(0, 999);
        let sent = coins.deposit(&self.chain, who, u64::try_from(nano).unwrap_or(0));
        sent.ok_or_else(|| broken("coins", "a deposit"))?;
        self.model.wallet.send(who, nano);
        self.trace
            .say(format!("{} {who} sends {nano} nanotons", self.now()));
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
            self.model
                .wallet
                .move_on(&mut self.model.books, number, state);
        }
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
