//! Every exchange and queue, as data, in one place. `bus` declares them.

/// How an exchange hands out its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeKind {
    Topic,
    Fanout,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    pub name: &'static str,
    pub kind: ExchangeKind,
}

/// A durable quorum queue that the replicas of one service compete on.
///
/// What cannot be handled goes to `<name>.dead`, with the reason in its headers; what may be
/// handled later waits in `<name>.retry` until its time to live ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    pub name: &'static str,
    pub exchange: Exchange,
    pub binding: &'static str,
}

/// Records as they now are; routing key `record.<kind>`, that of the first where several go as one.
pub const RECORDS: Exchange = Exchange {
    name: "gaf.records",
    kind: ExchangeKind::Topic,
};
/// Catalog events; the routing key is the event type, likewise.
pub const EVENTS: Exchange = Exchange {
    name: "gaf.events",
    kind: ExchangeKind::Topic,
};
/// What replicas must forget; an exclusive queue a replica.
pub const INVALIDATIONS: Exchange = Exchange {
    name: "gaf.invalidations",
    kind: ExchangeKind::Fanout,
};
/// What gateways gave out of each other's rate limits; an exclusive queue a replica.
pub const USAGE: Exchange = Exchange {
    name: "gaf.usage",
    kind: ExchangeKind::Fanout,
};

pub const READ_MODEL_RECORDS: Queue = Queue {
    name: "read-model.records",
    exchange: RECORDS,
    binding: "record.#",
};
pub const READ_MODEL_EVENTS: Queue = Queue {
    name: "read-model.events",
    exchange: EVENTS,
    binding: "#",
};
pub const DISPATCHER_EVENTS: Queue = Queue {
    name: "webhook-dispatcher.events",
    exchange: EVENTS,
    binding: "#",
};

pub const EXCHANGES: &[Exchange] = &[RECORDS, EVENTS, INVALIDATIONS, USAGE];
pub const QUEUES: &[Queue] = &[READ_MODEL_RECORDS, READ_MODEL_EVENTS, DISPATCHER_EVENTS];

/// Requests that wait for a service at most; one more is refused at once.
pub const RPC_QUEUE_LENGTH: i64 = 4_096;

/// Messages about rate limits that wait for one replica at most; the oldest goes for one more. A
/// replica that reads is never so far behind.
pub const USAGE_QUEUE_LENGTH: u32 = 100_000;
