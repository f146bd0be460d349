//! Where randomness comes from, and the ids made of it.

pub use ::secrets::{Entropy, OsEntropy};
use chrono::{DateTime, Utc};
use rand::rngs::SysError;
use uuid::{Builder, Uuid};

/// A UUID of version 7 (RFC 9562).
pub fn time_ordered_id(entropy: &dyn Entropy, now: DateTime<Utc>) -> Result<Uuid, SysError> {
    let mut random = [0; 8];
    entropy.fill(&mut random)?;
    Ok(numbered_id(now, 0, &random))
}

/// UUIDs of version 7 whose order is that of the list: after the time come twelve bits of counter
/// (RFC 9562, 6.2, method 1), then 62 of randomness. Past 4,096 the counter stands still.
pub fn time_ordered_ids(
    entropy: &dyn Entropy,
    now: DateTime<Utc>,
    count: usize,
) -> Result<Vec<Uuid>, SysError> {
    let mut random = vec![0; count * 8];
    entropy.fill(&mut random)?;
    let (random, _) = random.as_chunks::<8>();
    let numbered = random.iter().enumerate();
    Ok(numbered
        .map(|(number, random)| numbered_id(now, number, random))
        .collect())
}

fn numbered_id(now: DateTime<Utc>, number: usize, random: &[u8; 8]) -> Uuid {
    let unix_ms = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    let [high, low] = u16::try_from(number)
        .unwrap_or(u16::MAX)
        .min(0x0fff)
        .to_be_bytes();
    let [a, b, c, d, e, f, g, h] = *random;
    Builder::from_unix_timestamp_millis(unix_ms, &[high, low, a, b, c, d, e, f, g, h]).into_uuid()
}

/// A number below `end`, or 0 when there is no randomness to be had.
pub fn below(entropy: &dyn Entropy, end: u64) -> u64 {
    let mut random = [0; 8];
    match entropy.fill(&mut random) {
        Ok(()) if end > 0 => u64::from_le_bytes(random) % end,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_batch_are_of_version_7_in_order_and_different() {
        let now = DateTime::from_timestamp_millis(1_780_000_000_123).unwrap();
        let ids = time_ordered_ids(&OsEntropy, now, 4_096).unwrap();
        assert_eq!(ids.len(), 4_096);
        assert!(ids.is_sorted_by(|a, b| a < b));
        for id in ids {
            assert_eq!(id.get_version_num(), 7);
            let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
            assert_eq!((seconds, nanos / 1_000_000), (1_780_000_000, 123));
        }
    }
}
