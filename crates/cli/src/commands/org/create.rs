//! `gaf org create`

use clap::Args;
use contracts::v1::{CreateOrganizationRequest, CreateOrganizationResponse};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::Fields;

/// Create an organisation with its first base and its owner
#[derive(Debug, Args)]
pub struct Create {
    /// The school's name
    #[arg(long)]
    name: String,
    /// Its time zone, as IANA names it: America/Los_Angeles
    #[arg(long)]
    timezone: String,
    /// What it charges in (ISO 4217)
    #[arg(long, default_value = "USD")]
    currency: String,
    /// Where it is (ISO 3166-1, two letters)
    #[arg(long, default_value = "US")]
    country: String,
    /// The name of its first base
    #[arg(long, default_value = "Main base")]
    location_name: String,
    /// The short code of its first base, mostly the airport: KPAO
    #[arg(long, default_value = "MAIN")]
    location_code: String,
    /// Its first member of staff, who approves unless another is named
    #[arg(long, value_name = "FIRST LAST", default_value = "School Owner")]
    owner: PersonName,
    #[command(flatten)]
    patience: Patience,
}

/// A first name and a last name; of several words, the last is the last name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName {
    pub first: String,
    pub last: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("give a first and a last name: \"Amelia Earhart\"")]
pub struct InvalidPersonName;

impl std::str::FromStr for PersonName {
    type Err = InvalidPersonName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (first, last) = text
            .trim()
            .rsplit_once(char::is_whitespace)
            .ok_or(InvalidPersonName)?;
        Ok(Self {
            first: first.trim().to_owned(),
            last: last.to_owned(),
        })
    }
}

#[derive(Serialize)]
struct Created {
    id: String,
    location_id: String,
    owner_id: String,
    name: String,
    timezone: String,
    currency: String,
    country: String,
}

impl Create {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let client = session.flight_ops().await?;
        // The id is ours, so that repeating the request makes no second school.
        let request = CreateOrganizationRequest {
            id: session.new_id().to_string(),
            name: self.name,
            timezone: self.timezone,
            currency: self.currency,
            country: self.country,
            location_name: self.location_name,
            location_code: self.location_code,
            owner_first_name: self.owner.first,
            owner_last_name: self.owner.last,
        };
        let answer = self
            .patience
            .call(|| client.create_organization(request.clone()))
            .await;
        let answer = answer.map_err(|error| Failure::of_call("flight-ops", error))?;
        session.show(&Created::from(answer))
    }
}

impl From<CreateOrganizationResponse> for Created {
    fn from(answer: CreateOrganizationResponse) -> Self {
        let organization = answer.organization.unwrap_or_default();
        Self {
            id: organization.id,
            location_id: answer.location.unwrap_or_default().id,
            owner_id: answer.owner.unwrap_or_default().id,
            name: organization.name,
            timezone: organization.timezone,
            currency: organization.currency,
            country: organization.country,
        }
    }
}

impl Answer for Created {
    fn text(&self) -> String {
        let fields = Fields::default()
            .with("organisation", &self.id)
            .with("location", &self.location_id)
            .with("owner", &self.owner_id);
        format!(
            "{} is created.\n\n{fields}",
            crate::text::printable(&self.name)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_the_last_name() {
        let name = PersonName {
            first: "Anna Maria".into(),
            last: "Vogel".into(),
        };
        assert_eq!(" Anna Maria  Vogel ".parse(), Ok(name));
        assert_eq!("Cher".parse::<PersonName>(), Err(InvalidPersonName));
    }
}
