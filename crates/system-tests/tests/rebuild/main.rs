//! Every document built anew from the system of record, over the real services, while commands go
//! on and the service that builds is killed: readers notice nothing, and all reads the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

mod census;
mod life;
mod reader;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use contracts::v1::{GetRebuildRequest, RebuildStatus};
use domain::scope::Scope;
use serde_json::Value;
use system_tests::{Api, Gaf, School, Service, Stack};
use test_support::eventually;
use tokio::task::JoinHandle;

use census::Census;
use life::Life;
use reader::{Copy, Known, Seen, Signs, everything, watch};

const PATIENCE: Duration = Duration::from_secs(60);

/// A school, with a key that may read everything.
async fn school(stack: &Stack) -> (School, Api) {
    // Nobody is told of what happens here.
    let url = "https://partner.example/hooks".to_owned();
    let zone = life::zone();
    let school = School::open_in(zone.name(), stack, url, &["webhook.test"]).await;
    let scopes: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let api = Api::with_scopes(stack, &school.organization_id, &scopes).await;
    (school, api)
}

async fn status(stack: &Stack) -> Option<RebuildStatus> {
    let asked = stack.read_model().get_rebuild(GetRebuildRequest {}).await;
    asked.ok()
}

fn is_under_way(status: &RebuildStatus) -> bool {
    matches!(status.phase.as_str(), "carrying" | "filling" | "settling")
}

/// Rebuilds, and kills the read model when it has taken in some of the records.
async fn rebuild_with_a_kill(stack: &mut Stack, school: &School, signs: &Signs) -> Value {
    let gaf = Gaf::of(stack, &school.organization_id);
    let rebuild = tokio::spawn(async move { gaf.run(&["read-model", "rebuild"]).await });
    eventually("some records are taken in", PATIENCE, async || {
        let status = status(stack).await?;
        (status.phase == "filling" && status.records > 0).then_some(())
    })
    .await;
    stack.kill_and_restart(Service::ReadModel).await;
    stack.wait_until_ready().await;
    AtomicBool::store(&signs.up, true, Ordering::SeqCst);
    let status = status(stack).await.unwrap();
    assert!(is_under_way(&status), "it was killed too late: {status:?}");
    let done = rebuild.await.unwrap();
    assert_eq!(done["phase"], "done");
    assert!(
        done["records"].as_i64().unwrap() > status.records,
        "{done} {status:?}"
    );
    done
}

/// Readers of one school.
struct Readers {
    signs: Signs,
    watching: JoinHandle<Seen>,
    copying: JoinHandle<Copy>,
}

impl Readers {
    fn begin(api: &Api, before: &Known, frozen: bool, signs: &Signs) -> Self {
        let watch = watch(api.clone(), before.clone(), frozen, signs.clone());
        Self {
            signs: signs.clone(),
            watching: tokio::spawn(watch),
            copying: tokio::spawn(Copy::new(api.clone()).follow(signs.clone())),
        }
    }

    /// Once all is quiet: nothing was missing, nothing was another's, and the copy is complete.
    async fn end(self, api: &Api, gone: &[String], others: &Known) {
        self.signs.end.cancel();
        let seen = self.watching.await.unwrap();
        let mut copy = self.copying.await.unwrap();
        copy.catch_up(&self.signs).await;
        let now = everything(api).await;
        for (path, documents) in &now {
            assert_eq!(&copy.documents()[path], documents, "the copy of {path}");
        }
        for (path, ids) in &seen.ids {
            let unknown = |id: &&String| !now[path].contains_key(*id) && !gone.contains(id);
            let unknown: Vec<_> = ids.iter().filter(unknown).collect();
            assert!(unknown.is_empty(), "{path}: {unknown:?}");
            // Summaries bear the names of months.
            if *path != "/finance-summaries" {
                let others: BTreeSet<_> = others[path].keys().cloned().collect();
                assert!(ids.is_disjoint(&others), "{path}");
            }
        }
        assert!(seen.lists > 50, "{} lists were read", seen.lists);
        eprintln!("{} lists read, {} not answered", seen.lists, seen.missed);
    }
}

fn no_differences(what: &str, one: &Census, other: &Census) {
    let differences = one.differences(other);
    let first = differences.iter().take(3).cloned().collect::<String>();
    assert!(
        differences.is_empty(),
        "{what}: {} of {} differ:\n{first}",
        differences.len(),
        one.0.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rebuilt_under_way_and_killed_everything_reads_the_same() {
    let mut stack = Stack::start("rebuild").await;
    let ((still, still_api), (alive, alive_api)) = (school(&stack).await, school(&stack).await);
    let still_life = Life::begin(&stack, &still, 21, 20).await;
    let life = Life::begin(&stack, &alive, 21, 200).await;
    still_life.quiet(&still_api).await;
    life.quiet(&alive_api).await;
    let (still_before, alive_before) = (
        Census::take(&still_api).await,
        Census::take(&alive_api).await,
    );
    let (still_known, alive_known) = (everything(&still_api).await, everything(&alive_api).await);
    for (path, documents) in &alive_known {
        assert!(!documents.is_empty(), "{path} has nothing to compare");
    }

    let signs = Signs::default();
    let still_readers = Readers::begin(&still_api, &still_known, true, &signs);
    let alive_readers = Readers::begin(&alive_api, &alive_known, false, &signs);
    let going_on = tokio::spawn(life.go_on(signs.end.child_token()));
    rebuild_with_a_kill(&mut stack, &alive, &signs).await;
    signs.end.cancel();
    let life = going_on.await.unwrap();
    for name in ["approve_flight", "issue_invoice", "record_payment"] {
        assert!(
            life.asked.contains(name),
            "nobody asked to {name} meanwhile"
        );
    }
    life.quiet(&alive_api).await;
    still_readers.end(&still_api, &[], &alive_known).await;
    alive_readers
        .end(&alive_api, &life.discarded, &still_known)
        .await;

    let (still_after, alive_after) = (
        Census::take(&still_api).await,
        Census::take(&alive_api).await,
    );
    no_differences(
        "a school where nothing happened",
        &still_before,
        &still_after,
    );
    let (differ, unchanged) = alive_before.changed_in_secret(&alive_after);
    assert_eq!(differ, [""; 0]);
    assert!(unchanged > 100, "{unchanged}");

    let again = Gaf::of(&stack, &alive.organization_id);
    let again = again.run(&["read-model", "rebuild"]).await;
    assert_eq!(again["phase"], "done");
    no_differences("again", &still_after, &Census::take(&still_api).await);
    no_differences("again", &alive_after, &Census::take(&alive_api).await);
}
