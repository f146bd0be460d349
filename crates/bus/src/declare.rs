//! Turns `contracts::topology` into exchanges and queues. Declaring what exists changes nothing.

use contracts::topology::{self, Exchange, ExchangeKind, Queue};
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{Channel, Error};

/// Messages a queue holds at most. Past that the broker refuses, and the outbox keeps what is owed.
const QUEUE_LENGTH: i64 = 500_000;
/// Deliveries of one message before it counts as one that kills its consumers.
const DELIVERY_LIMIT: i64 = 50;

pub(crate) fn dead(queue: &str) -> ShortString {
    format!("{queue}.dead").into()
}

pub(crate) fn retry(queue: &str) -> ShortString {
    format!("{queue}.retry").into()
}

pub(crate) async fn topology(channel: &Channel) -> Result<(), Error> {
    for exchange in topology::EXCHANGES {
        declare_exchange(channel, exchange).await?;
    }
    for queue in topology::QUEUES {
        declare_queue(channel, queue).await?;
    }
    Ok(())
}

async fn declare_exchange(channel: &Channel, exchange: &Exchange) -> Result<(), Error> {
    let kind = match exchange.kind {
        ExchangeKind::Topic => lapin::ExchangeKind::Topic,
        ExchangeKind::Fanout => lapin::ExchangeKind::Fanout,
    };
    let options = ExchangeDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .exchange_declare(exchange.name.into(), kind, options, FieldTable::default())
        .await
}

async fn declare_queue(channel: &Channel, queue: &Queue) -> Result<(), Error> {
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    channel
        .queue_declare(dead(queue.name), durable, quorum(&[]))
        .await?;
    let back = dead_letter_to(queue.name.into());
    channel
        .queue_declare(retry(queue.name), durable, quorum(&back))
        .await?;
    let mut own = dead_letter_to(dead(queue.name)).to_vec();
    own.push(("x-delivery-limit", AMQPValue::LongLongInt(DELIVERY_LIMIT)));
    own.push(("x-max-length", AMQPValue::LongLongInt(QUEUE_LENGTH)));
    channel
        .queue_declare(queue.name.into(), durable, quorum(&own))
        .await?;
    channel
        .queue_bind(
            queue.name.into(),
            queue.exchange.name.into(),
            queue.binding.into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await
}

/// What leaves the queue unhandled goes to `target`, and is not dropped before it arrived there.
fn dead_letter_to(target: ShortString) -> [(&'static str, AMQPValue); 4] {
    [
        ("x-dead-letter-exchange", AMQPValue::LongString("".into())),
        (
            "x-dead-letter-routing-key",
            AMQPValue::LongString(target.as_str().into()),
        ),
        (
            "x-dead-letter-strategy",
            AMQPValue::LongString("at-least-once".into()),
        ),
        ("x-overflow", AMQPValue::LongString("reject-publish".into())),
    ]
}

fn quorum(arguments: &[(&'static str, AMQPValue)]) -> FieldTable {
    let mut table = FieldTable::default();
    table.insert(
        "x-queue-type".into(),
        AMQPValue::LongString("quorum".into()),
    );
    for (name, value) in arguments {
        table.insert((*name).into(), value.clone());
    }
    table
}

/// A queue for requests: it goes with its last consumer, so a request that nobody would serve is
/// returned at once, and it refuses what is beyond its length.
pub(crate) async fn rpc_queue(channel: &Channel, name: &str) -> Result<(), Error> {
    let mut arguments = FieldTable::default();
    arguments.insert(
        "x-max-length".into(),
        AMQPValue::LongLongInt(topology::RPC_QUEUE_LENGTH),
    );
    arguments.insert(
        "x-overflow".into(),
        AMQPValue::LongString("reject-publish".into()),
    );
    let options = QueueDeclareOptions {
        auto_delete: true,
        ..Default::default()
    };
    channel
        .queue_declare(name.into(), options, arguments)
        .await
        .map(drop)
}

/// A replica's own queue on a fan-out exchange.
pub(crate) async fn exclusive_queue(
    channel: &Channel,
    exchange: &Exchange,
) -> Result<ShortString, Error> {
    let options = QueueDeclareOptions {
        exclusive: true,
        auto_delete: true,
        ..Default::default()
    };
    let queue = channel
        .queue_declare("".into(), options, FieldTable::default())
        .await?;
    let name = queue.name().clone();
    channel
        .queue_bind(
            name.clone(),
            exchange.name.into(),
            "".into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        )
        .await?;
    Ok(name)
}
