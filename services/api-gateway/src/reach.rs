//! What a key opens: whose documents, and which of them.

use contracts::v1::DocumentIds;
use domain::api_key::Surface;
use domain::{LocationId, OrgId};
use public_api::problem::Problem;
use public_api::routes::View;

use crate::keys::KnownKey;

/// Whose documents a request reads, and which of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    /// A test key reads the sandbox of its organisation, whose id follows from the organisation's
    /// and can be no live one's. Whatever is read is read for this organisation.
    pub(crate) organization: OrgId,
    pub(crate) is_sandbox: bool,
    /// The locations the key is bound to, in their order; None: it is of the whole organisation.
    locations: Option<Vec<LocationId>>,
}

impl Reach {
    pub(crate) fn of(key: &KnownKey) -> Self {
        let bound = (!key.locations.is_empty()).then_some(&key.locations);
        match key.surface {
            Surface::GaFlight | Surface::TrueFlight => Self {
                organization: key.organization,
                is_sandbox: false,
                locations: bound.map(|ids| ids.iter().copied().collect()),
            },
            Surface::TrueFlightTest => {
                let sandbox = key.organization.sandbox();
                // Those of the sandbox, named by themselves or by the live ones they stand for.
                let both = |id: &LocationId| [*id, id.in_sandbox(sandbox)];
                let locations = bound.map(|ids| {
                    let mut ids: Vec<_> = ids.iter().flat_map(both).collect();
                    ids.sort();
                    ids
                });
                Self {
                    organization: sandbox,
                    is_sandbox: true,
                    locations,
                }
            }
        }
    }

    pub(crate) fn locations(&self) -> Option<&[LocationId]> {
        self.locations.as_deref()
    }

    /// The documents of the view that a list is narrowed to.
    ///
    /// # Errors
    /// Where the view does not know locations, a key that is bound to some opens none of it.
    pub(crate) fn only(&self, view: View) -> Result<Option<DocumentIds>, Problem> {
        let Some(locations) = &self.locations else {
            return Ok(None);
        };
        match view {
            View::Locations => Ok(Some(DocumentIds {
                ids: locations.iter().map(ToString::to_string).collect(),
            })),
            _ => Err(Problem::location_forbidden(
                "this key is bound to locations, and what it asks for belongs to none; use a key \
                 of the whole organisation",
            )),
        }
    }

    /// Whether the document of the view with this id, as it is stored, is within the key's reach.
    ///
    /// # Errors
    /// As of [`Self::only`].
    pub(crate) fn opens(&self, view: View, id: &str) -> Result<bool, Problem> {
        let only = self.only(view)?;
        Ok(only.is_none_or(|only| only.ids.iter().any(|own| own == id)))
    }
}

#[cfg(test)]
mod tests {
    use contracts::convert::timestamp;
    use contracts::v1;
    use uuid::Uuid;

    use super::*;

    const SCHOOL: Uuid = Uuid::from_u128(1);
    const BASE: Uuid = Uuid::from_u128(7);

    fn reach(surface: Surface, locations: &[Uuid]) -> Reach {
        let key = v1::ApiKey {
            id: Uuid::from_u128(2).to_string(),
            organization_id: SCHOOL.to_string(),
            surface: surface.to_string(),
            location_ids: locations.iter().map(ToString::to_string).collect(),
            created_at: Some(timestamp(chrono::DateTime::UNIX_EPOCH)),
            ..v1::ApiKey::default()
        };
        Reach::of(&KnownKey::try_from(key).unwrap())
    }

    #[test]
    fn a_test_key_reaches_the_sandbox_and_nothing_live() {
        let live = reach(Surface::TrueFlight, &[]);
        assert_eq!((live.organization, live.is_sandbox), (OrgId(SCHOOL), false));
        let test = reach(Surface::TrueFlightTest, &[]);
        assert_eq!(test.organization, OrgId(SCHOOL).sandbox());
        assert!(test.is_sandbox && test.organization.is_sandbox());
        assert_eq!(test.only(View::Locations), Ok(None));
    }

    #[test]
    fn a_bound_key_opens_its_locations_and_nothing_that_knows_none() {
        let bound = reach(Surface::TrueFlight, &[BASE]);
        assert_eq!(bound.opens(View::Locations, &BASE.to_string()), Ok(true));
        assert_eq!(bound.opens(View::Locations, &SCHOOL.to_string()), Ok(false));
        let ids = bound.only(View::Locations).unwrap().unwrap().ids;
        assert_eq!(ids, [BASE.to_string()]);
        for view in View::ALL.iter().filter(|view| **view != View::Locations) {
            assert!(bound.only(*view).is_err(), "{view:?}");
        }
        let whole = reach(Surface::TrueFlight, &[]);
        assert_eq!(whole.opens(View::Flights, "any"), Ok(true));
    }

    #[test]
    fn a_bound_test_key_opens_what_stands_for_its_locations() {
        let bound = reach(Surface::TrueFlightTest, &[BASE]);
        let there = LocationId(BASE).in_sandbox(bound.organization);
        assert_eq!(bound.opens(View::Locations, &there.to_string()), Ok(true));
        let elsewhere = LocationId(SCHOOL).in_sandbox(bound.organization);
        let elsewhere = bound.opens(View::Locations, &elsewhere.to_string());
        assert_eq!(elsewhere, Ok(false));
    }
}
