//! The messages of one replica, from their making until everybody who counts has heard them.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use contracts::v1::Usage;
use contracts::v1::usage::Said;
use prost::Message;

use super::super::bucket::Nanos;
use super::super::buckets::Entry;

/// Tokens of a bucket that a message tells of.
pub(super) struct Told {
    pub(super) entry: Arc<Entry>,
    pub(super) tokens: i32,
}

struct Letter {
    sequence: u64,
    payload: Bytes,
    told: Vec<Told>,
    written_at: Nanos,
}

/// Letters go out in order, and again where it is not known that they arrived.
pub(super) struct Outbox {
    replica: u64,
    letters: VecDeque<Letter>,
    /// Sequences: of the last letter that was made, written, confirmed by the broker, heard back.
    made: u64,
    written: u64,
    confirmed: u64,
    echoed: u64,
}

impl Outbox {
    pub(super) fn new(replica: u64) -> Self {
        Self {
            replica,
            letters: VecDeque::new(),
            made: 0,
            written: 0,
            confirmed: 0,
            echoed: 0,
        }
    }

    /// Makes a letter, and returns its sequence.
    pub(super) fn post(&mut self, said: Said, told: Vec<Told>) -> u64 {
        self.made += 1;
        let usage = Usage {
            replica: self.replica,
            sequence: self.made,
            said: Some(said),
        };
        self.letters.push_back(Letter {
            sequence: self.made,
            payload: usage.encode_to_vec().into(),
            told,
            written_at: 0,
        });
        self.made
    }

    /// The next letter to be written, which is then taken to be on its way.
    pub(super) fn write(&mut self, now: Nanos) -> Option<(u64, Bytes)> {
        let next = self.written + 1;
        // They are numbered without gaps.
        let behind = next.checked_sub(self.letters.front()?.sequence)?;
        let letter = self.letters.get_mut(usize::try_from(behind).ok()?)?;
        letter.written_at = now;
        self.written = next;
        Some((next, letter.payload.clone()))
    }

    pub(super) fn has_unwritten(&self) -> bool {
        self.written < self.made
    }

    /// The broker has put the letter into every queue.
    pub(super) fn confirm(&mut self, sequence: u64) {
        self.confirmed = self.confirmed.max(sequence);
    }

    /// Whether the broker has any letter that was written is not known: it is written again.
    pub(super) fn doubt(&mut self) {
        self.write_again_after(self.confirmed);
    }

    /// What was on its way back is lost: it has to come back once more.
    pub(super) fn lose_echoes(&mut self) {
        self.write_again_after(0);
    }

    pub(super) fn echo(&mut self, sequence: u64) {
        self.echoed = self.echoed.max(sequence);
    }

    /// Frees the tokens of letters that the broker has confirmed and that came back.
    ///
    /// Then they are in every replica's queue, and whatever was in every queue when the letter was
    /// written has been heard here.
    pub(super) fn settle(&mut self) {
        let settled = self.confirmed.min(self.echoed);
        while let Some(letter) = self.letters.pop_front_if(|l| l.sequence <= settled) {
            for told in letter.told {
                told.entry.account.heard(told.tokens);
                told.entry.room.notify_waiters();
            }
        }
    }

    /// When the oldest letter was written that has not come back.
    pub(super) fn waiting_since(&self) -> Option<Nanos> {
        let unheard = |l: &&Letter| l.sequence > self.echoed && l.sequence <= self.written;
        self.letters.iter().find(unheard).map(|l| l.written_at)
    }

    fn write_again_after(&mut self, sequence: u64) {
        let kept = self.letters.front().map_or(self.made + 1, |l| l.sequence);
        self.written = self.written.min(sequence.max(kept - 1));
    }
}

#[cfg(test)]
mod tests {
    use contracts::v1::Spending;
    use domain::api_key::RateLimit;
    use uuid::Uuid;

    use super::super::super::buckets::Buckets;
    use super::super::super::subject::Subject;
    use super::*;

    /// An outbox with one letter that tells of one token.
    fn posted() -> (Outbox, Arc<Entry>) {
        let subject = Subject::Key(Uuid::from_u128(1).into());
        let limit = RateLimit::new(10, 60).unwrap();
        let entry = Buckets::new(10).entry(subject, limit);
        entry.account.add(1).unwrap();
        let told = Told {
            tokens: entry.account.tell(),
            entry: entry.clone(),
        };
        let mut outbox = Outbox::new(7);
        outbox.post(Said::Spending(Spending::default()), vec![told]);
        (outbox, entry)
    }

    #[test]
    fn a_token_is_settled_once_its_letter_was_confirmed_and_came_back() {
        for is_confirmed_first in [true, false] {
            let (mut outbox, entry) = posted();
            let (sequence, _) = outbox.write(0).unwrap();
            for is_confirmed in [is_confirmed_first, !is_confirmed_first] {
                outbox.settle();
                assert_eq!(entry.account.unheard(), 1);
                match is_confirmed {
                    true => outbox.confirm(sequence),
                    false => outbox.echo(sequence),
                }
            }
            outbox.settle();
            assert_eq!(entry.account.unheard(), 0);
        }
    }

    #[test]
    fn what_may_be_lost_is_written_again_under_its_number() {
        let (mut outbox, _) = posted();
        let first = outbox.write(0).unwrap();
        assert!(outbox.write(0).is_none());
        outbox.doubt();
        assert_eq!(outbox.write(5), Some(first));
        assert_eq!(outbox.waiting_since(), Some(5));
        outbox.confirm(1);
        outbox.doubt();
        assert!(outbox.write(0).is_none(), "the broker has it");
        outbox.lose_echoes();
        assert!(outbox.write(0).is_some(), "but it did not come back");
    }
}
