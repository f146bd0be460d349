//! Founding a school: the organisation, its first base, and its owner.

use contracts::convert::parse;
use contracts::v1;
use domain::organization::{Location, Organization, Policy};
use domain::person::{Person, PersonStatus, Role};
use domain::{LocationId, OrgId, PersonId};
use store::AsyncPgConnection;
use uuid::Uuid;

use super::saving::{Content, Stamps};
use super::{Command, Outcome};
use crate::context::Context;
use crate::db::organizations::{self, School};
use crate::db::{locations, people};
use crate::error::OpsError;
use crate::outgoing::Outgoing;
use crate::validate::Checks;

/// The three as they are to be, stamped with nothing yet.
pub struct CreateOrganization(Founded);

#[derive(Debug, Clone)]
pub struct Founded {
    pub organization: Organization,
    pub location: Location,
    pub owner: Person,
}

impl TryFrom<v1::CreateOrganizationRequest> for CreateOrganization {
    type Error = OpsError;

    fn try_from(request: v1::CreateOrganizationRequest) -> Result<Self, OpsError> {
        let id: OrgId = parse("id", &request.id)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", id.0);
        if id.is_sandbox() {
            let detail = "id is a UUID of version 5, which the ids of sandboxes alone are";
            checks.refuse("id", "sandbox", detail);
        }
        let organization = Organization {
            id,
            version: 0,
            name: checks.name("name", &request.name),
            timezone: checks.timezone(&request.timezone),
            currency: checks.currency(&request.currency),
            country: checks.country(&request.country),
            policy: Policy::default(),
            created_at: Default::default(),
            updated_at: Default::default(),
        };
        let location = Location {
            name: checks.name("location_name", &request.location_name),
            code: checks.code("location_code", &request.location_code, 2..=10),
            ..first_location(&organization)
        };
        let owner = Person {
            first_name: checks.name("owner_first_name", &request.owner_first_name),
            last_name: checks.name("owner_last_name", &request.owner_last_name),
            ..owner(&organization)
        };
        checks.finish()?;
        Ok(Self(Founded {
            organization,
            location,
            owner,
        }))
    }
}

/// The ids of the base and the owner follow from the school's, so that repeating the request
/// names the same ones.
fn first_location(organization: &Organization) -> Location {
    Location {
        id: LocationId(Uuid::new_v5(&organization.id.0, b"first location")),
        organization_id: organization.id,
        version: 0,
        name: String::new(),
        code: String::new(),
        icao_code: None,
        timezone: organization.timezone.clone(),
        address: None,
        active: true,
        created_at: Default::default(),
        updated_at: Default::default(),
    }
}

/// Staff and instructor, nameless yet.
pub(super) fn owner(organization: &Organization) -> Person {
    Person {
        id: PersonId(Uuid::new_v5(&organization.id.0, b"owner")),
        organization_id: organization.id,
        version: 0,
        first_name: String::new(),
        last_name: String::new(),
        call_sign: None,
        email: None,
        roles: vec![Role::Staff, Role::Instructor],
        status: PersonStatus::Active,
        licences: Vec::new(),
        ratings: Vec::new(),
        medical: None,
        caa_reference: None,
        home_airport: None,
        external_reference: None,
        created_at: Default::default(),
        updated_at: Default::default(),
    }
}

impl Command for CreateOrganization {
    const NAME: &'static str = "create_organization";
    type Answer = Founded;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Founded>, OpsError> {
        let new = self.stamped(context);
        let owner_id = new.owner.id;
        let school = School {
            organization: new.organization.clone(),
            owner_id,
        };
        // It waits for another call of the same id; the rest belongs to whoever was first.
        if !organizations::insert(conn, &school).await? {
            return self.repeats(conn).await;
        }
        let Founded {
            organization,
            location,
            owner,
        } = &new;
        if !people::insert(conn, owner).await? || !locations::insert(conn, location).await? {
            return Err(OpsError::IdTaken("organization"));
        }
        let mut outgoing = Outgoing::new(context);
        outgoing.record(organization);
        outgoing.record(location);
        outgoing.record(owner);
        outgoing.write(conn).await?;
        Ok(Outcome::Executed(new))
    }
}

impl CreateOrganization {
    fn stamped(&self, context: &Context) -> Founded {
        let now = context.now();
        let stamps = Stamps {
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let Founded {
            organization,
            location,
            owner,
        } = self.0.clone();
        Founded {
            organization: organization.with_stamps(stamps),
            location: location.with_stamps(stamps),
            owner: owner.with_stamps(stamps),
        }
    }

    /// The school is there. It is the one that was asked for when it is described alike; its base
    /// and its owner may have changed since, and are then not compared.
    async fn repeats(&self, conn: &mut AsyncPgConnection) -> Result<Outcome<Founded>, OpsError> {
        let Founded {
            organization: wanted,
            location,
            owner,
        } = &self.0;
        let school = super::school(conn, wanted.id).await?;
        let present = locations::find(conn, wanted.id, location.id)
            .await?
            .zip(people::find(conn, wanted.id, owner.id).await?);
        let (present_location, present_owner) = present.ok_or(OpsError::IdTaken("organization"))?;
        let same = wanted.is_like(&school.organization)
            && (present_location.version > 1 || location.is_like(&present_location))
            && (present_owner.version > 1 || owner.is_like(&present_owner));
        if !same {
            return Err(OpsError::IdTaken("organization"));
        }
        Ok(Outcome::AlreadyApplied(Founded {
            organization: school.organization,
            location: present_location,
            owner: present_owner,
        }))
    }
}
