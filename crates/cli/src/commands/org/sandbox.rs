//! `gaf org sandbox`

use std::num::NonZeroUsize;

use chrono::Months;
use clap::Args;
use contracts::convert::{InvalidMessage, required};
use contracts::rpc::RpcError;
use contracts::v1::{CreateSandboxRequest, CreateSandboxResponse};
use domain::organization::{Location, Organization};
use domain::{LocationId, OrgId};
use serde::Serialize;
use simulator::driver::Driver;

use crate::args::OrgArg;
use crate::commands::simulate::school::{Plan, zone};
use crate::commands::simulate::stop::Stop;
use crate::commands::simulate::{Lived, days_before, filling, today};
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{Fields, printable};

const AFTER_HELP: &str = "\
A tf_test_ key of the organisation reads its sandbox and nothing else. The sandbox is an organisation
of its own: it has the name, time zone, currency, country and bases of the real one, and otherwise
people, aircraft, flights and papers that are made up.

The same command again adds the days since, and bases that came to the real organisation since; what
was interrupted goes on. Another number of months adds another made-up school to the same sandbox.";

/// How many commands are on their way at the same time.
const CONCURRENCY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);
/// Aircraft of the made-up school, besides its simulator.
const AIRCRAFT: usize = 2;

/// Make an organisation's sandbox, and let a made-up school live in it
#[derive(Debug, Args)]
#[command(after_long_help = AFTER_HELP)]
pub struct Sandbox {
    /// The real organisation [default: ORG_ID]
    #[arg(value_name = "ORG_ID")]
    org: Option<OrgId>,
    /// How long a past it has when it is made
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=24))]
    months: u32,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Serialize)]
struct Filled {
    id: OrgId,
    /// The real organisation.
    sandbox_of: OrgId,
    name: String,
    locations: Vec<Base>,
    #[serde(flatten)]
    lived: Lived,
}

#[derive(Serialize)]
struct Base {
    id: LocationId,
    code: String,
}

impl Sandbox {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let org = OrgArg::from(self.org).resolve(session)?;
        let client = session.flight_ops().await?;
        let request = CreateSandboxRequest {
            organization_id: org.to_string(),
        };
        let made = self
            .patience
            .call(|| client.create_sandbox(request.clone()))
            .await;
        let made = made.map_err(|error| Failure::of_call("flight-ops", error))?;
        let malformed = |_| Failure::of_call("flight-ops", RpcError::Malformed);
        let (sandbox, bases) = read(made).map_err(malformed)?;

        let plan = plan(&sandbox, &bases, self.months, session)?;
        let driver = Driver::new(client, CONCURRENCY, self.patience.duration());
        let lived = filling::fill(&plan, &driver, &Stop::listen(), session).await?;
        let filled = Filled {
            id: sandbox.id,
            sandbox_of: org,
            name: sandbox.name,
            locations: bases.into_iter().map(Base::from).collect(),
            lived,
        };
        session.show(&filled)?;
        filled.lived.in_full()
    }
}

fn read(answer: CreateSandboxResponse) -> Result<(Organization, Vec<Location>), InvalidMessage> {
    let sandbox = required("organization", answer.organization)?.try_into()?;
    let bases = answer.locations.into_iter().map(Location::try_from);
    Ok((sandbox, bases.collect::<Result<_, _>>()?))
}

/// The same for the same sandbox and number of months, whenever it is asked for: the past begins
/// before the day on which the sandbox was made, not before today.
fn plan(
    sandbox: &Organization,
    bases: &[Location],
    months: u32,
    session: &Session,
) -> Result<Plan, Failure> {
    let zone = zone(&sandbox.timezone)?;
    let made = sandbox.created_at.with_timezone(&zone).date_naive();
    let base = bases.iter().find(|base| base.active);
    Ok(Plan {
        organization: sandbox.id,
        location: base.map(|base| base.id),
        zone,
        seed: u64::from(months),
        aircraft: AIRCRAFT,
        from: made.checked_sub_months(Months::new(months)).unwrap_or(made),
        after: None,
        to: days_before(today(session, zone), 1),
    })
}

impl From<Location> for Base {
    fn from(location: Location) -> Self {
        Self {
            id: location.id,
            code: location.code,
        }
    }
}

impl Answer for Filled {
    fn text(&self) -> String {
        let mut fields = Fields::default().with("organisation", self.id);
        for base in &self.locations {
            fields = fields.with("location", format!("{} {}", base.id, base.code));
        }
        let fields = self.lived.fields(fields);
        let (name, refusals) = (printable(&self.name), self.lived.told_refusals());
        format!(
            "{name} is there, and only made-up people have flown in it.\n\n{fields}{refusals}\n\n\
             Next, a key for a partner to try things out with. It reads this and nothing else:\n\n  \
             gaf key mint --org {} --surface tf_test --scope read --name \"PARTNER, trying out\"",
            self.sandbox_of
        )
    }
}
