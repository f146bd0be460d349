//! Asynchronous work in `Drop`, and the names that let leftovers be recognised.

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, Utc};

/// What a killed test run leaves behind is removed by a later one after so long.
const LEFTOVER_AFTER: Duration = Duration::from_secs(3_600);

/// Runs `work` on a runtime and a thread of its own and waits for it: a test's runtime may be
/// single-threaded, or already ending.
pub(crate) fn run<F>(work: F)
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async { tokio::time::timeout(Duration::from_secs(10), work).await })?
    });
    if !matches!(thread.join(), Ok(Ok(()))) {
        eprintln!("a test's database or virtual host could not be removed; a later run will");
    }
}

/// `t_<seconds since 1970>_<label>_<random>`, within the 63 bytes of a PostgreSQL name.
pub(crate) fn unique_name(label: &str) -> String {
    let label: String = label
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .take(24)
        .collect();
    let random = uuid::Uuid::new_v4().simple().to_string();
    let (random, _) = random.split_at(12);
    format!("t_{}_{label}_{random}", now().timestamp())
}

/// Whether `name` was given by [`unique_name`], long enough ago that its test must be over.
pub(crate) fn is_leftover(name: &str) -> bool {
    name.strip_prefix("t_")
        .and_then(|rest| rest.split('_').next())
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .and_then(|born| (now() - born).to_std().ok())
        .is_some_and(|age| age > LEFTOVER_AFTER)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the age of leftovers is real time"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}
