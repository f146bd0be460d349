//! A school with flights that wait for approval.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bus::RpcClient;
use contracts::rpc::RpcError;
use contracts::v1::{
    Airport, CreateEndpointRequest, CreateEndpointResponse, CreateOrganizationRequest,
    FlightCommand, FlightEntry, FlightMinutes, FlightOpsClient, ImportLogbookRequest,
    ImportedFlight, Landings, ListFlightsRequest, MintKeyRequest, Person, SavePersonRequest,
};
use futures::{StreamExt, stream};
use reqwest::Client;
use uuid::Uuid;

use crate::http;
use crate::stack::Stack;

/// A school, its key and its endpoint.
pub struct School {
    pub organization_id: String,
    pub token: String,
    pub endpoint: CreateEndpointResponse,
    client: Client,
}

/// Rows of a logbook a call.
const IMPORT_BATCH: u64 = 200;

impl School {
    /// A school in California whose endpoint hears of `event_types` at `url`.
    pub async fn open(stack: &Stack, url: String, event_types: &[&str]) -> Self {
        Self::open_in("America/Los_Angeles", stack, url, event_types).await
    }

    /// A school in that time zone whose endpoint hears of `event_types` at `url`.
    pub async fn open_in(zone: &str, stack: &Stack, url: String, event_types: &[&str]) -> Self {
        let organization_id = Uuid::new_v4().to_string();
        let school = CreateOrganizationRequest {
            id: organization_id.clone(),
            name: "Palo Alto Flight School".to_owned(),
            timezone: zone.to_owned(),
            currency: "USD".to_owned(),
            country: "US".to_owned(),
            location_name: "Palo Alto".to_owned(),
            location_code: "KPAO".to_owned(),
            owner_first_name: "Olive".to_owned(),
            owner_last_name: "Owner".to_owned(),
        };
        stack
            .flight_ops()
            .create_organization(school)
            .await
            .expect("a school");
        let scopes = ["pilots", "flights", "fleet", "events"];
        let key = MintKeyRequest {
            organization_id: organization_id.clone(),
            surface: "ga".to_owned(),
            name: "system test".to_owned(),
            scopes: scopes.iter().map(|s| format!("public.{s}:read")).collect(),
            ..Default::default()
        };
        let token = stack.keys().mint(key).await.expect("a key").token;
        let endpoint = CreateEndpointRequest {
            organization_id: organization_id.clone(),
            url,
            event_types: event_types.iter().map(ToString::to_string).collect(),
            ..Default::default()
        };
        let endpoint = stack
            .webhooks()
            .create_endpoint(endpoint)
            .await
            .expect("an endpoint");
        Self {
            organization_id,
            token,
            endpoint,
            client: http::client(),
        }
    }

    /// Puts `count` flights before the approver, and returns their ids.
    pub async fn submit_flights(&self, stack: &Stack, count: u64) -> Vec<String> {
        self.import_flights(stack, count, "submitted").await
    }

    /// Enters `count` flights as drafts, and returns their ids.
    pub async fn draft_flights(&self, stack: &Stack, count: u64) -> Vec<String> {
        self.import_flights(stack, count, "draft").await
    }

    async fn import_flights(&self, stack: &Stack, count: u64, status: &str) -> Vec<String> {
        let pilot_id = self.pilot(stack).await;
        for first in (0..count).step_by(usize::try_from(IMPORT_BATCH).unwrap_or(1)) {
            let rows = first..count.min(first + IMPORT_BATCH);
            let import = ImportLogbookRequest {
                organization_id: self.organization_id.clone(),
                location_id: None,
                pilot_id: pilot_id.clone(),
                status: status.to_owned(),
                flights: rows.map(|line| row(line, &pilot_id)).collect(),
                ..Default::default()
            };
            let outcome = stack
                .flight_ops()
                .import_logbook(import)
                .await
                .expect("an import");
            assert!(outcome.refused.is_empty(), "{:?}", outcome.refused);
        }
        self.flights(stack, status).await
    }

    async fn pilot(&self, stack: &Stack) -> String {
        let person = Person {
            id: Uuid::new_v4().to_string(),
            organization_id: self.organization_id.clone(),
            first_name: "Pat".to_owned(),
            last_name: "Pilot".to_owned(),
            roles: vec!["renter".to_owned()],
            status: "active".to_owned(),
            ..Default::default()
        };
        let saved = stack
            .flight_ops()
            .save_person(SavePersonRequest {
                person: Some(person),
            })
            .await;
        saved.expect("a pilot").person.expect("a pilot").id
    }

