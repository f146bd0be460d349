use domain::Moment;
use domain::compliance::ComplianceRecord;
use public_api::documents::ComplianceDocument;
use public_api::routes::View;

use super::{Derived, Facet, Projected, Related};
use crate::record::{Record, kind};

/// Sorts after every date.
const NEVER: &str = "~";

/// `compliance`: by the day it ends, what does not end last. Its status is that of the day.
pub struct Compliance;

impl Derived for Compliance {
    fn view(&self) -> View {
        View::Compliance
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[kind::COMPLIANCE]
    }

    fn root(&self) -> Option<&'static str> {
        Some(kind::COMPLIANCE)
    }

    fn turns(&self) -> bool {
        true
    }

    fn affected(&self, record: &Record, _: &Related) -> Vec<String> {
        vec![record.id()]
    }

    fn project(
        &self,
        id: &str,
        related: &Related,
        moment: &Moment,
    ) -> serde_json::Result<Option<Projected>> {
        let Some(record) = related.one::<ComplianceRecord>(id) else {
            return Ok(None);
        };
        let (paper, validity) = (&record.paper, record.validity(moment));
        let facets = [
            Facet::new("type", paper.compliance_type),
            Facet::new("status", validity.status),
            Facet::new("subject_type", paper.subject.subject_type),
            Facet::new("subject_id", paper.subject.id),
        ];
        let ends = paper.valid_until.map(|until| until.to_string());
        Ok(Some(Projected {
            organization_id: record.organization_id,
            view: self.view(),
            id: record.id.to_string(),
            version: record.version,
            sort_key: ends.unwrap_or_else(|| NEVER.to_owned()),
            location_id: None,
            facets: facets.into(),
            body: serde_json::to_vec(&ComplianceDocument::new(record, validity))?,
            detail: None,
            turns_at: record.turns_at(moment),
        }))
    }
}
