//! Chance that is always the same: a stream of its own for everything that is left to it, so that
//! what happens to one does not change what happens to another.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::Uuid;

pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The chance of `what` in one simulated world.
    pub fn of(world: Uuid, what: &str) -> Self {
        let name = Uuid::new_v5(&world, what.as_bytes());
        let mut seed = [0; 32];
        let bytes = name.as_bytes().iter().chain(world.as_bytes());
        seed.iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = *from);
        Self(ChaCha8Rng::from_seed(seed))
    }

    /// From 0 to `n`, which is not reached; 0 of nothing.
    pub fn below(&mut self, n: usize) -> usize {
        let n = u128::try_from(n).unwrap_or_default();
        let scaled = (u128::from(self.0.next_u64()) * n) >> 64;
        usize::try_from(scaled).unwrap_or_default()
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high - low + 1).unwrap_or_default();
        low + i64::try_from(self.below(span)).unwrap_or_default()
    }

    /// In so many of a hundred cases.
    pub fn percent(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// In another order.
    pub fn shuffled<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(what: &str) -> Vec<i64> {
        let mut chance = Chance::of(Uuid::from_u128(7), what);
        (0..1_000).map(|_| chance.between(-2, 2)).collect()
    }

    #[test]
    fn the_same_chance_falls_the_same_way_and_another_does_not() {
        assert_eq!(of("weather"), of("weather"));
        assert_ne!(of("weather"), of("traffic"));
        let drawn = of("weather");
        for value in -2..=2 {
            let share = drawn.iter().filter(|drawn| **drawn == value).count();
            assert!((140..260).contains(&share), "{value}: {share}");
        }
        let shuffled = Chance::of(Uuid::nil(), "x").shuffled((0..20).collect());
        let mut sorted = shuffled.clone();
        sorted.sort_unstable();
        assert_ne!(shuffled, sorted);
        assert_eq!(sorted, (0..20).collect::<Vec<_>>());
    }
}
