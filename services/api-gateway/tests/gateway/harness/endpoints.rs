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
}

impl Endpoints {
    pub fn say(&self, summary: DeliverySummary) {
        self.0.lock().unwrap().summaries.push(summary);
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

    async fn create_endpoint(
        &self,
        _: Call,
        _: v1::CreateEndpointRequest,
    ) -> Result<v1::CreateEndpointResponse, Fault> {
        Err(Fault::internal())
    }

    async fn list_endpoints(
        &self,
        _: Call,
        _: v1::ListEndpointsRequest,
    ) -> Result<v1::ListEndpointsResponse, Fault> {
        Err(Fault::internal())
    }

    async fn ping_endpoint(
        &self,
        _: Call,
        _: v1::PingEndpointRequest,
    ) -> Result<v1::PingEndpointResponse, Fault> {
        Err(Fault::internal())
    }

    async fn list_deliveries(
        &self,
        _: Call,
        _: v1::ListDeliveriesRequest,
    ) -> Result<v1::ListDeliveriesResponse, Fault> {
        Err(Fault::internal())
    }

    async fn get_delivery(
        &self,
        _: Call,
        _: v1::GetDeliveryRequest,
    ) -> Result<v1::GetDeliveryResponse, Fault> {
        Err(Fault::internal())
    }
}
