//! A system of record that is a map.

use std::collections::BTreeMap;
use std::sync::Mutex;

use contracts::rpc::RpcError;
use contracts::v1::{ExportPosition, ExportRecordsResponse, RecordChange};
use domain::OrgId;
use read_model::rebuilding::Source;
use read_model::record::Record;

use crate::school::School;

/// What the system of record holds, which may be ahead of what it has published.
#[derive(Default)]
pub struct Book(Mutex<BTreeMap<(OrgId, &'static str, String), Record>>);

impl Book {
    pub fn keep(&self, record: &Record) {
        let key = (record.organization_id(), record.kind(), record.id());
        self.0.lock().unwrap().insert(key, record.clone());
    }

    pub fn strike(&self, record: &Record) {
        let key = (record.organization_id(), record.kind(), record.id());
        self.0.lock().unwrap().remove(&key);
    }

    pub fn of(&self, school: School) -> Vec<Record> {
        let all = self.0.lock().unwrap();
        let own = all.values().filter(|r| r.organization_id() == school.org);
        own.cloned().collect()
    }
}

const PAGE: usize = 40;

impl Source for &Book {
    async fn organization(&self, after: Option<String>) -> Result<Option<String>, RpcError> {
        let all = self.0.lock().unwrap();
        let mut schools = all
            .keys()
            .map(|(organization, ..)| organization.to_string());
        Ok(schools.find(|id| after.as_ref().is_none_or(|after| id > after)))
    }

    async fn page(
        &self,
        organization_id: String,
        after: Option<ExportPosition>,
    ) -> Result<ExportRecordsResponse, RpcError> {
        let all = self.0.lock().unwrap();
        let own = all.iter().filter(|((organization, kind, id), _)| {
            organization.to_string() == organization_id
                && after
                    .as_ref()
                    .is_none_or(|after| (*kind, id) > (after.kind.as_str(), &after.id))
        });
        let page: Vec<_> = own.take(PAGE).collect();
        let next = page.last().filter(|_| page.len() == PAGE);
        Ok(ExportRecordsResponse {
            next: next.map(|((_, kind, id), _)| ExportPosition {
                kind: (*kind).to_owned(),
                id: id.clone(),
            }),
            changes: page
                .iter()
                .map(|(_, record)| RecordChange {
                    organization_id: organization_id.clone(),
                    record: Some((*record).into()),
                })
                .collect(),
        })
    }
}
