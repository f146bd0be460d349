//! What is published together travels together: messages to one exchange as one message.

use std::collections::HashMap;
use std::iter;

use bytes::Bytes;
use contracts::topology::ExchangeKind;
use contracts::v1;
use prost::Message;

use crate::message::{Delivery, OutMessage, persistent};
use crate::publish::{Letter, kind_of};

/// Messages in one, at most. Whoever takes so many bundles ahead may have so many times as many messages.
const MOST: usize = 16;
/// Bytes of their payloads together, but for one that has more by itself.
const MOST_BYTES: usize = 64 << 10;

/// What goes to the broker as one message.
pub(crate) struct Parcel<'m> {
    first: &'m OutMessage,
    others: Vec<&'m OutMessage>,
    /// Where each stood among what was given.
    pub(crate) places: Vec<usize>,
    bytes: usize,
}

/// `messages`, put together. Those to one exchange stay in their order.
pub(crate) fn pack(messages: &[OutMessage]) -> Vec<Parcel<'_>> {
    let mut parcels: Vec<Parcel<'_>> = Vec::new();
    let mut open: HashMap<&str, usize> = HashMap::new();
    for (place, message) in messages.iter().enumerate() {
        let begun = open.get(message.exchange.as_str());
        let begun = begun.and_then(|parcel| parcels.get_mut(*parcel));
        match begun.filter(|parcel| parcel.has_room_for(message)) {
            Some(parcel) => parcel.add(place, message),
            None => {
                if is_bundled(&message.exchange) {
                    open.insert(&message.exchange, parcels.len());
                }
                parcels.push(Parcel::of(place, message));
            }
        }
    }
    parcels
}

/// Every queue of a topic exchange takes bundles, and hears all that goes to the exchange: one
/// message's routing key leads wherever the others' do.
fn is_bundled(exchange: &str) -> bool {
    kind_of(exchange) == Some(ExchangeKind::Topic)
}

impl<'m> Parcel<'m> {
    fn of(place: usize, message: &'m OutMessage) -> Self {
        Self {
            first: message,
            others: Vec::new(),
            places: vec![place],
            bytes: message.payload.len(),
        }
    }

    fn has_room_for(&self, message: &OutMessage) -> bool {
        self.places.len() < MOST && self.bytes + message.payload.len() <= MOST_BYTES
    }

    fn add(&mut self, place: usize, message: &'m OutMessage) {
        self.bytes += message.payload.len();
        self.places.push(place);
        self.others.push(message);
    }

    /// As it is published: alone, a message goes as it is. A bundle has the name and the way of its
    /// first.
    pub(crate) fn letter(&self) -> Letter {
        let alone = Letter::from(self.first);
        if self.others.is_empty() {
            return alone;
        }
        let messages = iter::once(&self.first).chain(&self.others);
        let messages = messages.map(|message| v1::BundledMessage {
            message_id: message.message_id.clone(),
            routing_key: message.routing_key.clone(),
            traceparent: message.traceparent.clone().unwrap_or_default(),
            payload: message.payload.clone(),
        });
        let bundle = v1::Bundle {
            messages: messages.collect(),
        };
        Letter {
            properties: persistent(&self.first.message_id),
            payload: bundle.encode_to_vec().into(),
            ..alone
        }
    }
}

/// The messages that came as one. What is no bundle is one message.
pub(crate) fn unpack(raw: &mut lapin::message::Delivery) -> Vec<Delivery> {
    let data: Bytes = std::mem::take(&mut raw.data).into();
    let bundled = read(&data);
    if bundled.is_empty() {
        return vec![Delivery::of(raw, data)];
    }
    let messages = bundled.into_iter().map(|message| Delivery {
        message_id: message.message_id,
        routing_key: message.routing_key,
        traceparent: Some(message.traceparent).filter(|parent| !parent.is_empty()),
        payload: message.payload,
        redelivered: raw.redelivered,
    });
    messages.collect()
}

/// What is in a bundle. Nothing: it is none.
pub(crate) fn read(data: &Bytes) -> Vec<v1::BundledMessage> {
    let bundle = v1::Bundle::decode(data.clone());
    bundle.map_or_else(|_| Vec::new(), |bundle| bundle.messages)
}

