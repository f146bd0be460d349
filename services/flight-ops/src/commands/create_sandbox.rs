//! Founding the sandbox of a school: an organisation of its own, with synthetic data only.

use contracts::convert::parse;
use contracts::v1;
use domain::organization::{Location, Organization, Policy};
use domain::person::Person;
use domain::{OrgId, PersonId};
use store::AsyncPgConnection;

use super::create_organization::owner;
use super::saving::{Content, Stamps};
use super::{Command, Outcome};
use crate::context::Context;
use crate::db::organizations::{self, School};
use crate::db::{locations, people};
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::{Checks, LONGEST_NAME};

/// What the sandbox's name ends with.
const SUFFIX: &str = " (sandbox)";

pub struct CreateSandbox {
    live: OrgId,
}

/// A sandbox as it stands after its founding.
#[derive(Debug, Clone)]
pub struct Sandbox {
    pub organization: Organization,
    /// In the order in which the live school's were founded.
    pub locations: Vec<Location>,
    pub owner: Person,
}

impl TryFrom<v1::CreateSandboxRequest> for CreateSandbox {
    type Error = OpsError;

    fn try_from(request: v1::CreateSandboxRequest) -> Result<Self, OpsError> {
        let live: OrgId = parse("organization_id", &request.organization_id)?;
        let mut checks = Checks::default();
        if live.is_sandbox() {
            let detail = "organization_id is a sandbox, and a sandbox has none of its own";
            checks.refuse("organization_id", "sandbox", detail);
        }
        checks.finish()?;
        Ok(Self { live })
    }
}

impl Command for CreateSandbox {
    const NAME: &'static str = "create_sandbox";
    type Answer = Sandbox;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Sandbox>, OpsError> {
        let school = super::school(conn, self.live).await?;
        // A school has a few bases.
        let mut bases = locations::page(conn, self.live, None, i64::MAX).await?;
        bases.sort_by_key(|base| (base.created_at, base.id));
        let wanted = Sandbox::of(&school.organization, &bases, context);
        let applied = wanted.found(conn, context).await?;
        let stands = wanted.as_it_stands(conn).await?;
        Ok(if applied {
            Outcome::Executed(stands)
        } else {
            Outcome::AlreadyApplied(stands)
        })
    }
}

impl Sandbox {
    /// Takes over what the school tells everybody (its name, where it is, its bases' names and
    /// codes) and nothing else of it.
    fn of(live: &Organization, bases: &[Location], context: &Context) -> Self {
        let now = context.now();
        let stamps = Stamps {
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let organization = Organization {
            id: live.id.sandbox(),
            name: name(&live.name),
            policy: Policy::default(),
            ..live.clone()
        };
        let organization = organization.with_stamps(stamps);
        let location = |base: &Location| {
            Location {
                id: base.id.in_sandbox(organization.id),
                organization_id: organization.id,
                address: None,
                ..base.clone()
            }
            .with_stamps(stamps)
        };
        let owner = Person {
            first_name: "Sandbox".to_owned(),
            last_name: "Owner".to_owned(),
            email: Some("owner@sandbox.example".to_owned()),
            ..owner(&organization)
        };
        Self {
            locations: bases.iter().map(location).collect(),
            owner: owner.with_stamps(stamps),
            organization,
        }
    }

    /// Inserts what is not there yet, and tells of it. Whether that was anything.
    async fn found(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<bool, OpsError> {
        let mut outgoing = Outgoing::new(context);
        let school = School {
            organization: self.organization.clone(),
            owner_id: self.owner.id,
        };
        // It waits for another call of the same sandbox; the rest belongs to whoever was first.
        let mut applied = organizations::insert(conn, &school).await?;
        if applied {
            people::insert(conn, &self.owner).await?;
            outgoing.record(&self.organization);
            outgoing.record(&self.owner);
        }
        for location in &self.locations {
            if locations::insert(conn, location).await? {
                outgoing.record(location);
                applied = true;
            }
        }
        outgoing.write(conn).await?;
        Ok(applied)
    }

    async fn as_it_stands(&self, conn: &mut AsyncPgConnection) -> Result<Self, OpsError> {
        let id = self.organization.id;
        let School {
            organization,
            owner_id,
        } = super::school(conn, id).await?;
        let mut present = Vec::with_capacity(self.locations.len());
        for location in &self.locations {
            present.extend(locations::find(conn, id, location.id).await?);
        }
        Ok(Self {
            organization,
            locations: present,
            owner: owner_of(conn, id, owner_id).await?,
        })
    }
}

async fn owner_of(
    conn: &mut AsyncPgConnection,
    sandbox: OrgId,
    owner: PersonId,
) -> Result<Person, OpsError> {
    let found = people::find(conn, sandbox, owner).await?;
    found.ok_or(OpsError::no_such("person"))
}

/// The school's name with the suffix, shortened where both together would be too long.
fn name(live: &str) -> String {
    let room = LONGEST_NAME.saturating_sub(SUFFIX.len());
    live.chars().take(room).chain(SUFFIX.chars()).collect()
}
