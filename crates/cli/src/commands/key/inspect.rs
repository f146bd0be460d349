//! `gaf key inspect`

use clap::Args;
use domain::api_key::Inspection;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;
use crate::text::Fields;

/// Say what a token is, without a network and without showing it
///
/// Exit code 0: it has the form and the checksum of a key; 2: it has not. Whether such a key
/// exists, and what it may do, only the services know.
#[derive(Debug, Args)]
pub struct Inspect {
    /// The token; read from standard input when it is not given. Others on this machine can see
    /// it here
    #[arg(hide_default_value = true)]
    token: Option<String>,
}

#[derive(Serialize)]
struct Inspected {
    well_formed: bool,
    surface: Option<&'static str>,
    /// As `gaf key list` shows it.
    looks_like: Option<String>,
    checksum: &'static str,
    reason: Option<String>,
}

impl Inspect {
    pub fn run(self, session: &mut Session) -> Result<(), Failure> {
        let text = match self.token {
            Some(token) => token,
            None => session.read_line()?,
        };
        let inspection = Inspection::of(text.trim());
        session.show(&Inspected {
            well_formed: inspection.verdict.is_ok(),
            surface: inspection.surface.map(|surface| surface.as_str()),
            checksum: match inspection.checksum() {
                Some(true) => "right",
                Some(false) => "wrong",
                None => "none",
            },
            reason: inspection.verdict.err().map(|why| why.to_string()),
            looks_like: inspection.shown,
        })?;
        let refused = |why: domain::api_key::MalformedToken| {
            Failure::bad_input("malformed_key", why.to_string())
        };
        inspection.verdict.map_err(refused)
    }
}

impl Answer for Inspected {
    fn text(&self) -> String {
        Fields::default()
            .maybe("surface", self.surface)
            .maybe("token", self.looks_like.as_ref())
            .with("checksum", self.checksum)
            .maybe("reason", self.reason.as_ref())
            .to_string()
    }
}
