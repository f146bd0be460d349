//! What the model knows of a key, and what it says about a request.

use chrono::{DateTime, Utc};
use domain::api_key::{ApiToken, Surface};
use system_tests::Ask;
use uuid::Uuid;

use crate::world::{FLEET, FLIGHTS, LOCATIONS};

/// Routes with a scope each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    Flights,
    Fleet,
    /// Of TrueFlight, where no header names the organisation.
    Locations,
}

/// Where a key may be used from. The test is at 127.0.0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    Any,
    Here,
    Elsewhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationHeader {
    Own,
    Other,
    Missing,
    NoUuid,
}

/// How the key is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Right,
    /// Another character at this place.
    Mistyped(usize),
    /// Another key, of this entropy.
    Unknown([u8; 32]),
    Missing,
    OtherScheme,
    Twice,
}

/// Status and reason code; of a document no reason.
pub type Answer = (u16, &'static str);
const LET_IN: Answer = (200, "");
/// A test key is let in to a sandbox, and nobody has made one here.
const NO_SANDBOX: Answer = (404, "no_sandbox");

pub struct Key {
    pub id: String,
    pub organization: usize,
    pub token: String,
    pub surface: Surface,
    /// Of GA Flight. Keys of TrueFlight that are minted here may read.
    pub routes: Vec<Route>,
    pub network: Network,
    pub ends_at: Option<DateTime<Utc>>,
    pub revoked: bool,
    /// Requests a second; None: what every key has.
    pub limit: Option<u32>,
    /// The number of the key that it took over from.
    pub replaces: Option<usize>,
}

impl Route {
    fn path(self) -> &'static str {
        match self {
            Self::Flights => FLIGHTS,
            Self::Fleet => FLEET,
            Self::Locations => LOCATIONS,
        }
    }
}

impl Key {
    pub fn lives(&self, at: DateTime<Utc>) -> bool {
        !self.revoked && self.ends_at.is_none_or(|end| at < end)
    }

    /// What a request with everything right is answered.
    pub fn answer(&self, at: DateTime<Utc>) -> Answer {
        self.judge(Form::Right, OrganizationHeader::Own, self.home(), at)
    }

    /// A route that it opens.
    pub fn home(&self) -> Route {
        match self.surface {
            Surface::GaFlight => self.routes[0],
            Surface::TrueFlight | Surface::TrueFlightTest => Route::Locations,
        }
    }

    /// The checks, in the order in which they are documented.
    pub fn judge(
        &self,
        form: Form,
        header: OrganizationHeader,
        route: Route,
        at: DateTime<Utc>,
    ) -> Answer {
        match form {
            Form::Twice => return (400, "repeated_header"),
            Form::Missing => return (401, "missing"),
            Form::OtherScheme | Form::Mistyped(_) => return (401, "malformed"),
            Form::Unknown(_) => return (401, "unknown"),
            Form::Right if self.revoked => return (401, "revoked"),
            Form::Right if !self.lives(at) => return (401, "expired"),
            Form::Right => {}
        }
        if self.network == Network::Elsewhere {
            return (403, "network_forbidden");
        }
        match header {
            _ if route == Route::Locations => {}
            OrganizationHeader::Missing => return (400, "missing"),
            OrganizationHeader::NoUuid => return (400, "not_a_uuid"),
            OrganizationHeader::Other => return (403, "organization_mismatch"),
            OrganizationHeader::Own => {}
        }
        let is_home = (self.surface == Surface::GaFlight) == (route != Route::Locations);
        if !is_home {
            return (403, "surface_mismatch");
        }
        if route != Route::Locations && !self.routes.contains(&route) {
            return (403, "insufficient_scope");
        }
        match self.surface {
            Surface::TrueFlightTest => NO_SANDBOX,
            Surface::GaFlight | Surface::TrueFlight => LET_IN,
        }
    }

    pub fn ask(
        &self,
        form: Form,
        header: OrganizationHeader,
        route: Route,
        organizations: &[Uuid; 2],
    ) -> Ask {
        let ask = Ask::get(route.path());
        let ask = match form {
            Form::Right => ask.bearer(&self.token),
            Form::Mistyped(place) => ask.bearer(&mistyped(&self.token, place)),
            Form::Unknown(entropy) => {
                ask.bearer(ApiToken::from_entropy(self.surface, &entropy).reveal())
            }
            Form::Missing => ask,
            Form::OtherScheme => ask.header("Authorization", format!("Basic {}", self.token)),
            Form::Twice => ask.bearer(&self.token).bearer(&self.token),
        };
        match header {
            OrganizationHeader::Own => {
                ask.organization(&organizations[self.organization].to_string())
            }
            OrganizationHeader::Other => {
                ask.organization(&organizations[1 - self.organization].to_string())
            }
            OrganizationHeader::Missing => ask,
            OrganizationHeader::NoUuid => ask.organization("1"),
        }
    }
}

fn mistyped(token: &str, place: usize) -> String {
    let mut bytes = token.as_bytes().to_vec();
    let place = place % bytes.len();
    bytes[place] = if bytes[place] == b'x' { b'y' } else { b'x' };
    String::from_utf8(bytes).unwrap()
}
