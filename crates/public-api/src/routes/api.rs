//! The APIs that are published.

use domain::api_key::Surface;

use super::{Open, Route, table};

/// A published API: its base path, its table of routes, its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    GaFlight,
    TrueFlight,
}

impl Api {
    pub const ALL: &'static [Self] = &[Self::GaFlight, Self::TrueFlight];

    /// Its name among people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::GaFlight => "GA Flight",
            Self::TrueFlight => "TrueFlight",
        }
    }

    /// Its name in measurements.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GaFlight => "ga",
            Self::TrueFlight => "tf",
        }
    }

    /// What every path of it begins with.
    pub const fn base_path(self) -> &'static str {
        match self {
            Self::GaFlight => "/api/v1/public",
            Self::TrueFlight => "/api/external/v1",
        }
    }

    /// Its operations.
    pub const fn routes(self) -> &'static [Route] {
        match self {
            Self::GaFlight => table::GA_FLIGHT,
            Self::TrueFlight => table::TRUEFLIGHT,
        }
    }

    /// What it answers without a key.
    pub const fn open(self) -> &'static [Open] {
        match self {
            Self::GaFlight => &[],
            Self::TrueFlight => &[Open::Health],
        }
    }

    /// What its keys begin with, in words.
    pub fn key_prefixes(self) -> String {
        let own = Surface::ALL.iter().filter(|s| Self::of(**s) == self);
        let prefixes: Vec<_> = own.map(|surface| surface.prefix()).collect();
        prefixes.join(" or ")
    }

    /// The API that keys of this surface open.
    pub const fn of(surface: Surface) -> Self {
        match surface {
            Surface::GaFlight => Self::GaFlight,
            Surface::TrueFlight | Surface::TrueFlightTest => Self::TrueFlight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_api_names_the_keys_that_open_it() {
        assert_eq!(Api::GaFlight.key_prefixes(), "gaf_pk_");
        assert_eq!(Api::TrueFlight.key_prefixes(), "tf_live_ or tf_test_");
    }

    #[test]
    fn every_row_stands_in_the_table_of_its_api() {
        for api in Api::ALL {
            assert!(api.routes().iter().all(|route| route.api() == *api));
            assert!(api.open().iter().all(|open| open.api() == *api));
        }
    }
}
