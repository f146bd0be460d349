//! One program as a child process.

use std::net::TcpListener;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use test_support::eventually;
use tokio::process::{Child, Command};
use tokio::time::timeout;
use uuid::Uuid;

use crate::http;

/// A program of this workspace, beside the test or the program that runs.
pub fn program(name: &str) -> PathBuf {
    let this = std::env::current_exe().expect("a test is a file");
    let mut directory = this.parent().expect("a file is in a directory");
    if directory.ends_with("deps") || directory.ends_with("examples") {
        directory = directory
            .parent()
            .expect("tests lie in target/<profile>/deps");
    }
    let path = directory.join(name);
    assert!(
        path.exists(),
        "{} is missing: run `cargo build --workspace --bins`",
        path.display()
    );
    path
}

/// Below those that the system gives to outgoing connections, of which one might take the port
/// before the program does, or while it is restarted.
const PORTS: Range<u16> = 10_000..20_000;

/// A port nobody listens on at the moment.
pub(crate) fn free_port() -> u16 {
    loop {
        let chance = Uuid::new_v4().as_u64_pair().0 % u64::try_from(PORTS.len()).expect("a size");
        let port = PORTS.start + u16::try_from(chance).expect("less than the range");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// After so long Kubernetes kills.
const LONGEST_STOP: Duration = Duration::from_secs(30);
/// Lines of a log that say why a program has ended.
const LAST_WORDS: usize = 20;

/// A service that runs, and what it takes to start it again.
pub(crate) struct Process {
    name: &'static str,
    /// What the program runs under, if anything.
    runner: Vec<String>,
    environment: Vec<(&'static str, String)>,
    admin: String,
    log: PathBuf,
    /// Behind a lock, because looking whether it has ended changes it.
    child: Mutex<Option<Child>>,
}

impl Process {
    pub(crate) fn new(
        name: &'static str,
        runner: Vec<String>,
        mut environment: Vec<(&'static str, String)>,
        log: PathBuf,
    ) -> Self {
        let admin = format!("127.0.0.1:{}", free_port());
        environment.push(("GA_ADMIN__ADDRESS", admin.clone()));
        Self {
            name,
            runner,
            environment,
            admin,
            log,
            child: Mutex::new(None),
        }
    }

    pub(crate) fn admin_url(&self) -> String {
        format!("http://{}", self.admin)
    }

    pub(crate) fn id(&self) -> Option<u32> {
        let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.as_ref().and_then(Child::id)
    }

    /// How it ended by itself.
    fn ended(&self) -> Option<ExitStatus> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = child.as_mut().map(Child::try_wait);
        ended.and_then(|ended| ended.expect("its end can be asked for"))
    }

    fn take(&mut self) -> Option<Child> {
        let child = self.child.get_mut();
        child.unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(crate) fn start(&mut self) {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .expect("a log file");
        let mut command = match self.runner.split_first() {
            None => Command::new(program(self.name)),
            Some((runner, options)) => {
                let mut command = Command::new(runner);
                command.args(options).arg(program(self.name));
                command
            }
        };
        let child = command
            .envs(self.environment.iter().map(|(k, v)| (*k, v)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log file"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        self.child = Mutex::new(Some(child));
    }

    /// # Panics
    /// When it is not ready within a minute, and with its last words when it has ended.
    pub(crate) async fn wait_until_ready(&self) {
        let ready = http::client().get(format!("{}/ready", self.admin_url()));
        let (name, log) = (self.name, self.log.display());
        let what = format!("{name} is ready (see {log})");
        eventually(&what, Duration::from_secs(60), async || {
            if let Some(status) = self.ended() {
                panic!("{name}: {status} (see {log})\n{}", last_words(&self.log));
            }
            http::succeeds(&ready).await.then_some(())
        })
        .await;
    }

    /// SIGKILL: nothing is finished, nothing is said.
    pub(crate) async fn kill(&mut self) {
        if let Some(mut child) = self.take() {
            child.kill().await.expect("the process can be killed");
        }
    }

    /// SIGTERM, and the time until the process ended, which it must do with success.
    pub(crate) async fn stop(&mut self) -> Duration {
        let mut child = self.take().expect("the process runs");
        let id = child.id().expect("the process runs").to_string();
        let began = Instant::now();
        let told = Command::new("kill").args(["-TERM", &id]).status().await;
        assert!(told.expect("kill runs").success(), "{} is gone", self.name);
        let ended = timeout(LONGEST_STOP, child.wait()).await;
        let status = ended.unwrap_or_else(|_| panic!("{} does not stop", self.name));
        let status = status.expect("its end can be waited for");
        let log = self.log.display();
        assert!(status.success(), "{}: {status} (see {log})", self.name);
        began.elapsed()
    }
}

fn last_words(log: &Path) -> String {
    let text = std::fs::read(log).expect("a log file");
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    #[should_panic(expected = "is missing")]
    async fn what_has_ended_is_not_waited_for_and_its_last_words_are_told() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let (runner, environment, log) = (Vec::new(), Vec::new(), log.path().to_owned());
        let mut process = Process::new("webhook-dispatcher", runner, environment, log);
        process.start();
        process.wait_until_ready().await;
    }
}
