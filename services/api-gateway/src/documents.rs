//! Documents, out of the read model.

use contracts::v1::{Document, Facet, GetDocumentRequest, ListDocumentsRequest, Position};
use domain::OrgId;
use public_api::cursor::{self, Binding};
use public_api::envelope;
use public_api::problem::Problem;
use public_api::query::ListQuery;
use public_api::routes::View;

use crate::error::GatewayError;
use crate::gateway::Gateway;
use crate::http::Answer;

impl Gateway {
    /// A page. `path` is the request's, for the link to the next one.
    pub(crate) async fn list(
        &self,
        organization: OrgId,
        view: View,
        query: &ListQuery,
        path: &str,
    ) -> Result<Answer, GatewayError> {
        let binding = Binding {
            organization,
            view,
            narrowing: &query.narrowing,
        };
        let request = self.list_request(binding, query)?;
        let answer = self.read_model.list(request).await?;
        let documents = self.complete(organization, view, answer.documents).await?;

        let next = answer.next.map(|at| {
            let at = cursor::Position {
                sort_key: at.sort_key,
                id: at.id,
            };
            cursor::seal(&self.cursors, binding, &at)
        });
        let bodies = documents.iter().map(|document| &*document.body);
        Ok(Answer {
            body: envelope::list(bodies, next.as_deref()),
            next: next.map(|cursor| format!("{path}?{}", query.page_at(&cursor))),
        })
    }

    /// One document. Without an id that could be one, there is none.
    pub(crate) async fn detail(
        &self,
        organization: OrgId,
        view: View,
        id: Option<String>,
    ) -> Result<Answer, GatewayError> {
        let absent = || {
            Problem::not_found(format!(
                "there is no such {} in this organisation",
                view.noun()
            ))
        };
        let request = GetDocumentRequest {
            organization_id: organization.to_string(),
            view: view.as_str().to_owned(),
            id: id.ok_or_else(absent)?,
        };
        let document = self
            .read_model
            .get(request)
            .await?
            .document
            .ok_or_else(absent)?;
        let documents = self.complete(organization, view, vec![document]).await?;
        let document = documents.first().ok_or_else(absent)?;
        Ok(Answer {
            body: envelope::detail(&document.body),
            next: None,
        })
    }

    fn list_request(
        &self,
        binding: Binding<'_>,
        query: &ListQuery,
    ) -> Result<ListDocumentsRequest, Problem> {
        let after = query
            .cursor
            .as_deref()
            .map(|text| cursor::open(&self.cursors, binding, text));
        let after = after.transpose().map_err(|_| Problem::invalid_cursor())?;
        let facets = query.narrowing.facets.iter();
        Ok(ListDocumentsRequest {
            organization_id: binding.organization.to_string(),
            view: binding.view.as_str().to_owned(),
            facets: facets
                .map(|(name, value)| Facet {
                    name: name.clone(),
                    value: value.clone(),
                })
                .collect(),
            sort_from: query.narrowing.sort_from.clone(),
            sort_to: query.narrowing.sort_to.clone(),
            location_id: None,
            after: after.map(|at| Position {
                sort_key: at.sort_key,
                id: at.id,
            }),
            limit: query.limit.into(),
        })
    }

    /// Adds what the read model does not hold.
    async fn complete(
        &self,
        organization: OrgId,
        view: View,
        documents: Vec<Document>,
    ) -> Result<Vec<Document>, GatewayError> {
        match view {
            View::Events => self.with_delivery_summaries(organization, documents).await,
            View::Flights | View::Fleet | View::Pilots => Ok(documents),
        }
    }
}
