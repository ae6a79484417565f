//! Time passes, and what is due in the background is done.

use super::{BLOCK, HOP, HOPS_MAX, Step, Store, THREADS, World, broken, patience};
use crate::ask::{Answer, Ask};
use crate::dice::Dice;
use crate::execute::execute;
use crate::model::Deed;
use crate::network::Brought;
use crate::people::Who;
use crate::report::Finding;
use crate::stage::{Ran, Trouble};
use futures_util::future::BoxFuture;
use http::Method;
use std::time::Duration;
use torg_platform::Clock;
use torg_sandbox::ton::DevChain;

impl World {
    /// Time passes; awake workers do what is due when it is due.
    pub(super) async fn pass(&mut self, pause: Duration, awake: bool) -> Step<()> {
        let ends = self.now().plus(pause);
        while awake && let Some(due) = self.model.next_due().filter(|due| *due <= ends) {
            self.clock.advance(due.since(self.now()));
            self.settle().await?;
        }
        self.clock.advance(ends.since(self.now()));
        if awake {
            self.settle().await?;
        }
        Ok(())
    }

    /// Everything that is due in the background is done, and nothing goes wrong with it.
    pub(super) async fn settle(&mut self) -> Step<()> {
        self.stage.begin(Trouble::None, None);
        let worker = self.program()?.worker.clone();
        let run: BoxFuture<'_, _> = Box::pin(async move { worker.run_due().await });
        let mut dice = Dice::new(1);
        let clock = self.clock.clone();
        let done = execute(&self.stage, &mut dice, vec![run], None, self.waits(&clock)).await;
        self.hear()?;
        match done.answers.into_iter().next().flatten() {
            Some(Ok(())) => {
                self.model.settle(self.now());
                Ok(())
            }
            Some(Err(error)) => Err(broken("work in the background", error)),
            None => Err(Finding::new(
                "liveness",
                "work in the background does not end",
            )),
        }
    }

    /// The same with trouble, and then without.
    pub(super) async fn work(&mut self, trouble: Trouble, dice: &mut Dice) -> Step<()> {
        self.stage.begin(trouble, Some(dice.clone()));
        let worker = self.program()?.worker.clone();
        let run: BoxFuture<'_, _> = Box::pin(async move { worker.run_due().await });
        let clock = self.clock.clone();
        let patience = patience(trouble);
        // What fails is done by the next one.
        drop(execute(&self.stage, dice, vec![run], patience, self.waits(&clock)).await);
        self.hear()?;
        if self.stage.is_dead() {
            self.died().await?;
        }
        self.settle().await
    }

    /// The bot and the chain for some seconds of their time.
    pub(super) async fn talk(
        &mut self,
        time: Duration,
        trouble: Trouble,
        dice: &mut Dice,
    ) -> Step<()> {
        self.stage.begin(trouble, None);
        let ends = self.now().plus(time);
        self.chain.mine().map_err(|e| broken("the chain", e))?;
        let pollers = self.program()?.pollers.clone();
        let looks: Vec<BoxFuture<'_, ()>> = (pollers.iter())
            .map(|poller| -> BoxFuture<'_, ()> {
                Box::pin(async move {
                    // What it cannot do now, it does at the next look.
                    let _looked = poller.look().await;
                })
            })
            .collect();
        let clock = self.clock.clone();
        let chain = self.has_chain.then(|| self.chain.clone());
        let mut mined = clock.now();
        let until = || {
            clock.advance(HOP);
            if clock.now().since(mined) >= BLOCK {
                mined = clock.now();
                // A chain that cannot go on is found by who waits for it.
                let _mined = chain.as_ref().map(DevChain::mine);
            }
            clock.now() < ends
        };
        drop(execute(&self.stage, dice, looks, patience(trouble), until).await);
        if self.stage.is_dead() {
            self.died().await?;
        }
        self.settle().await?;
        self.look_at_chats()?;
        self.look_at_coins().await
    }

    /// What the company behind the test provider has brought in the act that ends now: when it
    /// brings what is the network's doing, what comes of it is the model's to say.
    pub(super) fn hear(&mut self) -> Step<()> {
        let (now, ran) = (self.now(), self.stage.ran());
        let is_staged = self.store == Store::Memory;
        let place = |index: usize, brought: &Brought| {
            let own = |ran: &Ran| ran.caller == Some(brought.caller) && ran.decides(true);
            match is_staged {
                true => ran.iter().rposition(own),
                // With threads one comes after another.
                false => Some(index),
            }
        };
        let brought = self.network.brought().into_iter().enumerate();
        let mut all: Vec<_> = brought
            .filter_map(|(index, brought)| place(index, &brought).map(|at| (at, brought)))
            .collect();
        all.sort_by_key(|(at, _)| *at);
        if !all.is_empty() {
            // What is over by the clock was written down before.
            self.model.shop.settle(now);
        }
        for (_, brought) in all {
            let body = serde_json::from_slice(&brought.body).unwrap_or_default();
            let expect = self.model.shop.company(&body, now);
            self.trace.say(format!("{now} the company brings {body}"));
            let Some((status, answer)) = brought.answer.filter(|(status, _)| *status != 503) else {
                continue;
            };
            self.trace.hash(&answer);
            let (who, path) = (Who::Nobody, "/payments/callback");
            let ask = Ask::new(who, Method::POST, path, Deed::Trespass);
            let answer = Answer {
                status: status.as_u16(),
                body: answer,
            };
            if let Some(finding) = expect.differs(&ask.json(body), &answer) {
                return Err(finding);
            }
        }
        Ok(())
    }

    /// What is done when everybody waits: the clock hops; where there are threads, they get time.
    pub(super) fn waits(&self, clock: &Clock) -> impl FnMut() -> bool + use<> {
        let (clock, is_alone) = (clock.clone(), self.store == Store::Memory);
        let mut left = HOPS_MAX;
        move || {
            left -= 1;
            if is_alone {
                clock.advance(HOP);
            } else {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the threads of the database get this one's time"
                )]
                std::thread::sleep(THREADS);
            }
            left > 0
        }
    }
}
