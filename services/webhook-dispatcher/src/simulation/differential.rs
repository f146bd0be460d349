//! The model of the tables and PostgreSQL are asked the same things by chance, and must answer the
//! same; now and then everything in both is compared.

mod both;
mod rows;
mod statements;

use std::collections::BTreeSet;

use both::Both;

/// Each with a database of its own.
const SEEDS: u64 = 2;
const STATEMENTS: usize = 300;
const COMPARE_EVERY: usize = 10;

/// Answers with what has happened at all, by its name.
async fn compare(seed: u64) -> BTreeSet<&'static str> {
    let mut both = Both::new(seed).await;
    for number in 0..STATEMENTS {
        both.next_statement().await;
        if number % COMPARE_EVERY == 0 {
            both.compare_rows().await;
        }
    }
    both.compare_rows().await;
    both.seen
}

#[tokio::test]
async fn the_model_answers_what_postgresql_answers() {
    let mut seen = BTreeSet::new();
    for seed in 0..SEEDS {
        seen.append(&mut compare(seed).await);
    }
    assert_eq!(
        seen,
        BTreeSet::from(statements::ALL),
        "not everything happened"
    );
}
