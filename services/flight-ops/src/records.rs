//! The kinds of records there are: how each goes onto the wire, and where it is kept. A new kind is
//! one line of [`aggregates!`].

use contracts::v1::record_change::Record as Wire;
use diesel::QueryResult;
use domain::OrgId;
use domain::aircraft::Aircraft;
use domain::compliance::ComplianceRecord;
use domain::finance::{Company, Invoice, Payment};
use domain::flight::Flight;
use domain::maintenance::{DueItem, Squawk, WorkOrder};
use domain::organization::{Location, Organization};
use domain::person::Person;
use domain::planning::{Room, Session};
use domain::training::{Enrollment, Program, Signoff};
use domain::vtr::Vtr;
use store::AsyncPgConnection;
use uuid::Uuid;

use crate::commands::saving::{Content, Kept, Stamps};
use crate::db::aggregates::{self, Aggregate};
use crate::db::{aircraft, flights, locations, people};

/// A record as other services know it.
pub trait Record {
    /// As in the routing key: `record.flight`.
    const KIND: &'static str;

    fn organization(&self) -> OrgId;

    fn id(&self) -> Uuid;

    /// The id as partners read it.
    fn public_id(&self) -> String {
        self.id().to_string()
    }

    fn version(&self) -> i64;

    fn onto_wire(&self) -> Wire;
}

impl Record for Organization {
    const KIND: &'static str = "organization";

    fn organization(&self) -> OrgId {
        self.id
    }

    fn id(&self) -> Uuid {
        self.id.into()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn onto_wire(&self) -> Wire {
        Wire::Organization(self.into())
    }
}

macro_rules! record {
    ($record:ident, $kind:literal) => {
        impl Record for $record {
            const KIND: &'static str = $kind;

            fn organization(&self) -> OrgId {
                self.organization_id
            }

            fn id(&self) -> Uuid {
                self.id.into()
            }

            fn public_id(&self) -> String {
                self.id.to_string()
            }

            fn version(&self) -> i64 {
                self.version
            }

            fn onto_wire(&self) -> Wire {
                Wire::$record(self.into())
            }
        }
    };
}

record!(Flight, "flight");

/// Records as they are told of, each with its id.
pub type Page = Vec<(Uuid, Wire)>;

fn told<R: Record>(records: &[R]) -> Page {
    records.iter().map(|r| (r.id(), r.onto_wire())).collect()
}

macro_rules! content {
    ($record:ident, $what:literal) => {
        impl Content for $record {
            const WHAT: &'static str = $what;

            fn stamps(&self) -> Stamps {
                Stamps {
                    version: self.version,
                    created_at: self.created_at,
                    updated_at: self.updated_at,
                }
            }

            fn with_stamps(self, stamps: Stamps) -> Self {
                let Stamps {
                    version,
                    created_at,
                    updated_at,
                } = stamps;
                Self {
                    version,
                    created_at,
                    updated_at,
                    ..self
                }
            }
        }
    };
}

content!(Organization, "organization");

/// Records with a table of columns.
macro_rules! kept {
    ($($record:ident, $what:literal, $kind:literal, $table:ident);+ $(;)?) => {
        /// A page of one of these kinds; none when it is another.
        async fn page_of_columns(
            conn: &mut AsyncPgConnection,
            kind: &str,
            organization: OrgId,
            after: Option<Uuid>,
            limit: i64,
        ) -> QueryResult<Option<Page>> {
            Ok(match kind {
                $($kind => Some(told(&$table::page(conn, organization, after, limit).await?)),)+
                _ => None,
            })
        }
    $(
        record!($record, $kind);
        content!($record, $what);

        impl Kept for $record {
            async fn present(&self, conn: &mut AsyncPgConnection) -> QueryResult<Option<Self>> {
                $table::lock(conn, self.organization_id, self.id).await
            }

            async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<bool> {
                $table::insert(conn, self).await
            }

            async fn update(&self, conn: &mut AsyncPgConnection) -> QueryResult<bool> {
                $table::update(conn, self).await
            }
        }
    )+};
}

kept! {
    Location, "location", "location", locations;
    Person, "person", "person", people;
    Aircraft, "aircraft", "aircraft", aircraft;
}

/// Records that are kept whole: the type, its name in words, its kind, its table. The type has the
/// fields `organization_id`, `id`, `version`, `created_at` and `updated_at`, and a variant of the
/// same name in `RecordChange`.
macro_rules! aggregates {
    ($($record:ident, $what:literal, $kind:literal, $table:literal);* $(;)?) => {
        /// Every kind but the organisation itself, in the order of an export: what others refer to
        /// comes first.
        pub const KINDS: &[&str] = &["location", "person", "aircraft", "flight", $($kind),*];

        /// A page of all records of a kind, by id, each with its id.
        pub async fn page(
            conn: &mut AsyncPgConnection,
            kind: &str,
            organization: OrgId,
            after: Option<Uuid>,
            limit: i64,
        ) -> QueryResult<Page> {
            if let Some(page) = page_of_columns(conn, kind, organization, after, limit).await? {
                return Ok(page);
            }
            Ok(match kind {
                "flight" => told(&flights::page(conn, organization, after, limit).await?),
                $($kind => {
                    told(&aggregates::page::<$record>(conn, organization, after, limit).await?)
                })*
                _ => Page::new(),
            })
        }
    $(
        record!($record, $kind);
        content!($record, $what);

        impl Aggregate for $record {
            const TABLE: &'static str = $table;
        }

        impl Kept for $record {
            async fn present(&self, conn: &mut AsyncPgConnection) -> QueryResult<Option<Self>> {
                aggregates::lock(conn, self.organization_id, self.id).await
            }

            async fn insert(&self, conn: &mut AsyncPgConnection) -> QueryResult<bool> {
                aggregates::insert(conn, self).await
            }

            async fn update(&self, conn: &mut AsyncPgConnection) -> QueryResult<bool> {
                aggregates::update(conn, self).await
            }
        }
    )*};
}

aggregates! {
    ComplianceRecord, "compliance record", "compliance", "compliance_records";
    DueItem, "due item", "due_item", "due_items";
    WorkOrder, "work order", "work_order", "work_orders";
    Squawk, "squawk", "squawk", "squawks";
    Invoice, "invoice", "invoice", "invoices";
    Payment, "payment", "payment", "payments";
    Company, "company", "company", "companies";
    Session, "session", "session", "planning_sessions";
    Room, "room", "room", "rooms";
    Program, "program", "program", "programs";
    Enrollment, "enrollment", "enrollment", "enrollments";
    Signoff, "signoff", "signoff", "signoffs";
    Vtr, "VTR", "vtr", "vtrs";
}
