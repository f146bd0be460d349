//! Turns `contracts::topology` into exchanges and queues. Declaring what exists changes nothing.

use contracts::topology::{self, Exchange, ExchangeKind, Queue};
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{Channel, Connection, Error, ErrorKind};

/// Messages a queue holds at most. Past that the broker refuses, and the outbox keeps what is owed.
const QUEUE_LENGTH: i64 = 500_000;
/// Deliveries of one message before it counts as one that kills its consumers.
const DELIVERY_LIMIT: i64 = 50;
/// Looks at a dead letter: as good as any number. Without a limit of its own the queue would drop a
/// letter that was looked at 20 times, from RabbitMQ 4 on; -1 for "none" is unknown before that.
const LOOKS: i64 = 1_000_000_000;
/// Milliseconds that a queue for requests outlives its last consumer's connection by at most.
const RPC_QUEUE_EXPIRES: i64 = 30_000;

pub(crate) fn dead(queue: &str) -> ShortString {
    format!("{queue}.dead").into()
}

pub(crate) fn retry(queue: &str) -> ShortString {
    format!("{queue}.retry").into()
}

pub(crate) async fn topology(connection: &Connection) -> Result<(), Error> {
    let mut declarer = Declarer::new(connection).await?;
    for exchange in topology::EXCHANGES {
        declare_exchange(&declarer.channel, exchange).await?;
    }
    for queue in topology::QUEUES {
        declare_queue(&mut declarer, queue).await?;
    }
    Ok(())
}

/// Declares queues, and accepts those that are there with other arguments.
struct Declarer<'c> {
    connection: &'c Connection,
    channel: Channel,
}

impl<'c> Declarer<'c> {
    async fn new(connection: &'c Connection) -> Result<Self, Error> {
        let channel = connection.create_channel().await?;
        Ok(Self {
            connection,
            channel,
        })
    }

    /// A queue keeps the arguments it was made with. Those of another version are no reason for
    /// every replica of this one to stay away.
    async fn queue(
        &mut self,
        name: ShortString,
        options: QueueDeclareOptions,
        arguments: FieldTable,
    ) -> Result<(), Error> {
        let declared = self
            .channel
            .queue_declare(name.clone(), options, arguments)
            .await;
        match declared {
            Err(error) if is_precondition_failed(&error) => {
                tracing::error!(
                    queue = name.as_str(),
                    %error,
                    "the queue is there with other arguments and is used as it is; let it run \
                     empty and delete it, and it is made anew as this version wants it"
                );
                // The broker has closed it.
                self.channel = self.connection.create_channel().await?;
                Ok(())
            }
            other => other.map(drop),
        }
    }
}

fn is_precondition_failed(error: &Error) -> bool {
    let failed = AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED);
    matches!(error.kind(), ErrorKind::ProtocolError(e) if *e.kind() == failed)
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

async fn declare_queue(declarer: &mut Declarer<'_>, queue: &Queue) -> Result<(), Error> {
    let durable = QueueDeclareOptions {
        durable: true,
        ..Default::default()
    };
    let looks = [("x-delivery-limit", AMQPValue::LongLongInt(LOOKS))];
    declarer
        .queue(dead(queue.name), durable, quorum(&looks))
        .await?;
    let back = dead_letter_to(queue.name.into());
    declarer
        .queue(retry(queue.name), durable, quorum(&back))
        .await?;
    let mut own = dead_letter_to(dead(queue.name)).to_vec();
    own.push(("x-delivery-limit", AMQPValue::LongLongInt(DELIVERY_LIMIT)));
    own.push(("x-max-length", AMQPValue::LongLongInt(QUEUE_LENGTH)));
    declarer
        .queue(queue.name.into(), durable, quorum(&own))
        .await?;
    declarer
        .channel
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
///
/// It is durable because RabbitMQ 4.3 takes no queues that are neither that nor exclusive; its
/// messages are not. What a restart of the broker leaves of it expires, if nobody comes to serve.
pub(crate) async fn rpc_queue(connection: &Connection, name: &str) -> Result<(), Error> {
    let mut arguments = FieldTable::default();
    arguments.insert(
        "x-max-length".into(),
        AMQPValue::LongLongInt(topology::RPC_QUEUE_LENGTH),
    );
    arguments.insert(
        "x-overflow".into(),
        AMQPValue::LongString("reject-publish".into()),
    );
    arguments.insert(
        "x-expires".into(),
        AMQPValue::LongLongInt(RPC_QUEUE_EXPIRES),
    );
    let options = QueueDeclareOptions {
        auto_delete: true,
        durable: true,
        ..Default::default()
    };
    let mut declarer = Declarer::new(connection).await?;
    declarer.queue(name.into(), options, arguments).await?;
    let _ = declarer.channel.close(200, "done".into()).await;
    Ok(())
}

/// A replica's own queue on a fan-out exchange. With a length, the oldest message beyond it goes.
pub(crate) async fn exclusive_queue(
    channel: &Channel,
    exchange: &Exchange,
    length: Option<u32>,
) -> Result<ShortString, Error> {
    let options = QueueDeclareOptions {
        exclusive: true,
        auto_delete: true,
        ..Default::default()
    };
    let mut arguments = FieldTable::default();
    if let Some(length) = length {
        let length = AMQPValue::LongLongInt(length.into());
        arguments.insert("x-max-length".into(), length);
        let drop_head = AMQPValue::LongString("drop-head".into());
        arguments.insert("x-overflow".into(), drop_head);
    }
    declare_exchange(channel, exchange).await?;
    let queue = channel.queue_declare("".into(), options, arguments).await?;
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
