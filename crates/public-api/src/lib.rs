//! The partner contract: routes, documents, event payloads, problems.
//!
//! Pure: no HTTP framework, no database, no I/O. To add a resource, write its document type
//! (`documents`), its row in the route table (`routes`) and its projection (in read-model);
//! routing, scope check, filters, paging and the security tests follow from the row.

pub mod cursor;
pub mod documents;
pub mod envelope;
pub mod etag;
pub mod openapi;
pub mod payloads;
pub mod problem;
pub mod query;
pub mod reference;
pub mod routes;
pub mod sort_key;
pub mod urlencoded;
