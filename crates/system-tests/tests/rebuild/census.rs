//! Everything a school's key can read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use futures::{StreamExt, stream};
use public_api::routes::{Api as Published, Form, Route, RouteKind};
use serde_json::Value;
use system_tests::{Answer, Api};

/// Requests under way at the same time.
const AT_ONCE: usize = 16;
/// Since when everything there is has changed.
const EVER: &str = "updated_since=2000-01-01T00:00:00Z";

/// The body of every page and of every detail, by path and query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census(pub BTreeMap<String, String>);

pub fn lists() -> impl Iterator<Item = &'static Route> {
    Published::GaFlight
        .routes()
        .iter()
        .filter(|route| route.is_list())
}

impl Census {
    /// Reads every list, as it is, by each term of each filter and by time of change, page after
    /// page; and of every document in them the detail.
    pub async fn take(api: &Api) -> Self {
        let lists = stream::iter(lists().flat_map(queries))
            .map(async |(route, path)| {
                let pages = pages(api, path).await.expect("it is answered");
                (route, pages)
            })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        let details: BTreeSet<String> = lists
            .iter()
            .flat_map(|(route, pages)| {
                let ids = documents(pages).into_keys();
                ids.filter_map(|id| Some(detail_of(route)?.path.replace("{id}", &id)))
            })
            .collect();
        let mut all: BTreeMap<String, String> =
            lists.into_iter().flat_map(|(_, pages)| pages).collect();
        let details = stream::iter(details)
            .map(async |path| {
                let answer = api.get(&path).await;
                // A tombstone has none, and what is said of that bears the request's id.
                let found = answer.status.is_success();
                let body = found.then(|| comparable(&answer));
                (path, body.unwrap_or_else(|| answer.status.to_string()))
            })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        all.extend(details);
        Self(all)
    }

    /// What reads otherwise, or only here or there; nothing if all is the same.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let paths: BTreeSet<_> = self.0.keys().chain(other.0.keys()).collect();
        let differ = paths
            .into_iter()
            .filter(|path| self.0.get(*path) != other.0.get(*path));
        differ
            .map(|path| {
                let (here, there) = (self.0.get(path), other.0.get(path));
                format!("{path}\n  {here:?}\n  {there:?}")
            })
            .collect()
    }

    /// The details of documents that have not changed by their own account, and read otherwise;
    /// and how many have not. A pilot's totals are not the record's own: they follow the flights.
    pub fn changed_in_secret(&self, later: &Self) -> (Vec<&str>, usize) {
        let own = |body: &str| {
            let mut document: Value = serde_json::from_str(body).ok()?;
            let data = document["data"].as_object_mut()?;
            data.remove("totals");
            let told = data.get("updated_at").is_some_and(Value::is_string);
            told.then_some(document)
        };
        let mut unchanged = 0;
        let mut differ = Vec::new();
        for (path, body) in &self.0 {
            let now = later.0.get(path).and_then(|body| own(body));
            let (Some(before), Some(now)) = (own(body), now) else {
                continue;
            };
            if before["data"]["updated_at"] == now["data"]["updated_at"] {
                unchanged += 1;
                if before != now {
                    differ.push(path.as_str());
                }
            }
        }
        (differ, unchanged)
    }
}

fn queries(route: &'static Route) -> Vec<(&'static Route, String)> {
    let path = route.path;
    let mut queries = vec![
        format!("{path}?limit=50"),
        format!("{path}?limit=200&{EVER}"),
    ];
    for filter in route.filters() {
        if let Form::Enum(terms) = filter.form {
            let query = |term| format!("{path}?limit=200&{}={term}", filter.name);
            queries.extend(terms.iter().map(query));
        }
    }
    queries.into_iter().map(|query| (route, query)).collect()
}

fn detail_of(list: &Route) -> Option<&'static Route> {
    let is_detail = |route: &&Route| matches!(route.kind, RouteKind::Detail { .. });
    let mut details = Published::GaFlight.routes().iter().filter(is_detail);
    details.find(|detail| detail.view == list.view)
}

/// The pages of a list from this one on, by path; none, if at one of them nobody answered.
pub async fn pages(api: &Api, path: String) -> Option<BTreeMap<String, String>> {
    let mut pages = BTreeMap::new();
    let mut next = Some(path.clone());
    while let Some(page) = next {
        let answer = api.get(&page).await;
        if answer.status == 503 {
            return None;
        }
        let cursor = answer.json()["cursor"].as_str().map(str::to_owned);
        pages.insert(page, comparable(&answer));
        next = cursor.map(|cursor| format!("{path}&cursor={cursor}"));
    }
    Some(pages)
}

/// The documents of these pages, tombstones included, by id.
pub fn documents(pages: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let mut documents = BTreeMap::new();
    for (id, document) in each(pages) {
        let twice = documents.insert(id.clone(), document);
        assert_eq!(twice, None, "{id} twice");
    }
    documents
}

/// The same of what has changed, as it last was: in the order of the changes, what changes once more
/// while pages are turned comes once more.
pub fn changes(pages: &BTreeMap<String, String>) -> BTreeMap<String, Value> {
    let mut changes: BTreeMap<String, Value> = BTreeMap::new();
    for (id, document) in each(pages) {
        if let Some(other) = changes.get(&id) {
            assert_ne!(changed_at(other), changed_at(&document), "{id} twice");
            if changed_at(other) > changed_at(&document) {
                continue;
            }
        }
        changes.insert(id, document);
    }
    changes
}

/// When a document was changed, or a tombstone set; the summaries tell no time.
pub fn changed_at(document: &Value) -> Option<DateTime<Utc>> {
    let at = ["updated_at", "deleted_at"];
    let at = at.iter().find_map(|member| document[member].as_str());
    at.map(|at| at.parse().expect("an instant"))
}

fn each(pages: &BTreeMap<String, String>) -> impl Iterator<Item = (String, Value)> {
    pages.values().flat_map(|page| {
        let mut page: Value = serde_json::from_str(page).expect("JSON");
        let documents = std::mem::take(page["data"].as_array_mut().expect("a list"));
        documents.into_iter().map(|document| {
            let id = document["id"].as_str().or(document["aircraft_id"].as_str());
            (id.expect("an id").to_owned(), document)
        })
    })
}

/// Without what is asked of the dispatcher, and not known when that has no time.
fn comparable(answer: &Answer) -> String {
    const NOBODY: &str = r#"{"endpoints":0,"succeeded":0,"failed":0,"pending":0}"#;
    answer.body.replace(NOBODY, "null")
}
