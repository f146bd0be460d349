//! One program as a child process.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use test_support::eventually;
use tokio::process::{Child, Command};

use crate::http::get;

/// A program of this workspace, beside the test that runs.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test is a file");
    let directory = test
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in target/<profile>/deps");
    let path = directory.join(name);
    assert!(
        path.exists(),
        "{} is missing: run `cargo build --workspace --bins`",
        path.display()
    );
    path
}

/// A port nobody listens on at the moment.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}

/// A service that runs, and what it takes to start it again.
pub(crate) struct Process {
    name: &'static str,
    environment: Vec<(&'static str, String)>,
    admin: String,
    log: PathBuf,
    child: Option<Child>,
}

impl Process {
    pub(crate) fn new(
        name: &'static str,
        mut environment: Vec<(&'static str, String)>,
        logs: &Path,
    ) -> Self {
        let admin = format!("127.0.0.1:{}", free_port());
        environment.push(("GA_ADMIN__ADDRESS", admin.clone()));
        Self {
            name,
            environment,
            admin,
            log: logs.join(format!("{name}.log")),
            child: None,
        }
    }

    pub(crate) fn start(&mut self) {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .expect("a log file");
        let child = Command::new(program(self.name))
            .envs(self.environment.iter().map(|(k, v)| (*k, v)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log file"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        self.child = Some(child);
    }

    pub(crate) async fn wait_until_ready(&self) {
        let url = format!("http://{}/ready", self.admin);
        let what = format!("{} is ready (see {})", self.name, self.log.display());
        eventually(&what, Duration::from_secs(60), async || {
            get(&url)
                .send()
                .await
                .ok()
                .filter(|r| r.status().is_success())
                .map(drop)
        })
        .await;
    }

    /// SIGKILL: nothing is finished, nothing is said.
    pub(crate) async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("the process can be killed");
        }
    }
}
