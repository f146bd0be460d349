//! The RPC service `ReadModel`.

mod gates;
mod rebuild;

use chrono::{DateTime, Utc};
use contracts::rpc::Call;
use contracts::v1::{
    CancelRebuildRequest, Document, Fault, GetDocumentRequest, GetDocumentResponse,
    GetRebuildRequest, ListDocumentsRequest, ListDocumentsResponse, Position, ReadModel,
    RebuildStatus, StartRebuildRequest,
};
use domain::OrgId;
use public_api::routes::View;
use public_api::sort_key;
use service_kit::Clock;
use store::Db;

use crate::apply;
use crate::db::{changes, documents, pages, turns};
use crate::error::ReadModelError;
use crate::projection;
use crate::query::{self, ListQuery, Since};

use gates::Gates;

/// Documents a request turns in one transaction. A request that finds more due goes on until none
/// is, so that its answer is right at the moment of asking.
const TURNED_AT_ONCE: i64 = 200;

/// Answers from the documents.
pub struct Documents {
    db: Db,
    clock: Clock,
    gates: Gates,
}

impl Documents {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            gates: Gates::default(),
        }
    }

    /// Brings documents up to date that changed by themselves.
    async fn turn(
        &self,
        organization: OrgId,
        view: View,
        now: DateTime<Utc>,
    ) -> Result<(), ReadModelError> {
        if !projection::derived(view).is_some_and(|d| d.turns()) {
            return Ok(());
        }
        if !self.any_due(organization, view, now).await? {
            return Ok(());
        }
        let gate = self.gates.of((organization, view));
        let _through = gate.lock().await;
        while self.any_due(organization, view, now).await? {
            self.db
                .transaction(async |conn| {
                    apply::turn_view(conn, organization, view, now, TURNED_AT_ONCE).await
                })
                .await?;
        }
        Ok(())
    }

    async fn any_due(
        &self,
        organization: OrgId,
        view: View,
        now: DateTime<Utc>,
    ) -> Result<bool, ReadModelError> {
        let mut conn = self.db.conn().await?;
        Ok(turns::any_due(&mut conn, organization, view, now).await?)
    }

    async fn page(&self, query: ListQuery) -> Result<ListDocumentsResponse, ReadModelError> {
        self.turn(query.organization_id, query.view, self.clock.now())
            .await?;
        match &query.since {
            Some(since) => self.changes(&query, since).await,
            None => self.documents(&query).await,
        }
    }

    async fn documents(&self, query: &ListQuery) -> Result<ListDocumentsResponse, ReadModelError> {
        let mut conn = self.db.conn().await?;
        let mut rows = pages::list(&mut conn, query).await?;
        drop(conn);
        let page = usize::from(query.limit);
        let more = rows.len() > page;
        rows.truncate(page);
        let last = rows.last().filter(|_| more);
        Ok(ListDocumentsResponse {
            next: last.map(|row| Position {
                sort_key: row.sort_key.clone(),
                id: row.id.clone(),
            }),
            documents: rows
                .into_iter()
                .map(|row| Document {
                    id: row.id,
                    body: row.body.into(),
                    deleted: false,
                })
                .collect(),
        })
    }

    async fn changes(
        &self,
        query: &ListQuery,
        since: &Since,
    ) -> Result<ListDocumentsResponse, ReadModelError> {
        let mut conn = self.db.conn().await?;
        let mut rows = changes::list(&mut conn, query, since).await?;
        drop(conn);
        let page = usize::from(query.limit);
        let more = rows.len() > page || rows.last().is_some_and(|row| row.last);
        rows.truncate(page);
        let last = rows.last().filter(|_| more);
        Ok(ListDocumentsResponse {
            next: last.map(|row| Position {
                sort_key: sort_key::instant(row.updated_at),
                id: row.id.clone(),
            }),
            documents: rows
                .into_iter()
                .filter_map(|row| {
                    Some(Document {
                        id: row.id,
                        body: row.body?.into(),
                        deleted: row.deleted,
                    })
                })
                .collect(),
        })
    }

    async fn one(
        &self,
        request: GetDocumentRequest,
    ) -> Result<GetDocumentResponse, ReadModelError> {
        let organization = query::organization(&request.organization_id)?;
        let view = query::view(&request.view)?;
        if request.id.contains('\0') {
            return Ok(GetDocumentResponse::default());
        }
        self.turn(organization, view, self.clock.now()).await?;
        let mut conn = self.db.conn().await?;
        let found = documents::find(&mut conn, organization, view, &request.id).await?;
        let Some((body, location_id)) = found else {
            return Ok(GetDocumentResponse::default());
        };
        Ok(GetDocumentResponse {
            document: Some(Document {
                id: request.id,
                body: body.into(),
                deleted: false,
            }),
            location_id: location_id.map(|id| id.to_string()),
        })
    }
}

impl ReadModel for Documents {
    async fn start_rebuild(&self, _: Call, _: StartRebuildRequest) -> Result<RebuildStatus, Fault> {
        Ok(rebuild::start(&self.db, self.clock.now()).await?)
    }

    async fn get_rebuild(&self, _: Call, _: GetRebuildRequest) -> Result<RebuildStatus, Fault> {
        Ok(rebuild::status(&self.db).await?)
    }

    async fn cancel_rebuild(
        &self,
        _: Call,
        _: CancelRebuildRequest,
    ) -> Result<RebuildStatus, Fault> {
        Ok(rebuild::cancel(&self.db, self.clock.now()).await?)
    }

    async fn list(
        &self,
        _: Call,
        request: ListDocumentsRequest,
    ) -> Result<ListDocumentsResponse, Fault> {
        let query = ListQuery::try_from(request).map_err(ReadModelError::from)?;
        Ok(self.page(query).await?)
    }

    async fn get(
        &self,
        _: Call,
        request: GetDocumentRequest,
    ) -> Result<GetDocumentResponse, Fault> {
        Ok(self.one(request).await?)
    }
}
