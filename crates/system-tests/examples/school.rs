//! A whole stack of its own with a school that has lived for a season, for checks that are no
//! tests of cargo's: schemathesis, generated clients, a browser.
//!
//! Prints `KEY=VALUE` lines and then `READY`, and ends with its standard input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a tool of tests, which may fail loudly"
)]

use std::io::Write;
use std::time::Duration;

use chrono::Days;
use contracts::v1::{IssueVtrRequest, MintKeyRequest, Target};
use domain::scope::Scope;
use domain::{OrgId, VtrId};
use public_api::routes::Api;
use simulator::driver::Driver;
use simulator::{Command, Day, School as Simulated, Setting};
use system_tests::{School, Stack};
use test_support::{Receiver, eventually};

/// Long enough for every list to hold something.
const WEEKS: u64 = 10;
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::main]
async fn main() {
    let stack = Stack::start("school").await;
    let receiver = Receiver::start();
    let mut school = School::open(&stack, receiver.url("/webhooks"), &["*"]).await;
    let key = MintKeyRequest {
        organization_id: school.organization_id.clone(),
        surface: "ga".to_owned(),
        name: "everything".to_owned(),
        scopes: Scope::TERMS.iter().map(ToString::to_string).collect(),
        ..Default::default()
    };
    school.token = stack.keys().mint(key).await.expect("a key").token;
    let trueflight = MintKeyRequest {
        organization_id: school.organization_id.clone(),
        surface: "tf".to_owned(),
        name: "everything".to_owned(),
        scopes: vec!["write".to_owned()],
        ..Default::default()
    };
    let trueflight = stack.keys().mint(trueflight).await.expect("a key").token;
    live(&stack, &school).await;
    issue_vtr(&stack, &school).await;
    wait_until_every_list_holds_something(&stack, &school).await;

    let told = format!(
        "GATEWAY_URL={}\nORG_ID={}\nAPI_KEY={}\nTF_API_KEY={trueflight}\nREADY\n",
        stack.gateway_url, school.organization_id, school.token
    );
    std::io::stdout()
        .write_all(told.as_bytes())
        .expect("standard output");
    let ended = || std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
    let _ = tokio::task::spawn_blocking(ended).await;
}

/// A small school, up to yesterday.
async fn live(stack: &Stack, school: &School) {
    let organization = school.organization_id.parse().expect("an id");
    let driver = Driver::new(
        stack.flight_ops(),
        16.try_into().expect("not zero"),
        PATIENCE,
    );
    for days in eventful_season(organization) {
        // Of the lanes beside each other one may ask for what another brings; a second time all is
        // there.
        let mut tally = driver
            .live(days.clone())
            .await
            .expect("the services answer");
        if tally.refused > 0 {
            tally = driver.live(days).await.expect("the services answer");
        }
        assert_eq!(tally.refused, 0, "{:?}", tally.refusals);
    }
}

/// The founding, and then the days of each week. What happens follows from the school's id, which is
/// another each time; in one of eight seasons or so nothing breaks, and no list of maintenance would
/// ever hold anything.
fn eventful_season(organization: OrgId) -> Vec<Vec<Day>> {
    let mut seasons = (1..).map(|seed| season(organization, seed));
    let is_eventful = |season: &Vec<Vec<Day>>| {
        let steps = || season.iter().flatten().flat_map(|day| &day.steps);
        steps().any(|step| matches!(step.command, Command::TransitionSquawk(_)))
            && steps().any(|step| matches!(step.command, Command::ReleaseWorkOrder(_)))
    };
    seasons.find(is_eventful).expect("one of endless seasons")
}

fn season(organization: OrgId, seed: u64) -> Vec<Vec<Day>> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the services go by the real time"
    )]
    let today = chrono::Utc::now().date_naive();
    let mut simulated = Simulated::new(Setting {
        organization,
        location: None,
        zone: chrono_tz::America::Los_Angeles,
        seed,
        first_day: today - Days::new(7 * WEEKS + 1),
        aircraft: 2,
    });
    let mut season = vec![vec![simulated.founding()]];
    season.extend((0..WEEKS).map(|_| (0..7).map(|_| simulated.day()).collect()));
    season
}

/// For the student who was signed off last; nobody completes a program within a season.
async fn issue_vtr(stack: &Stack, school: &School) {
    let signoff = first(stack, school, "training/signoffs").await;
    let student = signoff["student_id"].as_str().expect("an id");
    let progress = format!("training-progress?student_id={student}");
    let progress = first(stack, school, &progress).await;
    let vtr = VtrId::from_parts(1_780_000_000_000, 1);
    let issue = IssueVtrRequest {
        target: Some(Target {
            organization_id: school.organization_id.clone(),
            id: vtr.to_string(),
            ..Default::default()
        }),
        enrollment_id: progress["id"].as_str().expect("an id").to_owned(),
        ..Default::default()
    };
    stack.flight_ops().issue_vtr(issue).await.expect("a VTR");
}

async fn wait_until_every_list_holds_something(stack: &Stack, school: &School) {
    for route in Api::GaFlight
        .routes()
        .iter()
        .filter(|route| route.is_list())
    {
        first(stack, school, route.path.trim_start_matches('/')).await;
    }
}

/// The first document of a list, once there is one.
async fn first(stack: &Stack, school: &School, path: &str) -> serde_json::Value {
    eventually(path, PATIENCE, async || school.first(stack, path).await).await
}
