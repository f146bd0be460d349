//! Moments that nobody chose.

use std::time::Duration;

use uuid::Uuid;

/// Numbers that follow from a seed. The seed is printed; with `TEST_SEED` in the environment the
/// same numbers come again.
pub struct Moments(u64);

impl Moments {
    pub fn new(label: &str) -> Self {
        #[expect(clippy::disallowed_methods, reason = "tests have no settings")]
        let given = std::env::var("TEST_SEED").ok();
        let seed = match given {
            Some(text) => text.parse().expect("TEST_SEED is a number"),
            None => Uuid::new_v4().as_u64_pair().0,
        };
        eprintln!("{label}: TEST_SEED={seed}");
        Self(seed)
    }

    /// Below `end`, which is positive.
    pub fn below(&mut self, end: u64) -> u64 {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// Returns after a while of at most `longest`.
    pub async fn come(&mut self, longest: Duration) {
        let most = u64::try_from(longest.as_micros()).expect("a short while");
        tokio::time::sleep(Duration::from_micros(self.below(most))).await;
    }
}
