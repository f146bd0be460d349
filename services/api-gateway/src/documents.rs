//! Documents, out of the read model.

use contracts::convert::{self, InvalidMessage};
use contracts::v1::{Document, Facet, GetDocumentRequest, ListDocumentsRequest, Position};
use domain::OrgId;
use public_api::cursor::{self, Binding};
use public_api::envelope;
use public_api::problem::Problem;
use public_api::query::{ListQuery, Selection};
use public_api::routes::{Route, View};

use crate::admission::Caller;
use crate::error::GatewayError;
use crate::events;
use crate::gateway::Gateway;
use crate::http::Answer;
use crate::reach::Reach;

/// One document as the read model has it.
pub(crate) struct Found {
    pub document: Document,
    /// The base that it belongs to.
    pub location_id: Option<String>,
}

impl Gateway {
    /// A page. `path` is the request's, for the link to the next one.
    pub(crate) async fn list(
        &self,
        caller: &Caller,
        route: &Route,
        query: &ListQuery,
        path: &str,
    ) -> Result<Answer, GatewayError> {
        let (organization, view) = (caller.reach.organization, route.view);
        let binding = Binding {
            api: route.api(),
            organization,
            view,
            locations: caller.reach.locations(),
            narrowing: &query.narrowing,
        };
        let request = ListDocumentsRequest {
            only: caller.reach.only(view)?,
            ..self.list_request(binding, query)?
        };
        let answer = self.read_model.list(request).await?;
        if answer.documents.is_empty() {
            self.check_sandbox(&caller.key, &caller.reach).await?;
        }
        let bodies = self
            .bodies(organization, view, answer.documents, &query.selection)
            .await?;

        let next = answer.next.map(|at| {
            let at = cursor::Position {
                sort_key: at.sort_key,
                id: at.id,
            };
            cursor::seal(&self.cursors, binding, &at)
        });
        Ok(Answer::Documents {
            body: envelope::list(
                route.api(),
                bodies.iter().map(Vec::as_slice),
                next.as_deref(),
                query.limit,
            ),
            next: next.map(|cursor| format!("{path}?{}", query.page_at(&cursor))),
        })
    }

    /// One document.
    pub(crate) async fn detail(
        &self,
        caller: &Caller,
        view: View,
        id: Option<String>,
        selection: &Selection,
    ) -> Result<Answer, GatewayError> {
        let found = self.find(&caller.reach, view, id).await;
        if matches!(found, Err(GatewayError::Refused(_))) {
            self.check_sandbox(&caller.key, &caller.reach).await?;
        }
        let documents = vec![found?.document];
        let bodies = self
            .bodies(caller.reach.organization, view, documents, selection)
            .await?;
        let body = bodies.first().ok_or_else(|| absent(view))?;
        Ok(Answer::Documents {
            body: envelope::detail(body),
            next: None,
        })
    }

    /// One document as the read model has it. Without an id that could be one, and beyond the
    /// key's reach, there is none.
    pub(crate) async fn find(
        &self,
        reach: &Reach,
        view: View,
        id: Option<String>,
    ) -> Result<Found, GatewayError> {
        let id = id.ok_or_else(|| absent(view))?;
        if !reach.opens(view, &id)? {
            return Err(absent(view).into());
        }
        let request = GetDocumentRequest {
            organization_id: reach.organization.to_string(),
            view: view.as_str().to_owned(),
            id,
        };
        let answer = self.read_model.get(request).await?;
        Ok(Found {
            document: answer.document.ok_or_else(|| absent(view))?,
            location_id: answer.location_id,
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
            updated_since: query.narrowing.updated_since.map(convert::timestamp),
            only: None,
        })
    }

    /// Documents as they are served: with what the read model does not hold, and only what was
    /// selected. What is gone says no more than that.
    async fn bodies(
        &self,
        organization: OrgId,
        view: View,
        documents: Vec<Document>,
        selection: &Selection,
    ) -> Result<Vec<Vec<u8>>, GatewayError> {
        let documents = if view == View::Events && selection.has(events::DELIVERY_SUMMARY) {
            self.with_delivery_summaries(organization, documents)
                .await?
        } else {
            documents
        };
        let bodies = documents.into_iter().map(|document| {
            if document.deleted || selection.is_all() {
                return Ok(document.body.into());
            }
            let selected = selection.of(&document.body);
            selected.map_err(|error| InvalidMessage::new("body", error).into())
        });
        bodies.collect()
    }
}

fn absent(view: View) -> Problem {
    Problem::not_found(format!(
        "there is no such {} in this organisation",
        view.noun()
    ))
}
