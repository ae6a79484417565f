//! The way from the program to Telegram, the chain and itself: routers in the same thread, and
//! weather between.

use crate::dice::Dice;
use crate::product::Outside;
use crate::stage::{SimStage, turn};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use torg_platform::outbound::configured::{Answer, Transport, TransportError};
use tower::ServiceExt as _;

/// How often, in a thousand calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Weather {
    /// The connection is refused.
    pub(crate) unsent: u64,
    /// The request is lost.
    pub(crate) lost: u64,
    /// The answer is lost after the effect.
    pub(crate) unanswered: u64,
    /// A page of HTML with 502.
    pub(crate) gateway: u64,
    /// It arrives twice.
    pub(crate) doubled: u64,
}

impl Weather {
    pub(crate) const BAD: Self = Self {
        unsent: 60,
        lost: 60,
        unanswered: 60,
        gateway: 40,
        doubled: 20,
    };
}

/// Where the program tells itself what has become of a payment.
const CALLBACK: &str = "/payments/callback";
/// Numbers of callers on the network begin here.
const CALLERS: usize = 1_000;

/// A notice that has come over the network.
#[derive(Debug, Clone)]
pub(crate) struct Brought {
    /// Whose its units of work are.
    pub(crate) caller: usize,
    pub(crate) body: Bytes,
    /// None when nobody lived to hear it.
    pub(crate) answer: Option<(StatusCode, Bytes)>,
}

struct Shared {
    hosts: Mutex<BTreeMap<String, Router>>,
    weather: Mutex<Weather>,
    dice: Mutex<Dice>,
    stage: SimStage,
    faults: AtomicU64,
    brought: Mutex<Vec<Brought>>,
    /// Calls of an earlier process never come back.
    generation: AtomicU64,
}

/// The network as one process of the program sees it.
#[derive(Clone)]
pub(crate) struct Network {
    shared: Arc<Shared>,
    generation: u64,
}

impl Network {
    pub(crate) fn new(seed: u64, stage: SimStage) -> Self {
        Self {
            shared: Arc::new(Shared {
                hosts: Mutex::default(),
                weather: Mutex::default(),
                dice: Mutex::new(Dice::part(seed, "weather")),
                stage,
                faults: AtomicU64::new(0),
                brought: Mutex::default(),
                generation: AtomicU64::new(0),
            }),
            generation: 0,
        }
    }

    /// Puts somebody at an address, in the place of who was there.
    pub(crate) fn place(&self, url: &str, router: Router) {
        let host = url.trim_start_matches("http://").to_owned();
        self.shared.hosts.lock().insert(host, router);
    }

    /// Nobody is at the program's own address any more, and whatever it had asked is not answered.
    /// The view of the next process.
    pub(crate) fn cut(&self) -> Self {
        let host = Outside::SELF.trim_start_matches("http://");
        self.shared.hosts.lock().remove(host);
        let generation = self.shared.generation.fetch_add(1, Ordering::SeqCst) + 1;
        Self {
            shared: self.shared.clone(),
            generation,
        }
    }

    /// Nobody is anywhere any more: who is reached over it holds it, and would keep it alive.
    pub(crate) fn empty(&self) {
        self.shared.hosts.lock().clear();
    }

    pub(crate) fn set_weather(&self, weather: Weather) {
        *self.shared.weather.lock() = weather;
    }

    /// How many calls have met bad weather.
    pub(crate) fn faults(&self) -> u64 {
        self.shared.faults.load(Ordering::SeqCst)
    }

    /// Notices that came since they were asked for last.
    pub(crate) fn brought(&self) -> Vec<Brought> {
        std::mem::take(&mut self.shared.brought.lock())
    }

    fn is_cut(&self) -> bool {
        self.shared.generation.load(Ordering::SeqCst) != self.generation
    }

    async fn pass(&self, request: Request<Bytes>) -> Result<Answer, TransportError> {
        let shared = &self.shared;
        shared.stage.stir();
        if self.is_cut() || shared.stage.is_dead() {
            return Err(TransportError::unsent("the dead do not call"));
        }
        let host = request.uri().host().unwrap_or_default().to_owned();
        let router = shared.hosts.lock().get(&host).cloned();
        let Some(router) = router else {
            return Err(TransportError::unsent("nobody is there"));
        };
        let weather = *shared.weather.lock();
        let fate = {
            let all = [
                weather.unsent,
                weather.lost,
                weather.unanswered,
                weather.gateway,
                weather.doubled,
            ];
            let fine = 1000_u64.saturating_sub(all.iter().sum());
            let [a, b, c, d, e] = all;
            shared.dice.lock().weighted(&[fine, a, b, c, d, e])
        };
        if fate != 0 {
            shared.faults.fetch_add(1, Ordering::SeqCst);
        }
        match fate {
            1 => return Err(TransportError::unsent("refused")),
            2 => return Err(TransportError::unknown("lost on the way")),
            4 => return Ok(gateway()),
            // Notices come twice; who sends a message twice has sent two.
            5 if format!("http://{host}") == Outside::SELF => {
                drop(self.hand(router.clone(), request.clone()).await)
            }
            _ => {}
        }
        turn().await;
        let answer = self.hand(router, request).await;
        shared.stage.stir();
        if self.is_cut() || shared.stage.is_dead() {
            return Err(TransportError::unknown("nobody hears the answer"));
        }
        if fate == 3 {
            return Err(TransportError::unknown("the answer was lost"));
        }
        answer
    }
}

impl Network {
    /// Asks, and remembers it when it is a notice about a payment.
    async fn hand(
        &self,
        router: Router,
        request: Request<Bytes>,
    ) -> Result<Answer, TransportError> {
        if request.uri().path() != CALLBACK {
            return ask(router, request).await;
        }
        let place = {
            let mut brought = self.shared.brought.lock();
            let place = brought.len();
            brought.push(Brought {
                caller: CALLERS + place,
                body: request.body().clone(),
                answer: None,
            });
            place
        };
        let stage = &self.shared.stage;
        let answer = (stage.as_caller(CALLERS + place, ask(router, request))).await;
        let heard = answer.as_ref().ok();
        let heard = heard.map(|(status, _, body)| (*status, body.clone()));
        if let Some(brought) = self.shared.brought.lock().get_mut(place) {
            brought.answer = heard;
        }
        answer
    }
}

async fn ask(router: Router, request: Request<Bytes>) -> Result<Answer, TransportError> {
    let Ok(answer) = router.oneshot(request.map(Body::from)).await;
    let (head, body) = answer.into_parts();
    let body = body.collect().await;
    let body = body.map_err(|error| TransportError::unknown(error.to_string()))?;
    Ok((head.status, head.headers, body.to_bytes()))
}

fn gateway() -> Answer {
    let page = Bytes::from_static(b"<html>502 Bad Gateway</html>");
    (StatusCode::BAD_GATEWAY, HeaderMap::new(), page)
}

impl Transport for Network {
    fn call(
        &self,
        request: Request<Bytes>,
        _within: Duration,
    ) -> BoxFuture<'_, Result<Answer, TransportError>> {
        Box::pin(self.pass(request))
    }
}
