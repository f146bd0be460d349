//! `gaf key mint`

use clap::Args;
use contracts::convert::timestamp;
use contracts::rpc::RpcError;
use contracts::v1::MintKeyRequest;
use domain::LocationId;
use domain::api_key::{InvalidKey, Networks, RateLimit, Surface};
use domain::scope::Grants;
use serde::Serialize;

use super::view::KeyView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;
use crate::when::When;

/// Make an API key. Its token is shown this once and can never be shown again
#[derive(Debug, Args)]
pub struct Mint {
    #[command(flatten)]
    org: OrgArg,
    /// What the key is for: ga (GA Flight), tf (TrueFlight) or tf_test (TrueFlight's sandbox)
    #[arg(long)]
    surface: Surface,
    /// What people call it, 1 to 100 characters
    #[arg(long)]
    name: String,
    /// What it may do: public.flights:read and the like for ga, read or write for tf. Repeat it
    /// or separate several by commas
    #[arg(
        long = "scope",
        value_name = "SCOPE",
        value_delimiter = ',',
        required_unless_present = "all_scopes"
    )]
    scopes: Vec<String>,
    /// Everything the surface offers
    #[arg(long, conflicts_with = "scopes")]
    all_scopes: bool,
    /// When it ends: 90d, 12h, or 2027-01-31T18:00:00Z [default: never]
    #[arg(long, value_name = "WHEN")]
    expires: Option<When>,
    /// A base whose records it opens; repeat it for several, on TrueFlight only [default: the whole
    /// organisation]
    #[arg(long = "location", value_name = "LOCATION_ID")]
    locations: Vec<LocationId>,
    /// A network it may be used from, 203.0.113.0/24 or 2001:db8::/32, or one address; repeat it
    /// or separate several by commas [default: from anywhere]
    #[arg(long = "allow-cidr", value_name = "CIDR", value_delimiter = ',')]
    networks: Vec<String>,
    /// How many requests it may make: 600/min, 10/s, 5000/h, 100/15s [default: what the gateways
    /// give every key]
    #[arg(long, value_name = "RATE")]
    rate_limit: Option<RateLimit>,
    /// What to remember about it
    #[arg(long)]
    note: Option<String>,
    /// Who makes it, for the audit trail
    #[arg(long, value_name = "WHO", default_value = "gaf")]
    by: String,
}

#[derive(Serialize)]
struct Minted {
    #[serde(flatten)]
    key: KeyView,
    token: String,
}

impl Mint {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = self.request(session)?;
        let client = session.keys().await?;
        // Not tried again: a second key might be made, and its token shown to nobody.
        let answer = client.mint(request).await.map_err(failed)?;
        let key = KeyView::read(answer.key.unwrap_or_default(), session.now())
            .map_err(|_| failed(RpcError::Malformed))?;
        session.show(&Minted {
            key,
            token: answer.token,
        })
    }

    fn request(self, session: &Session) -> Result<MintKeyRequest, Failure> {
        let grants = match self.all_scopes {
            true => Grants::all(self.surface),
            false => Grants::parse(self.surface, &self.scopes)
                .map_err(|invalid| Failure::bad_input("invalid_scopes", invalid.to_string()))?,
        };
        let networks = Networks::parse(&self.networks)
            .map_err(|invalid| Failure::bad_input("invalid_networks", invalid.to_string()))?;
        if self.surface == Surface::GaFlight && !self.locations.is_empty() {
            let reason = InvalidKey::LocationsOnGaFlight.to_string();
            return Err(Failure::bad_input("invalid_key", reason));
        }
        let expires_at = self.expires.map(|when| {
            let at = when.from(session.now()).filter(|at| *at > session.now());
            at.ok_or_else(|| Failure::bad_input("invalid_key", "--expires is not in the future"))
        });
        Ok(MintKeyRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            surface: self.surface.to_string(),
            name: self.name,
            scopes: grants.terms().into_iter().map(str::to_owned).collect(),
            note: self.note,
            created_by: Some(self.by),
            expires_at: expires_at.transpose()?.map(timestamp),
            location_ids: self.locations.iter().map(ToString::to_string).collect(),
            allowed_cidrs: networks.terms(),
            rate_limit: self.rate_limit.map(Into::into),
        })
    }
}

fn failed(error: RpcError) -> Failure {
    let uncertain = matches!(error, RpcError::DeadlineExceeded(_));
    let failure = Failure::of_call("key-service", error);
    if !uncertain {
        return failure;
    }
    failure.next("A key may have been made, with a token nobody has seen: look with `gaf key list`, and revoke it.")
}

impl Answer for Minted {
    fn text(&self) -> String {
        format!(
            "{}\n\n  {}\n\nThis is the token. It is shown this once: put it into a secret manager now. \
             If it is lost, revoke the key and mint another.",
            self.key.fields(),
            self.token
        )
    }
}
