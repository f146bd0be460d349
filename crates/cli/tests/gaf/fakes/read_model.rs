use std::sync::{Arc, Mutex};

use contracts::convert::timestamp;
use contracts::rpc::Call;
use contracts::v1::{
    CancelRebuildRequest, Fault, GetRebuildRequest, ReadModel, RebuildStatus, StartRebuildRequest,
};

/// A read model whose rebuild comes to another phase with every look at it.
#[derive(Clone, Default)]
pub struct FakeReadModel {
    /// What is still to come, the next one last.
    pub phases: Arc<Mutex<Vec<&'static str>>>,
    pub started: Arc<Mutex<u32>>,
}

impl FakeReadModel {
    pub fn going_through(phases: &[&'static str]) -> Self {
        let phases = phases.iter().rev().copied().collect();
        Self {
            phases: Arc::new(Mutex::new(phases)),
            started: Arc::default(),
        }
    }

    fn next(&self, applied: bool) -> RebuildStatus {
        let mut phases = self.phases.lock().unwrap();
        let phase = match phases.len() {
            0 => "none",
            1 => phases[0],
            _ => phases.pop().unwrap(),
        };
        let started = (phase != "none").then(|| timestamp("2026-05-28T12:00:00Z".parse().unwrap()));
        let over = matches!(phase, "done" | "cancelled" | "refused");
        RebuildStatus {
            phase: phase.to_owned(),
            applied,
            started_at: started,
            finished_at: over.then(|| timestamp("2026-05-28T12:01:00Z".parse().unwrap())),
            organizations: 2,
            records: 1_200,
            carried: 1,
        }
    }
}

impl ReadModel for FakeReadModel {
    contracts::refuse_read_model!(list, get);

    async fn start_rebuild(&self, _: Call, _: StartRebuildRequest) -> Result<RebuildStatus, Fault> {
        *self.started.lock().unwrap() += 1;
        Ok(self.next(true))
    }

    async fn get_rebuild(&self, _: Call, _: GetRebuildRequest) -> Result<RebuildStatus, Fault> {
        Ok(self.next(false))
    }

    async fn cancel_rebuild(
        &self,
        _: Call,
        _: CancelRebuildRequest,
    ) -> Result<RebuildStatus, Fault> {
        let under_way = self.phases.lock().unwrap().len() > 1;
        Ok(self.next(under_way))
    }
}
