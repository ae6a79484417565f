//! People ask, and the model is asked whether the answer is right.

use super::{Step, World, patience};
use crate::ask::{Answer, Ask};
use crate::dice::Dice;
use crate::execute::execute;
use crate::model::{Deed, Expect};
use crate::people::Who;
use crate::report::Finding;
use crate::stage::{Ran, Trouble};
use futures_util::future::BoxFuture;
use std::time::Duration;

impl World {
    /// Several people ask for something at once.
    pub(super) async fn crowd(
        &mut self,
        count: u32,
        trouble: Trouble,
        dice: &mut Dice,
    ) -> Step<()> {
        let now = self.now();
        let mut asks: Vec<Ask> = Vec::new();
        for _ in 0..count {
            // Twins: the same request a second time, at once.
            let twin = (asks.last()).filter(|ask| ask.key.is_some()).cloned();
            asks.push(match twin {
                Some(twin) if dice.chance(15) => twin,
                _ => {
                    let ask = self.model.draw(dice, now);
                    self.another_key(ask, &asks, dice)
                }
            });
        }
        self.ask(asks, trouble, dice).await
    }

    /// Sometimes a key that somebody else has used: it is another intent all the same.
    pub(super) fn another_key(&self, ask: Ask, beside: &[Ask], dice: &mut Dice) -> Ask {
        let used = dice.chance(10).then(|| dice.pick(&self.answered)).flatten();
        let Some((other, _)) = used.filter(|_| ask.key.is_some()) else {
            return ask;
        };
        let Some(key) = &other.key else { return ask };
        let beside = beside
            .iter()
            .any(|old| old.who == ask.who && old.key == other.key);
        if beside || self.keys.contains(&(ask.who, key.clone())) {
            return ask;
        }
        Ask {
            key: other.key.clone(),
            ..ask
        }
    }

    pub(super) async fn repeat(&mut self, trouble: Trouble, dice: &mut Dice) -> Step<()> {
        let day = Duration::from_secs(20 * 3600);
        let since = self.now().minus(day);
        self.answered.retain(|(ask, _)| ask.asked_at >= since);
        let Some((ask, _)) = dice.pick(&self.answered).cloned() else {
            return Ok(());
        };
        self.ask(vec![ask], trouble, dice).await
    }

    /// A route of the staff, asked by somebody who is not.
    pub(super) async fn trespass(&mut self, dice: &mut Dice) -> Step<()> {
        let routes = &self.program()?.routes;
        let staff: Vec<_> = (routes.iter())
            .filter(|(_, path)| path.starts_with("/api/admin") || path.starts_with("/admin"))
            .collect();
        let Some((method, path)) = dice.pick(&staff).copied().cloned() else {
            return Ok(());
        };
        let who = if dice.chance(30) {
            Who::Nobody
        } else {
            Who::Person(101)
        };
        let path = path.replace(['{', '}'], "");
        let ask = Ask::new(who, method, path, Deed::Trespass);
        let ask = ask
            .json(serde_json::json!({ "reason": "because" }))
            .keyed("mine".to_owned());
        self.ask(vec![ask], Trouble::None, dice).await
    }