#[cfg(test)]
mod tests {
    use contracts::topology::{EVENTS, Exchange, INVALIDATIONS, QUEUES, RECORDS};

    use super::*;

    fn message(exchange: &str, id: &str, bytes: usize) -> OutMessage {
        OutMessage {
            exchange: exchange.to_owned(),
            routing_key: format!("record.{id}"),
            message_id: id.to_owned(),
            traceparent: (id == "1").then(|| "00-a-b-01".to_owned()),
            payload: vec![b'x'; bytes].into(),
        }
    }

    fn places(messages: &[OutMessage]) -> Vec<Vec<usize>> {
        let parcels = pack(messages);
        parcels.into_iter().map(|parcel| parcel.places).collect()
    }

    #[test]
    fn those_to_one_exchange_go_together_and_stay_in_order() {
        let of = |exchange: Exchange, id| message(exchange.name, id, 10);
        let messages = [
            of(EVENTS, "1"),
            of(RECORDS, "2"),
            of(INVALIDATIONS, "3"),
            of(EVENTS, "4"),
            of(INVALIDATIONS, "5"),
            of(RECORDS, "6"),
        ];
        assert_eq!(
            places(&messages),
            [vec![0, 3], vec![1, 5], vec![2], vec![4]]
        );
    }

    #[test]
    fn a_bundle_is_bounded_in_messages_and_bytes() {
        let many: Vec<_> = (0..70)
            .map(|n| message(EVENTS.name, &n.to_string(), 1))
            .collect();
        let sizes: Vec<usize> = places(&many).iter().map(Vec::len).collect();
        assert_eq!(sizes, [16, 16, 16, 16, 6]);
        let large = [30_000, 30_000, 30_000, 200_000, 1].map(|n| message(EVENTS.name, "1", n));
        assert_eq!(places(&large), [vec![0, 1], vec![2], vec![3], vec![4]]);
    }

    fn arrived(letter: Letter) -> lapin::message::Delivery {
        let mut raw = lapin::message::Delivery::mock(
            1,
            letter.exchange.as_str().into(),
            letter.routing_key.as_str().into(),
            true,
            letter.payload.to_vec(),
        );
        raw.properties = letter.properties;
        raw
    }

    #[test]
    fn what_was_put_together_comes_apart_again() {
        let messages = ["1", "2"].map(|id| message(EVENTS.name, id, 3));
        let [parcel] = &pack(&messages)[..] else {
            panic!("one parcel");
        };
        let letter = parcel.letter();
        assert_eq!(letter.routing_key, "record.1");
        let came = unpack(&mut arrived(letter));
        for (delivery, message) in came.iter().zip(&messages) {
            assert_eq!(delivery.message_id, message.message_id);
            assert_eq!(delivery.routing_key, message.routing_key);
            assert_eq!(delivery.traceparent, message.traceparent);
            assert_eq!(delivery.payload, message.payload);
            assert!(delivery.redelivered);
        }
        assert_eq!(came.len(), 2);
    }

    #[test]
    fn what_is_no_bundle_is_one_message() {
        let event = v1::CatalogEvent {
            id: "evt_1".to_owned(),
            ..v1::CatalogEvent::default()
        };
        let record = v1::RecordChange::default().encode_to_vec();
        for payload in [event.encode_to_vec(), record, vec![0xff], vec![]] {
            let message = OutMessage {
                payload: payload.clone().into(),
                ..message(EVENTS.name, "1", 0)
            };
            let came = unpack(&mut arrived((&message).into()));
            assert_eq!(came.len(), 1);
            assert_eq!(came[0].payload, payload);
            assert_eq!(came[0].routing_key, "record.1");
        }
    }

    #[test]
    fn queues_of_one_exchange_hear_the_same() {
        for queue in QUEUES {
            let exchange = queue.exchange;
            assert_eq!(exchange.kind, ExchangeKind::Topic);
            let others = QUEUES.iter().filter(|other| other.exchange == exchange);
            for other in others {
                assert_eq!(other.binding, queue.binding, "{}", other.name);
            }
        }
    }
}
