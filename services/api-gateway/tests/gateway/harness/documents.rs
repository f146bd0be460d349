//! A read-model that keeps its documents in a list.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use contracts::rpc::Call;
use contracts::v1::{
    Document, Fault, GetDocumentRequest, GetDocumentResponse, ListDocumentsRequest,
    ListDocumentsResponse, Position, ReadModel,
};
use public_api::routes::View;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::SCHOOL;

#[derive(Clone, Default)]
pub struct Documents(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    stored: Vec<Stored>,
    lists: Vec<ListDocumentsRequest>,
    gets: Vec<GetDocumentRequest>,
    traceparents: Vec<Option<String>>,
    fault: Option<Fault>,
    hold: Option<oneshot::Receiver<()>>,
}

#[derive(Clone)]
struct Stored {
    organization: String,
    view: &'static str,
    document: Document,
    location: Option<String>,
}

impl Documents {
    /// Adds a document of [`SCHOOL`]; lists show documents in the order in which they were added.
    pub fn add(&self, view: View, id: &str, body: &'static str) {
        self.add_for(SCHOOL, view, id, body);
    }

    pub fn add_for(&self, organization: Uuid, view: View, id: &str, body: impl Into<Bytes>) {
        self.0.lock().unwrap().stored.push(Stored {
            organization: organization.to_string(),
            view: view.as_str(),
            document: Document {
                id: id.to_owned(),
                body: body.into(),
                deleted: false,
            },
            location: None,
        });
    }

    /// The document that was added last belongs to this base.
    pub fn at(&self, location: &str) {
        if let Some(last) = self.0.lock().unwrap().stored.last_mut() {
            last.location = Some(location.to_owned());
        }
    }

    /// Adds what says that a document of [`SCHOOL`] is gone.
    pub fn add_tombstone(&self, view: View, id: &str) {
        let body = format!(r#"{{"id":"{id}","deleted":true,"deleted_at":"2026-05-28T12:00:00Z"}}"#);
        self.add_for(SCHOOL, view, id, body);
        if let Some(last) = self.0.lock().unwrap().stored.last_mut() {
            last.document.deleted = true;
        }
    }

    /// Takes all documents away.
    pub fn clear(&self) {
        self.0.lock().unwrap().stored.clear();
    }

    /// The requests for one document that arrived.
    pub fn gets(&self) -> Vec<GetDocumentRequest> {
        self.0.lock().unwrap().gets.clone()
    }

    /// The list requests that arrived.
    pub fn lists(&self) -> Vec<ListDocumentsRequest> {
        self.0.lock().unwrap().lists.clone()
    }

    pub fn traceparents(&self) -> Vec<Option<String>> {
        self.0.lock().unwrap().traceparents.clone()
    }

    /// Refuses everything from now on.
    pub fn fail(&self, fault: Fault) {
        self.0.lock().unwrap().fault = Some(fault);
    }

    /// Makes the next request wait until the sender says so.
    pub fn hold_next(&self) -> oneshot::Sender<()> {
        let (release, hold) = oneshot::channel();
        self.0.lock().unwrap().hold = Some(hold);
        release
    }

    /// Whether a request has taken the hold.
    pub fn is_held(&self) -> bool {
        self.0.lock().unwrap().hold.is_none()
    }

    async fn begin(&self, call: Call) -> Result<(), Fault> {
        let (hold, fault) = {
            let mut state = self.0.lock().unwrap();
            state.traceparents.push(call.traceparent);
            (state.hold.take(), state.fault.clone())
        };
        if let Some(hold) = hold {
            let _ = hold.await;
        }
        fault.map_or(Ok(()), Err)
    }

    fn of(&self, organization: &str, view: &str) -> Vec<Document> {
        let state = self.0.lock().unwrap();
        let own = state
            .stored
            .iter()
            .filter(|s| s.organization == organization && s.view == view);
        own.map(|stored| stored.document.clone()).collect()
    }
}

impl ReadModel for Documents {
    contracts::refuse_read_model!(start_rebuild, get_rebuild, cancel_rebuild);

    async fn list(
        &self,
        call: Call,
        request: ListDocumentsRequest,
    ) -> Result<ListDocumentsResponse, Fault> {
        self.0.lock().unwrap().lists.push(request.clone());
        self.begin(call).await?;
        let mut all = self.of(&request.organization_id, &request.view);
        if let Some(only) = &request.only {
            all.retain(|document| only.ids.contains(&document.id));
        }
        let after = request.after.map(|after| after.id);
        let begin = after.map_or(0, |id| all.iter().position(|d| d.id == id).unwrap() + 1);
        let limit = usize::try_from(request.limit).unwrap();
        let page: Vec<_> = all[begin..].iter().take(limit).cloned().collect();
        let last = page.last().filter(|_| begin + limit < all.len());
        let next = last.map(|last| Position {
            sort_key: format!("at {}", last.id),
            id: last.id.clone(),
        });
        Ok(ListDocumentsResponse {
            documents: page,
            next,
        })
    }

    async fn get(
        &self,
        call: Call,
        request: GetDocumentRequest,
    ) -> Result<GetDocumentResponse, Fault> {
        self.0.lock().unwrap().gets.push(request.clone());
        self.begin(call).await?;
        let state = self.0.lock().unwrap();
        let found = state.stored.iter().find(|stored| {
            let place = (&stored.organization, stored.view, &stored.document.id);
            place == (&request.organization_id, request.view.as_str(), &request.id)
        });
        Ok(GetDocumentResponse {
            document: found.map(|stored| stored.document.clone()),
            location_id: found.and_then(|stored| stored.location.clone()),
        })
    }
}
