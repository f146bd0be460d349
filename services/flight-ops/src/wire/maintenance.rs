use contracts::v1;
use domain::maintenance::{DueItem, Squawk, WorkOrder};

use crate::commands::Outcome;
use crate::commands::maintenance::post_meters::Posted;

impl From<Outcome<DueItem>> for v1::DueItemResponse {
    fn from(outcome: Outcome<DueItem>) -> Self {
        let applied = outcome.applied();
        Self {
            item: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<()>> for v1::DeleteDueItemResponse {
    fn from(outcome: Outcome<()>) -> Self {
        Self {
            applied: outcome.applied(),
        }
    }
}

impl From<Outcome<WorkOrder>> for v1::WorkOrderResponse {
    fn from(outcome: Outcome<WorkOrder>) -> Self {
        let applied = outcome.applied();
        Self {
            order: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<Squawk>> for v1::SquawkResponse {
    fn from(outcome: Outcome<Squawk>) -> Self {
        let applied = outcome.applied();
        Self {
            squawk: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<Posted>> for v1::PostMetersResponse {
    fn from(outcome: Outcome<Posted>) -> Self {
        let applied = outcome.applied();
        Self {
            aircraft: Some((&outcome.into_state().0).into()),
            applied,
        }
    }
}
