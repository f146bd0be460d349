use contracts::v1;
use domain::compliance::ComplianceRecord;

use crate::commands::Outcome;

impl From<Outcome<ComplianceRecord>> for v1::ComplianceResponse {
    fn from(outcome: Outcome<ComplianceRecord>) -> Self {
        let applied = outcome.applied();
        Self {
            record: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}