    /// Asks all at once, and those that nobody answered once more, one after another.
    pub(super) async fn ask(
        &mut self,
        asks: Vec<Ask>,
        trouble: Trouble,
        dice: &mut Dice,
    ) -> Step<()> {
        let crowd = (asks.len() > 1).then(|| Dice::new(dice.next()));
        self.stage.begin(trouble, crowd);
        let keyed = asks
            .iter()
            .filter_map(|ask| Some((ask.who, ask.key.clone()?)));
        self.keys.extend(keyed);
        let asks: Vec<Ask> = asks.into_iter().map(|ask| ask.at(self.now())).collect();
        let router = self.program()?.router.clone();
        let now = self.now();
        let work = asks.iter().cloned();
        let work =
            work.map(|ask| -> BoxFuture<'_, Answer> { Box::pin(ask.send(router.clone(), now)) });
        let clock = self.clock.clone();
        let done = execute(
            &self.stage,
            dice,
            work.collect(),
            patience(trouble),
            self.waits(&clock),
        )
        .await;
        if done.is_stuck {
            return Err(Finding::new(
                "liveness",
                format!("no answer to {}", asks[0].show()),
            ));
        }
        let is_dead = self.stage.is_dead();
        let expected = self.predict(&asks, &done.answers);
        let mut again = Vec::new();
        for ((ask, answer), expect) in asks.into_iter().zip(done.answers).zip(expected) {
            match (answer, expect) {
                (Some(answer), _) if answer.status == 503 && trouble != Trouble::None => {
                    self.trace.say(format!("{now} {}: not now", ask.show()));
                    again.push(ask);
                }
                (Some(answer), Some(expect)) => self.judge(ask, answer, &expect)?,
                (Some(answer), None) => {
                    let detail = format!("{}: {}", ask.show(), answer.status);
                    return Err(Finding::new("the simulator", detail));
                }
                (None, _) => {
                    self.counts.cancelled += u64::from(!is_dead);
                    self.trace
                        .say(format!("{now} {}: nobody waits for the answer", ask.show()));
                    again.push(ask);
                }
            }
        }
        if is_dead {
            self.died().await?;
        }
        for ask in again {
            Box::pin(self.ask(vec![ask], Trouble::None, dice)).await?;
        }
        Ok(())
    }

    /// What the model says to each, in the order in which their units ran. Who was not answered and
    /// whose unit did not run has not happened.
    pub(super) fn predict(
        &mut self,
        asks: &[Ask],
        answers: &[Option<Answer>],
    ) -> Vec<Option<Expect>> {
        let ran = self.stage.ran();
        let last = |caller: usize| {
            let write = asks[caller].is_write();
            let of_caller = |ran: &Ran| ran.caller == Some(caller);
            ran.iter()
                .rposition(|ran| of_caller(ran) && ran.decides(write))
        };
        let mut order: Vec<(usize, usize)> = Vec::new();
        for (caller, answer) in answers.iter().enumerate() {
            let unavailable = answer.as_ref().is_some_and(|answer| answer.status == 503);
            match (last(caller), answer) {
                (Some(at), _) if !unavailable => order.push((at, caller)),
                (None, Some(_)) if !unavailable => order.push((usize::MAX, caller)),
                _ => {}
            }
        }
        order.sort_unstable();
        let mut expected = vec![None; asks.len()];
        for (_, caller) in order {
            expected[caller] = Some(self.model.answer(&asks[caller], self.clock.now()));
        }
        expected
    }

    /// Counts the kind of request and of answer: a rule that was never met was never checked.
    fn met(&mut self, ask: &Ask, answer: &Answer) {
        let is_name = |part: &&str| {
            part.chars()
                .all(|c| c.is_ascii_lowercase() || c == '_' || c == '-')
        };
        let path = ask.path.split('?').next().unwrap_or_default();
        let path: Vec<&str> = (path.split('/'))
            .map(|part| if is_name(&part) { part } else { "…" })
            .collect();
        let body = answer.json();
        let code = body["code"].as_str().filter(|_| answer.status >= 400);
        let (path, code) = (path.join("/"), code.unwrap_or_default());
        let kind = format!("{} {path} {} {code}", ask.method, answer.status);
        *self.met.entry(kind).or_insert(0) += 1;
    }

    pub(super) fn judge(&mut self, ask: Ask, answer: Answer, expect: &Expect) -> Step<()> {
        self.counts.requests += 1;
        self.statuses.push(answer.status);
        self.met(&ask, &answer);
        let line = format!("{} {}: {}", self.now(), ask.show(), answer.status);
        self.trace.say(line);
        self.trace.hash(&answer.body);
        if let Some(finding) = expect.differs(&ask, &answer) {
            return Err(finding);
        }
        if let Some(learn) = &expect.learn {
            self.model.learn(learn, &answer.json());
        }
        let text = String::from_utf8_lossy(&answer.body);
        if let Some(private) = self.model.leak(&text, Some(ask.who)) {
            let detail = format!("{}: {private} in {text}", ask.show());
            return Err(Finding::new("private text in an answer", detail));
        }
        if ask.key.is_none() || !expect.is_kept() {
            return Ok(());
        }
        let same = |(other, _): &&(Ask, Answer)| {
            (other.who, &other.path, &other.key) == (ask.who, &ask.path, &ask.key)
        };
        match self.answered.iter().find(same) {
            Some((_, first)) if first.body != answer.body => {
                let detail = format!(
                    "{}: first {:?}, then {:?}",
                    ask.show(),
                    first.body,
                    answer.body
                );
                return Err(Finding::new("one intent, one answer", detail));
            }
            Some(_) => {}
            None => self.answered.push((ask, answer)),
        }
        Ok(())
    }
}
