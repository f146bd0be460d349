//! `gaf org list`

use clap::Args;
use contracts::v1::{ListOrganizationsRequest, Organization};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::Columns;

/// List the organisations
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    patience: Patience,
}

const PAGE: i32 = 200;

#[derive(Serialize)]
struct Listed {
    id: String,
    name: String,
    timezone: String,
    currency: String,
    country: String,
}

impl List {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let client = session.flight_ops().await?;
        let (mut all, mut after_id) = (Vec::new(), None);
        loop {
            let request = ListOrganizationsRequest {
                after_id: after_id.take(),
                limit: PAGE,
            };
            let page = self
                .patience
                .call(|| client.list_organizations(request.clone()))
                .await;
            let page = page
                .map_err(|error| Failure::of_call("flight-ops", error))?
                .organizations;
            let full = i32::try_from(page.len()).is_ok_and(|n| n >= PAGE);
            after_id = page.last().map(|organization| organization.id.clone());
            all.extend(page.into_iter().map(Listed::from));
            if !full {
                return session.show(&all);
            }
        }
    }
}

impl From<Organization> for Listed {
    fn from(o: Organization) -> Self {
        Self {
            id: o.id,
            name: o.name,
            timezone: o.timezone,
            currency: o.currency,
            country: o.country,
        }
    }
}

impl Answer for Vec<Listed> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "There is no organisation yet. Make one with: gaf org create".to_owned();
        }
        let mut columns = Columns::new(["id", "name", "time zone", "currency", "country"]);
        for o in self {
            columns.row([&o.id, &o.name, &o.timezone, &o.currency, &o.country].map(String::clone));
        }
        columns.to_string()
    }
}