    async fn flights(&self, stack: &Stack, status: &str) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        loop {
            let page = ListFlightsRequest {
                organization_id: self.organization_id.clone(),
                status: Some(status.to_owned()),
                after_id: ids.last().cloned(),
                limit: 200,
            };
            let flights = stack
                .flight_ops()
                .list_flights(page)
                .await
                .expect("a page")
                .flights;
            if flights.is_empty() {
                return ids;
            }
            ids.extend(flights.into_iter().map(|f| f.id));
        }
    }

    /// Every document of a list, following its cursors.
    pub async fn list(&self, stack: &Stack, path: &str) -> Vec<serde_json::Value> {
        let (mut documents, mut seen, mut cursor) = (Vec::new(), HashSet::new(), None::<String>);
        loop {
            let mut page = self.get(stack, path, cursor.as_deref()).await;
            for document in page["data"].as_array_mut().expect("a list").drain(..) {
                assert!(
                    seen.insert(document["id"].to_string()),
                    "{} twice",
                    document["id"]
                );
                documents.push(document);
            }
            match page["cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return documents,
            }
        }
    }

    /// The first document of a list.
    pub async fn first(&self, stack: &Stack, path: &str) -> Option<serde_json::Value> {
        let page = self.get(stack, path, None).await;
        page["data"].get(0).cloned()
    }

    async fn get(&self, stack: &Stack, path: &str, cursor: Option<&str>) -> serde_json::Value {
        let glue = if path.contains('?') { '&' } else { '?' };
        let after = cursor.map(|c| format!("&cursor={c}")).unwrap_or_default();
        let url = format!(
            "{}/api/v1/public/{path}{glue}limit=200{after}",
            stack.gateway_url
        );
        let request = self
            .client
            .get(&url)
            .bearer_auth(&self.token)
            .header("X-Org-Id", &self.organization_id);
        let answer = request.send().await.expect("the gateway answers");
        let status = answer.status();
        let body = answer.text().await.expect("a body");
        assert!(status.is_success(), "{status}: {body}");
        serde_json::from_str(&body).expect("JSON")
    }
}

/// One hour in the pattern on a day of its own.
fn row(line: u64, pilot_id: &str) -> ImportedFlight {
    let seconds = i64::try_from(line).expect("a small number") * 86_400 + 1_500_000_000;
    let at = |seconds| Some(prost_timestamp(seconds));
    let palo_alto = Airport {
        ident: "KPAO".to_owned(),
        icao_code: Some("KPAO".to_owned()),
        local_code: Some("PAO".to_owned()),
    };
    ImportedFlight {
        line,
        fingerprint: line.to_be_bytes().repeat(4).into(),
        occurrence: 0,
        entry: Some(FlightEntry {
            flight_type: "rental".to_owned(),
            registration: "N740SP".to_owned(),
            pilot_id: pilot_id.to_owned(),
            pic_id: pilot_id.to_owned(),
            departure: Some(palo_alto.clone()),
            arrival: Some(palo_alto),
            off_block_at: at(seconds),
            on_block_at: at(seconds + 3_600),
            times_recorded: true,
            minutes: Some(FlightMinutes {
                block: 60,
                pic: 60,
                ..Default::default()
            }),
            landings: Some(Landings {
                day: 1,
                ..Default::default()
            }),
            ..Default::default()
        }),
    }
}

fn prost_timestamp(seconds: i64) -> contracts::Timestamp {
    contracts::Timestamp { seconds, nanos: 0 }
}

/// Approves all, 64 at a time, asking again whenever a service or a server is away. `done` counts.
pub async fn approve_all(
    rpc: RpcClient,
    organization_id: String,
    ids: Vec<String>,
    done: Arc<AtomicUsize>,
) {
    let client = FlightOpsClient::new(rpc).with_timeout(Duration::from_secs(3));
    stream::iter(ids)
        .for_each_concurrent(64, |flight_id| {
            let (client, organization_id, done) =
                (client.clone(), organization_id.clone(), done.clone());
            async move {
                approve(&client, organization_id, flight_id).await;
                AtomicUsize::fetch_add(&done, 1, Ordering::SeqCst);
            }
        })
        .await;
}

async fn approve(client: &FlightOpsClient<RpcClient>, organization_id: String, flight_id: String) {
    let command = FlightCommand {
        organization_id,
        flight_id,
        ..Default::default()
    };
    loop {
        match client.approve_flight(command.clone()).await {
            Ok(_) => return,
            Err(error) if is_passing(&error) => {
                tokio::time::sleep(Duration::from_millis(100)).await
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

/// A fault of a dependency passes; a refusal would come again.
fn is_passing(error: &RpcError) -> bool {
    error.is_transient()
}
