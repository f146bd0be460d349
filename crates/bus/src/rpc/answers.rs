//! Answers on their way back, those that have gathered for one caller in one message.

use std::collections::HashMap;

use contracts::v1::{Fault, RpcResponse, RpcResponseBatch, rpc_response::Outcome};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use lapin::options::BasicPublishOptions;
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel};
use prost::Message;
use tokio::sync::mpsc;

use super::server::ServeOptions;

/// To whom, and what.
pub(super) type Answer = (ShortString, RpcResponse);

/// A message's bytes of answers, before the next ones go into another.
const BATCH_BYTES: usize = 256 * 1024;
/// The longest answer. A broker closes the channel on a message beyond 16 MiB (RabbitMQ 4's
/// `max_message_size`), and with it goes everything else under way.
const ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// Writes answers until their senders have gone.
pub(super) async fn write_all(
    channel: Channel,
    mut outgoing: mpsc::Receiver<Answer>,
    options: ServeOptions,
) {
    let mut confirming = FuturesUnordered::new();
    let mut gathered = Vec::with_capacity(options.batch);
    loop {
        tokio::select! {
            biased;
            Some(()) = confirming.next() => {}
            got = outgoing.recv_many(&mut gathered, options.batch), if confirming.len() < options.unconfirmed => {
                if got == 0 {
                    break;
                }
                for (reply_to, batch) in batches(gathered.drain(..)) {
                    confirming.push(write(channel.clone(), reply_to, batch));
                }
            }
        }
    }
    while confirming.next().await.is_some() {}
}

/// By caller, and no message much larger than it has to be.
fn batches(answers: impl Iterator<Item = Answer>) -> Vec<(ShortString, RpcResponseBatch)> {
    let mut full = Vec::new();
    let mut open: HashMap<ShortString, (RpcResponseBatch, usize)> = HashMap::new();
    for (reply_to, mut response) in answers {
        if response.encoded_len() > ANSWER_BYTES {
            tracing::error!(
                bytes = response.encoded_len(),
                "an answer is too long to be sent"
            );
            response.outcome = Some(Outcome::Fault(Fault::internal()));
        }
        let (batch, bytes) = open.entry(reply_to.clone()).or_default();
        *bytes += response.encoded_len();
        batch.responses.push(response);
        if *bytes > BATCH_BYTES {
            full.push((reply_to, std::mem::take(batch)));
            *bytes = 0;
        }
    }
    let rest = open
        .into_iter()
        .map(|(reply_to, (batch, _))| (reply_to, batch));
    full.extend(rest.filter(|(_, batch)| !batch.responses.is_empty()));
    full
}

/// A caller that has gone makes its answer unroutable, which is as it should be.
async fn write(channel: Channel, reply_to: ShortString, batch: RpcResponseBatch) {
    let payload = batch.encode_to_vec();
    let sent = async {
        channel
            .basic_publish(
                "".into(),
                reply_to,
                BasicPublishOptions::default(),
                &payload,
                BasicProperties::default(),
            )
            .await?
            .await
    };
    if let Err(error) = sent.await {
        tracing::debug!(%error, "an answer could not be sent");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(to: &str, id: u64, bytes: usize) -> Answer {
        let outcome = Some(Outcome::Body(vec![0; bytes].into()));
        (to.into(), RpcResponse { id, outcome })
    }

    #[test]
    fn no_message_is_longer_than_a_broker_takes_and_every_answer_is_in_one() {
        let many = (0..200).map(|id| answer("a", id, 200_000));
        let others = (0..10).map(|id| answer("b", id, 10));
        let batches = batches(many.chain(others).chain([answer("c", 0, ANSWER_BYTES + 1)]));
        assert!(batches.iter().all(|(_, b)| b.encoded_len() < 1024 * 1024));
        let of = |to: &str| -> Vec<u64> {
            let his = batches
                .iter()
                .filter(|(reply_to, _)| reply_to.as_str() == to);
            his.flat_map(|(_, b)| b.responses.iter().map(|r| r.id))
                .collect()
        };
        assert_eq!(of("a"), (0..200).collect::<Vec<u64>>());
        assert_eq!(of("b"), (0..10).collect::<Vec<u64>>());
        assert_eq!(of("c"), [0]);
        let (_, too_long) = batches.iter().find(|(to, _)| to.as_str() == "c").unwrap();
        assert!(matches!(
            too_long.responses[0].outcome,
            Some(Outcome::Fault(_))
        ));
    }
}
