//! What must be true at every moment. What must be true in the end is in `laws::finally`.

mod finally;
mod pace;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::plan::Plan;
use super::tables::{At, Tables};

#[derive(Default)]
pub(super) struct Laws {
    /// The first that was broken.
    pub(super) broken: Option<String>,
    /// Whose lease is whose.
    pub(super) owners: BTreeMap<Uuid, usize>,
    under_way: BTreeMap<u64, UnderWay>,
    last: u64,
    letters: BTreeMap<Uuid, Letter>,
    /// Until when each rate is used up.
    used_up: BTreeMap<Uuid, At>,
    ids: BTreeMap<(String, Uuid), Uuid>,
    /// How often each attempt was begun.
    begun: BTreeMap<(Uuid, i32), u32>,
    /// What was answered well.
    arrived: BTreeSet<Uuid>,
}

/// An attempt under way, and the lease under which it began.
struct UnderWay {
    replica: usize,
    lease: Uuid,
    delivery: Uuid,
    endpoint: Uuid,
}

/// What every attempt of a delivery has in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) event: String,
    pub(super) endpoint: Uuid,
    pub(super) sequence: i64,
    /// A hash of it.
    pub(super) body: u64,
}

/// An attempt that begins.
#[derive(Debug)]
pub(super) struct Beginning {
    pub(super) replica: usize,
    pub(super) delivery: Uuid,
    pub(super) number: i32,
    pub(super) letter: Letter,
    /// By the replica's clock.
    pub(super) at: At,
}

impl Laws {
    pub(super) fn broke(&mut self, law: impl FnOnce() -> String) {
        if self.broken.is_none() {
            self.broken = Some(law());
        }
    }

    fn hold(&mut self, holds: bool, law: impl FnOnce() -> String) {
        if !holds {
            self.broke(law);
        }
    }

    /// An attempt begins. Answers with the number by which it ends.
    pub(super) fn began(
        &mut self,
        tables: &Tables,
        plan: &Plan,
        beginning: Beginning,
        now: At,
    ) -> u64 {
        let lease = self.is_leased(tables, &beginning, now);
        self.is_alone(tables, &beginning, now);
        self.is_the_same(&beginning);
        self.is_paced(tables, plan, &beginning, now);
        let begun = (beginning.delivery, beginning.number);
        *self.begun.entry(begun).or_default() += 1;
        self.last += 1;
        let under_way = UnderWay {
            replica: beginning.replica,
            lease,
            delivery: beginning.delivery,
            endpoint: beginning.letter.endpoint,
        };
        self.under_way.insert(self.last, under_way);
        self.is_bounded(plan, &beginning);
        self.last
    }

    pub(super) fn ended(&mut self, under_way: u64) {
        self.under_way.remove(&under_way);
    }

    pub(super) fn arrived(&mut self, delivery: Uuid) {
        self.arrived.insert(delivery);
    }

    /// The table says that the delivery is this replica's and due, and its lease lasts.
    fn is_leased(&mut self, tables: &Tables, beginning: &Beginning, now: At) -> Uuid {
        let Some(owed) = tables.owed.get(&beginning.delivery) else {
            self.broke(|| format!("begins what is not owed: {beginning:?}"));
            return Uuid::nil();
        };
        let lease = owed.lease_owner.unwrap_or_default();
        let is_ours = self.owners.get(&lease) == Some(&beginning.replica);
        self.hold(is_ours, || {
            format!("begins what it has not leased: {beginning:?}, {owed:?}")
        });
        self.hold(tables.lives(lease, now), || {
            format!("begins under a lease that has ended: {beginning:?}")
        });
        self.hold(owed.next_attempt_at <= beginning.at, || {
            format!("begins too early: {beginning:?}, {owed:?}")
        });
        self.hold(owed.attempts + 1 == beginning.number, || {
            format!("is another attempt than the next: {beginning:?}, {owed:?}")
        });
        self.hold(tables.is_first(owed), || {
            format!("passes what is before it: {beginning:?}, {owed:?}")
        });
        lease
    }

    /// Nobody else is sending it under a lease that lasts.
    fn is_alone(&mut self, tables: &Tables, beginning: &Beginning, now: At) {
        let mut others = self.under_way.values();
        let other =
            others.find(|one| one.delivery == beginning.delivery && tables.lives(one.lease, now));
        if let Some(replica) = other.map(|one| one.replica) {
            self.broke(|| format!("{replica} is sending it already: {beginning:?}"));
        }
    }

    /// The same id always bears the same, and the same always has this id.
    fn is_the_same(&mut self, beginning: &Beginning) {
        let (id, letter) = (beginning.delivery, &beginning.letter);
        let known = self.letters.entry(id).or_insert_with(|| letter.clone());
        let is_same = known == letter;
        let known = self.ids.entry((letter.event.clone(), letter.endpoint));
        let has_this_id = *known.or_insert(id) == id;
        self.hold(is_same && has_this_id, || {
            format!("is not what it was: {beginning:?}")
        });
    }

    fn is_bounded(&mut self, plan: &Plan, beginning: &Beginning) {
        let ours = self
            .under_way
            .values()
            .filter(|one| one.replica == beginning.replica);
        let (mut all, mut to_endpoint) = (0, 0);
        for one in ours {
            all += 1;
            to_endpoint += usize::from(one.endpoint == beginning.letter.endpoint);
        }
        let most = plan.in_flight_per_endpoint;
        // Twice as many where slow ones take up what there is for all.
        self.hold(all <= plan.in_flight * 2 && to_endpoint <= most, || {
            format!("{all} are under way, {to_endpoint} to the same: {beginning:?}")
        });
    }
}
