//! Where the program finds things, and what it says when it does not.

use test_support::TestBroker;

use crate::fakes::{FakeFlightOps, flight};
use crate::world::{World, bare, id, org, run};

#[tokio::test]
async fn the_nearest_env_file_says_where_the_broker_is() {
    let world = World::start().await;
    world
        .flight_ops(FakeFlightOps::with_flights([flight(1, "draft")]))
        .await;
    let deep = world.directory.path().join("a/b");
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::create_dir(world.directory.path().join(".dev")).unwrap();
    world.file(
        ".dev/env",
        &format!("AMQP_URL={}\nORG_ID={}\n", world.broker.amqp_url, org()),
    );
    let ran = run(bare(&deep, &["flight", "show", &id(1)])).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    // A flag goes before the variable, and the variable before the file.
    let mut command = bare(
        &deep,
        &[
            "flight",
            "show",
            &id(1),
            "--amqp-url",
            &world.broker.amqp_url,
        ],
    );
    command.env("AMQP_URL", "amqp://nobody@127.0.0.1:1/%2f");
    assert_eq!(run(command).await.code, 0);
    let mut command = bare(&deep, &["flight", "show", &id(1)]);
    command.env("AMQP_URL", "amqp:nonsense");
    assert_eq!(run(command).await.code, 2);
}

#[tokio::test]
async fn what_is_missing_is_said_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let ran = run(bare(directory.path(), &["org", "list"])).await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("AMQP_URL"), "{}", ran.err);
    let ran = run(bare(directory.path(), &["key", "list"])).await;
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--org"), "{}", ran.err);
    let mut command = bare(directory.path(), &["key", "list"]);
    command.env("ORG_ID", "my school");
    assert!(
        run(command)
            .await
            .err
            .contains("ORG_ID is `my school`, which is no UUID")
    );
}

#[tokio::test]
async fn a_broker_that_is_away_has_its_own_exit_code() {
    let directory = tempfile::tempdir().unwrap();
    let mut command = bare(directory.path(), &["org", "list", "--json"]);
    command.env("AMQP_URL", "amqp://guest:a-password@127.0.0.1:1/%2f");
    let ran = run(command).await;
    assert_eq!(ran.code, 5);
    assert!(!ran.err.contains("a-password"), "{}", ran.err);
    let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(error["error"]["status"], "unavailable");
}

#[tokio::test]
async fn a_service_that_is_away_has_its_own_exit_code() {
    let broker = TestBroker::create().await;
    let directory = tempfile::tempdir().unwrap();
    let mut command = bare(directory.path(), &["org", "list", "--patience", "0"]);
    command.env("AMQP_URL", &broker.amqp_url);
    let ran = run(command).await;
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert!(
        ran.err.contains("flight-ops is not available"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn help_says_what_there_is_and_how_it_ends() {
    let directory = tempfile::tempdir().unwrap();
    let ran = run(bare(directory.path(), &["--help"])).await;
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for part in [
        "Exit codes:",
        "dead-letters",
        "AMQP_URL",
        "ORG_ID",
        "--json",
    ] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
    let ran = run(bare(directory.path(), &["import", "--help"])).await;
    assert!(ran.out.contains("personal data"), "{}", ran.out);
    assert_eq!(run(bare(directory.path(), &[])).await.code, 2);
    assert_eq!(run(bare(directory.path(), &["fly"])).await.code, 2);
    assert!(
        run(bare(directory.path(), &["--version"]))
            .await
            .out
            .starts_with("gaf ")
    );
}
