//! Everything that replicas share, and what happens to them.

mod acts;
mod end;

use std::hash::{DefaultHasher, Hasher};
use std::num::{NonZeroU32, NonZeroU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use service_kit::Clock;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::broker::Queue;
use super::laws::{Beginning, Laws, Letter};
use super::link::Reach;
use super::news;
use super::plan::{Plan, USUAL};
use super::receivers::{Met, endpoint};
use super::replica::{Handle, keep_running};
use super::tables::{At, Endpoint, Tables};
use crate::delivery::stages::Parcel;
use crate::settings::HealthSettings;
use test_support::Chance;

pub(super) struct World {
    /// The database's.
    pub(super) clock: Clock,
    pub(super) health: HealthSettings,
    /// Something is ready at the broker.
    pub(super) arrived: Notify,
    began: Instant,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) plan: Plan,
    pub(super) chance: Chance,
    pub(super) tables: Tables,
    pub(super) laws: Laws,
    pub(super) queue: Queue,
    /// Events that have happened.
    pub(super) published: usize,
    /// As planned, until everything is well.
    pub(super) lossy_percent: u64,
    pub(super) unheard_percent: u64,
    /// By replica.
    pub(super) reach: Vec<Reach>,
    pub(super) handles: Vec<Option<Handle>>,
    /// How long a replica that ends stays away.
    pub(super) pauses: Vec<Duration>,
    pub(super) is_over: bool,
    /// What has happened, for whoever looks at one seed.
    journal: Option<Vec<String>>,
}

/// Shortened, too: what replicas do meanwhile they do anyway.
const PROBE_LOST: Duration = Duration::from_secs(5);
/// By then, everything that can be delivered has been.
const PATIENCE: Duration = Duration::from_secs(300);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The bounds of a failing endpoint, shortened.
pub(super) fn health() -> HealthSettings {
    let milliseconds = |number| NonZeroU64::new(number).unwrap();
    HealthSettings {
        failures: NonZeroU32::new(4).unwrap(),
        over_ms: 800,
        probe_after_ms: milliseconds(300),
        longest_probe_after_ms: milliseconds(2_000),
        disable_after_s: 3,
        ..HealthSettings::default()
    }
}

impl World {
    pub(super) fn new(seed: u64, is_told: bool) -> Arc<Self> {
        let plan = Plan::new(seed);
        let replicas = plan.replicas;
        let mut tables = Tables::new(PROBE_LOST);
        for (number, one) in plan.endpoints.iter().enumerate() {
            let row = Endpoint {
                rate: one.rate,
                in_order: one.in_order,
                ..Endpoint::new(news::organization(one.organization))
            };
            tables.endpoints.insert(endpoint(number), row);
        }
        let state = State {
            chance: Chance::new(!seed),
            tables,
            laws: Laws::default(),
            queue: Queue::default(),
            published: 0,
            lossy_percent: plan.lossy_percent,
            unheard_percent: plan.unheard_percent,
            reach: vec![USUAL; replicas],
            handles: vec![None; replicas],
            pauses: vec![Duration::ZERO; replicas],
            is_over: false,
            journal: is_told.then(Vec::new),
            plan,
        };
        Arc::new(Self {
            clock: Clock::starting(DateTime::from_timestamp_millis(news::BEGIN).unwrap()),
            health: health(),
            arrived: Notify::new(),
            began: Instant::now(),
            state: Mutex::new(state),
        })
    }

    pub(super) fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }

    pub(super) fn carry_out<T>(&self, statement: impl FnOnce(&mut State, At) -> T) -> T {
        let now = self.clock.now();
        self.with(|state| statement(state, now))
    }

    pub(super) fn note(&self, text: impl FnOnce() -> String) {
        self.with(|state| {
            if let Some(journal) = &mut state.journal {
                let at = self.began.elapsed();
                journal.push(format!("{at:>10.3?} {}", text()));
            }
        });
    }

    pub(super) fn journal(&self) -> Vec<String> {
        self.with(|state| state.journal.take()).unwrap_or_default()
    }

    /// An attempt of `replica` begins at `at` by its own clock. Answers with its number, and with
    /// what it meets.
    pub(super) fn begin_attempt(&self, replica: usize, parcel: &Parcel, at: At) -> (u64, Met) {
        let beginning = Beginning {
            replica,
            delivery: parcel.id.0,
            number: parcel.attempts_made + 1,
            letter: Letter {
                event: parcel.event_id.to_string(),
                endpoint: parcel.destination.endpoint_id.0,
                sequence: parcel.sequence,
                body: hash(&parcel.body),
            },
            at,
        };
        let (now, elapsed) = (self.clock.now(), self.began.elapsed());
        self.note(|| {
            let (delivery, number) = (beginning.delivery, beginning.number);
            format!("{replica} begins attempt {number} of {delivery}")
        });
        self.with(|state| {
            let temper = state.temper(beginning.letter.endpoint, elapsed);
            let met = temper.meet(&mut state.chance);
            let number = state.laws.began(&state.tables, &state.plan, beginning, now);
            (number, met)
        })
    }

    /// Lets the plan happen, then everything be well, until nothing is left to do.
    pub(super) async fn pass(self: &Arc<Self>) {
        let replicas = self.with(|state| state.plan.replicas);
        for replica in 0..replicas {
            tokio::spawn(keep_running(Arc::clone(self), replica));
        }
        let acts = self.with(|state| state.plan.acts.clone());
        for (at, act) in acts {
            sleep_until(self.began + at).await;
            self.note(|| format!("{act:?}"));
            self.act(act);
        }
        self.heal();
        let settled = timeout(PATIENCE, self.settled()).await.is_ok();
        self.with(|state| state.check(settled));
        if settled {
            self.close().await;
        }
    }

    async fn settled(&self) {
        while !self.with(|state| state.is_settled()) {
            sleep(LOOK_EVERY).await;
        }
    }

    /// Asks all replicas to stop, and waits until they have: they hold nothing any more.
    async fn close(&self) {
        self.with(|state| state.is_over = true);
        self.stop_all();
        while self.with(|state| state.handles.iter().any(Option::is_some)) {
            sleep(LOOK_EVERY).await;
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}
