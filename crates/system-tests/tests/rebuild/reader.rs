//! Partners that read all the time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use system_tests::Api;
use tokio_util::sync::CancellationToken;

use crate::census::{changed_at, changes, documents, lists, pages};

/// Documents by the path of their list and their id.
pub type Known = BTreeMap<&'static str, BTreeMap<String, Value>>;

/// What readers are told from outside.
#[derive(Clone, Default)]
pub struct Signs {
    /// All services are there: from now on each request has its answer.
    pub up: Arc<AtomicBool>,
    pub end: CancellationToken,
}

/// What a reader came to see.
#[derive(Debug, Default)]
pub struct Seen {
    /// Lists that were read whole.
    pub lists: usize,
    /// Those that were not, because nobody answered.
    pub missed: usize,
    /// The ids of each list.
    pub ids: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Signs {
    /// The pages of a list, if all are answered. They need not be while a service is away.
    async fn read(&self, api: &Api, path: String) -> Option<BTreeMap<String, String>> {
        let up = AtomicBool::load(&self.up, Ordering::SeqCst);
        let pages = pages(api, path.clone()).await;
        assert!(pages.is_some() || !up, "nobody answers {path}");
        pages
    }
}

pub async fn everything(api: &Api) -> Known {
    let signs = Signs::default();
    AtomicBool::store(&signs.up, true, Ordering::SeqCst);
    let mut all = Known::new();
    for route in lists() {
        let path = format!("{}?limit=200", route.path);
        let pages = signs.read(api, path).await.expect("an answer");
        all.insert(route.path, documents(&pages));
    }
    all
}

/// Reads all lists over and over. What was there stays: all of it as it was, where `frozen`.
pub async fn watch(api: Api, before: Known, frozen: bool, signs: Signs) -> Seen {
    let mut seen = Seen::default();
    loop {
        for route in lists() {
            let path = format!("{}?limit=200", route.path);
            let Some(pages) = signs.read(&api, path).await else {
                seen.missed += 1;
                continue;
            };
            let documents = documents(&pages);
            let known = &before[route.path];
            if frozen {
                assert_eq!(&documents, known, "{}", route.path);
            }
            let missing: Vec<_> = known
                .keys()
                .filter(|id| !documents.contains_key(*id))
                .collect();
            assert!(missing.is_empty(), "{}: {missing:?}", route.path);
            seen.lists += 1;
            seen.ids
                .entry(route.path)
                .or_default()
                .extend(documents.into_keys());
        }
        if signs.end.is_cancelled() {
            return seen;
        }
    }
}

/// Keeps a copy by asking for nothing but what has changed since it last asked.
pub struct Copy {
    api: Api,
    documents: Known,
    since: BTreeMap<&'static str, DateTime<Utc>>,
}

impl Copy {
    pub fn new(api: Api) -> Self {
        Self {
            api,
            documents: Known::new(),
            since: BTreeMap::new(),
        }
    }

    pub async fn follow(mut self, signs: Signs) -> Self {
        while !signs.end.is_cancelled() {
            self.catch_up(&signs).await;
        }
        self
    }

    pub async fn catch_up(&mut self, signs: &Signs) {
        for route in lists() {
            let since = self.since.entry(route.path);
            let since = since.or_insert(DateTime::UNIX_EPOCH);
            let at = since.to_rfc3339_opts(SecondsFormat::Micros, true);
            let path = format!("{}?limit=200&updated_since={at}", route.path);
            let Some(pages) = signs.read(&self.api, path).await else {
                continue;
            };
            let copy = self.documents.entry(route.path).or_default();
            for (id, document) in changes(&pages) {
                *since = changed_at(&document).unwrap_or(*since).max(*since);
                if document["deleted"] == true {
                    copy.remove(&id);
                } else {
                    copy.insert(id, document);
                }
            }
        }
    }

    pub fn documents(&self) -> &Known {
        &self.documents
    }
}
