//! The RPC service `ReadModel`.

use contracts::rpc::Call;
use contracts::v1::{
    Document, Fault, GetDocumentRequest, GetDocumentResponse, ListDocumentsRequest,
    ListDocumentsResponse, Position, ReadModel,
};
use store::Db;

use crate::db::{documents, pages};
use crate::error::ReadModelError;
use crate::query::{self, ListQuery};

/// Answers from the documents.
pub struct Documents {
    db: Db,
}

impl Documents {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    async fn page(&self, query: ListQuery) -> Result<ListDocumentsResponse, ReadModelError> {
        let mut conn = self.db.conn().await?;
        let mut rows = pages::list(&mut conn, &query).await?;
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
            return Ok(GetDocumentResponse { document: None });
        }
        let mut conn = self.db.conn().await?;
        let body = documents::find(&mut conn, organization, view, &request.id).await?;
        Ok(GetDocumentResponse {
            document: body.map(|body| Document {
                id: request.id,
                body: body.into(),
            }),
        })
    }
}

impl ReadModel for Documents {
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
