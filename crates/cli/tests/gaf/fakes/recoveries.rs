use std::sync::{Arc, Mutex};

use contracts::convert::timestamp;
use contracts::v1::{
    CancelRecoveryRequest, CancelRecoveryResponse, Fault, GetRecoveryRequest, GetRecoveryResponse,
    ListRecoveriesRequest, ListRecoveriesResponse, Recovery, RecoveryCount, StartRecoveryRequest,
    StartRecoveryResponse,
};

use crate::world::id;

type Step = fn(&mut Recovery);

/// Recoveries that move by a step of their own at every look.
#[derive(Clone, Default)]
pub struct Recoveries {
    pub asked: Arc<Mutex<Vec<StartRecoveryRequest>>>,
    /// What each look changes, the last one first.
    pub steps: Arc<Mutex<Vec<Step>>>,
    all: Arc<Mutex<Vec<Recovery>>>,
}

impl Recoveries {
    pub fn start(&self, request: StartRecoveryRequest) -> Result<StartRecoveryResponse, Fault> {
        self.asked.lock().unwrap().push(request.clone());
        let mut all = self.all.lock().unwrap();
        if all.iter().any(|one| one.status == "running") {
            return Err(Fault::conflict("recovery_running", "one is under way"));
        }
        let at = Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap()));
        let recovery = Recovery {
            id: id(90 + u128::try_from(all.len()).unwrap()),
            organization_id: request.organization_id,
            endpoint_id: request.endpoint_id,
            since: request.since,
            until: at,
            event_types: request.event_types,
            missed: request.missed,
            per_second: request.per_second.unwrap_or(50),
            status: "running".into(),
            expected: Some(40),
            reached: request.since,
            started_at: at,
            updated_at: at,
            ..Recovery::default()
        };
        let recovery = (!request.dry_run).then_some(recovery);
        all.extend(recovery.clone());
        let count = RecoveryCount {
            examined: 120,
            recoverable: 40,
            still_owed: 1,
            is_complete: !request.missed,
        };
        Ok(StartRecoveryResponse {
            recovery,
            count: Some(count),
        })
    }

    pub fn look(&self, request: &GetRecoveryRequest) -> Result<GetRecoveryResponse, Fault> {
        let mut all = self.all.lock().unwrap();
        let recovery = all.iter_mut().find(|one| one.id == request.recovery_id);
        let recovery = recovery.ok_or_else(|| Fault::not_found("recovery"))?;
        if let Some(step) = self.steps.lock().unwrap().pop() {
            step(recovery);
        }
        Ok(GetRecoveryResponse {
            recovery: Some(recovery.clone()),
        })
    }

    pub fn list(&self, request: &ListRecoveriesRequest) -> ListRecoveriesResponse {
        let all = self.all.lock().unwrap();
        let wanted = |one: &&Recovery| {
            let endpoint = request.endpoint_id.as_ref();
            endpoint.is_none_or(|endpoint| *endpoint == one.endpoint_id)
        };
        ListRecoveriesResponse {
            recoveries: all.iter().rev().filter(wanted).cloned().collect(),
            next_after_id: None,
        }
    }

    pub fn cancel(&self, request: &CancelRecoveryRequest) -> Result<CancelRecoveryResponse, Fault> {
        let mut all = self.all.lock().unwrap();
        let recovery = all.iter_mut().find(|one| one.id == request.recovery_id);
        let recovery = recovery.ok_or_else(|| Fault::not_found("recovery"))?;
        let applied = recovery.status == "running";
        if applied {
            recovery.status = "cancelled".into();
            recovery.reason = Some("requested".into());
        }
        Ok(CancelRecoveryResponse {
            recovery: Some(recovery.clone()),
            applied,
        })
    }
}
