//! What it costs to know who asks: the instructions of authentication, scope and limits, beside
//! those of all else that the gateway does for a request, as valgrind counts them.
//!
//! Counted is what runs below the functions of [`PARTS`]. Valgrind's processor has no instructions
//! for SHA-256, so the digest of the key is dearer here than on one that has. What replicas tell
//! each other is no part of a request: however many there are, it is said 40 times a second, and
//! here, where everything is slow, that is after every few requests. It is shown.

mod callgrind;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use contracts::v1::MintKeyRequest;
use domain::scope::Scope;
use system_tests::{Ask, Connection, School, Service, Stack};

use crate::progress::say;
use callgrind::{Callgrind, Counts};

/// Of what a request costs without.
const MOST: f64 = 0.15;
/// Until the flights can be read, by a gateway that is slow under callgrind.
const PATIENCE: Duration = Duration::from_secs(60);
/// Requests before anything is counted: every key is known, every connection is there.
const WARM_UP: usize = 50;

/// Functions of the gateway, each with what it is to a reader of the table.
const PARTS: [(&str, &str); 2] = [
    ("admission::poll_admission", "key, scope, limits"),
    ("observe::settle", "headers of limits"),
];
/// What goes on beside the requests.
const BESIDE: &str = "limits::share::run";

#[derive(clap::Args, Clone, Copy)]
pub struct Options {
    /// Requests counted of each kind.
    #[arg(long, default_value_t = 500)]
    requests: usize,
    /// Flights of the school that is read.
    #[arg(long, default_value_t = 50)]
    flights: u64,
    /// Flights on a page.
    #[arg(long, default_value_t = 50)]
    page: u32,
}

/// A kind of request.
struct Case {
    name: &'static str,
    ask: Ask,
}

pub async fn measure(options: Options) -> anyhow::Result<(String, anyhow::Result<()>)> {
    let mut callgrind = Callgrind::new(&std::env::temp_dir().join("gaf-bench-admission"))?;
    say("starting the services, the gateway under callgrind");
    // Limits that are never reached cost as much as any other.
    let stack = Stack::builder("bench-admission")
        .set(Service::ApiGateway, "GA_HTTP__WORKERS", "1")
        .under(Service::ApiGateway, &callgrind.command())
        .start()
        .await;
    let cases = cases(&stack, options).await?;
    let gateway = stack.process_ids(Service::ApiGateway);
    let gateway = *gateway.first().context("no gateway runs")?;
    let mut connection = Connection::to(&stack.gateway_url);
    let (mut out, mut worst) = (String::new(), 0.0_f64);
    for case in cases {
        say(&format!("counting {}", case.name));
        ask(&mut connection, &case.ask, WARM_UP).await?;
        callgrind.zero(gateway).await?;
        ask(&mut connection, &case.ask, options.requests).await?;
        let counts = callgrind.counts(gateway).await?;
        let requests = f64::from(u32::try_from(options.requests)?);
        worst = worst.max(case.write(&counts, requests, &mut out)?);
    }
    let outcome = if worst <= MOST {
        Ok(())
    } else {
        Err(anyhow::anyhow!("admission is too dear"))
    };
    Ok((out, outcome))
}

impl Case {
    /// Instructions of one of so many requests. Returns what admission adds to the rest.
    fn write(&self, counts: &Counts, requests: f64, out: &mut String) -> anyhow::Result<f64> {
        let total = counts.total() / requests;
        writeln!(out, "{:32} {total:>10.0} instructions", self.name)?;
        let mut spent = 0.0;
        for (function, name) in PARTS {
            let own = counts.of(function)? / requests;
            spent += own;
            let share = 100.0 * own / total;
            writeln!(out, "  {name:30} {own:>10.0}  {share:>5.1} %")?;
        }
        let beside = counts.of(BESIDE)? / requests;
        writeln!(out, "  {:30} {beside:>10.0}", "beside it: told to replicas")?;
        let added = spent / (total - spent);
        let percent = 100.0 * added;
        writeln!(
            out,
            "  added to the rest: {percent:.1} %; to the 15 % it may be: {:.2}",
            added / MOST
        )?;
        Ok(added)
    }
}

/// A list that is empty, one document, and a page.
async fn cases(stack: &Stack, options: Options) -> anyhow::Result<Vec<Case>> {
    // Nobody is told of what happens here.
    let url = "https://partner.example/hooks".to_owned();
    let school = School::open(stack, url, &["webhook.test"]).await;
    school.submit_flights(stack, options.flights).await;
    let key = MintKeyRequest {
        organization_id: school.organization_id.clone(),
        surface: "ga".to_owned(),
        name: "bench".to_owned(),
        scopes: Scope::TERMS.iter().map(ToString::to_string).collect(),
        ..Default::default()
    };
    let token = stack.keys().mint(key).await?.token;
    let get = |path: String| {
        let ask = Ask::get(format!("/api/v1/public{path}")).bearer(&token);
        ask.organization(&school.organization_id)
    };
    let mut connection = Connection::to(&stack.gateway_url);
    let page = get(format!("/flights?limit={}", options.page));
    let began = Instant::now();
    let id = loop {
        let reply = connection.send(&page).await;
        ensure!(reply.status == 200, "{}", reply.body);
        let flights = reply.body.matches("\"flight_type\"").count();
        if u64::try_from(flights)? >= options.flights.min(options.page.into()) {
            let (_, id) = reply.body.split_once("\"id\":\"").context("no flight")?;
            break id.chars().take(36).collect::<String>();
        }
        ensure!(began.elapsed() < PATIENCE, "only {flights} flights");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let case = |name, ask| Case { name, ask };
    Ok(vec![
        case("an empty list", get("/maintenance/work-orders".to_owned())),
        case("one flight", get(format!("/flights/{id}"))),
        case("a page of flights", page),
    ])
}

async fn ask(connection: &mut Connection, ask: &Ask, times: usize) -> anyhow::Result<()> {
    for _ in 0..times {
        let reply = connection.send(ask).await;
        ensure!(reply.status == 200, "{}: {}", reply.status, reply.body);
    }
    Ok(())
}
