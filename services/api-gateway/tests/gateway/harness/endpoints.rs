//! A webhook-dispatcher that says what it is told to.

use std::sync::{Arc, Mutex};

use contracts::rpc::Call;
use contracts::v1::{self, DeliverySummary, Fault, WebhookDispatcher};

#[derive(Clone, Default)]
pub struct Endpoints(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    summaries: Vec<DeliverySummary>,
    asked: Vec<v1::SummarizeDeliveriesRequest>,
    silent: bool,
    replays: Vec<v1::ReplayEventRequest>,
    refusal: Option<Fault>,
}

impl Endpoints {
    pub fn say(&self, summary: DeliverySummary) {
        self.0.lock().unwrap().summaries.push(summary);
    }

    /// The replays that were asked for.
    pub fn replays(&self) -> Vec<v1::ReplayEventRequest> {
        self.0.lock().unwrap().replays.clone()
    }

    pub fn forget_replays(&self) {
        self.0.lock().unwrap().replays.clear();
    }

    /// Refuses the next replay.
    pub fn refuse(&self, fault: Fault) {
        self.0.lock().unwrap().refusal = Some(fault);
    }

    /// Takes requests and never answers.
    pub fn fall_silent(&self) {
        self.0.lock().unwrap().silent = true;
    }

    pub fn asked(&self) -> Vec<v1::SummarizeDeliveriesRequest> {
        self.0.lock().unwrap().asked.clone()
    }
}

impl WebhookDispatcher for Endpoints {
    async fn summarize_deliveries(
        &self,
        _: Call,
        request: v1::SummarizeDeliveriesRequest,
    ) -> Result<v1::SummarizeDeliveriesResponse, Fault> {
        let (summaries, silent) = {
            let mut state = self.0.lock().unwrap();
            state.asked.push(request);
            (state.summaries.clone(), state.silent)
        };
        if silent {
            std::future::pending::<()>().await;
        }
        Ok(v1::SummarizeDeliveriesResponse { summaries })
    }

    async fn replay_event(
        &self,
        _: Call,
        request: v1::ReplayEventRequest,
    ) -> Result<v1::ReplayEventResponse, Fault> {
        let (refusal, silent) = {
            let mut state = self.0.lock().unwrap();
            state.replays.push(request);
            (state.refusal.take(), state.silent)
        };
        if silent {
            std::future::pending::<()>().await;
        }
        match refusal {
            Some(fault) => Err(fault),
            None => Ok(v1::ReplayEventResponse {
                endpoints: 2,
                already_pending: 1,
            }),
        }
    }

    contracts::refuse_webhook_dispatcher! {
        create_endpoint, list_endpoints, update_endpoint, delete_endpoint, rotate_secret, reencrypt_secrets,
        ping_endpoint, list_deliveries, get_delivery, redeliver, explain_event,
        start_recovery, get_recovery, list_recoveries, cancel_recovery, get_retention, set_retention,
    }
}
