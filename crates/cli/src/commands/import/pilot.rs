//! Whose logbook it is.

use bus::RpcClient;
use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::{FlightOpsClient, Person, SavePersonRequest, fault::Kind};
use domain::person::{PersonStatus, Role};
use domain::{OrgId, PersonId};
use uuid::Uuid;

use crate::commands::org::PersonName;
use crate::failure::Failure;
use crate::retry::Patience;

/// Names a pilot. Not the organisation's owner, who approves: whoever submits a flight does not.
#[derive(Debug, Args)]
pub struct PilotArg {
    /// The pilot whose logbook it is, a person of the organisation
    #[arg(long, value_name = "PERSON_ID", conflicts_with = "pilot_name")]
    pilot: Option<PersonId>,
    /// The pilot's name; the person is made when the first logbook of that name is imported
    #[arg(long, value_name = "FIRST LAST", default_value = "Logbook Pilot")]
    pilot_name: PersonName,
}

impl PilotArg {
    /// The pilot's id; a pilot named by name is there afterwards.
    pub async fn resolve(
        &self,
        client: &FlightOpsClient<RpcClient>,
        org: OrgId,
        patience: Patience,
    ) -> Result<PersonId, Failure> {
        if let Some(id) = self.pilot {
            return Ok(id);
        }
        let id = id_of(org, &self.pilot_name);
        let request = SavePersonRequest {
            person: Some(person(id, org, &self.pilot_name)),
        };
        match patience.call(|| client.save_person(request.clone())).await {
            Ok(_) => Ok(id),
            // Somebody has added to what is known of the pilot, who is there all the same.
            Err(RpcError::Fault(fault))
                if matches!(fault.kind(), Kind::Conflict | Kind::PreconditionFailed) =>
            {
                Ok(id)
            }
            Err(error) => Err(Failure::of_call("flight-ops", error)),
        }
    }
}

/// The same name is the same person at every import.
fn id_of(org: OrgId, name: &PersonName) -> PersonId {
    let text = format!("gaf import pilot\0{}\0{}", name.first, name.last);
    PersonId(Uuid::new_v5(&org.0, text.as_bytes()))
}

fn person(id: PersonId, org: OrgId, name: &PersonName) -> Person {
    Person {
        id: id.to_string(),
        organization_id: org.to_string(),
        first_name: name.first.clone(),
        last_name: name.last.clone(),
        roles: vec![Role::Renter.to_string(), Role::Student.to_string()],
        status: PersonStatus::Active.to_string(),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pilot_is_known_by_organisation_and_name() {
        let (one, other) = (OrgId(Uuid::from_u128(1)), OrgId(Uuid::from_u128(2)));
        let name: PersonName = "Logbook Pilot".parse().unwrap();
        let namesake: PersonName = "Log Bookpilot".parse().unwrap();
        assert_eq!(id_of(one, &name), id_of(one, &name));
        assert_ne!(id_of(one, &name), id_of(other, &name));
        assert_ne!(id_of(one, &name), id_of(one, &namesake));
    }
}
