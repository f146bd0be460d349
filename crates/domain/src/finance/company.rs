//! Customers.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CompanyStatus, CustomerType};
use crate::{CompanyId, OrgId, PersonId};

/// A customer that is no person: a firm, a club, a lender that pays for a student.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    pub id: CompanyId,
    pub organization_id: OrgId,
    pub version: i64,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub tax_id: Option<String>,
    pub status: CompanyStatus,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Who is invoiced, who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum CustomerId {
    Pilot(PersonId),
    Company(CompanyId),
}

impl CustomerId {
    pub fn customer_type(self) -> CustomerType {
        match self {
            Self::Pilot(_) => CustomerType::Pilot,
            Self::Company(_) => CustomerType::Company,
        }
    }

    pub fn uuid(self) -> Uuid {
        match self {
            Self::Pilot(id) => id.0,
            Self::Company(id) => id.0,
        }
    }

    pub fn new(customer_type: CustomerType, id: Uuid) -> Self {
        match customer_type {
            CustomerType::Pilot => Self::Pilot(id.into()),
            CustomerType::Company => Self::Company(id.into()),
        }
    }
}

/// A customer as a document names it. The name is the one of the day: a document that was issued
/// does not change when the customer does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
}

/// Without the name, which may be a person's.
impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
