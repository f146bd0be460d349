//! A process that runs under callgrind, and what it has counted.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, ensure};
use tokio::process::Command;

/// Where a process that runs under callgrind writes what it has counted.
pub struct Callgrind {
    /// The dumps have a number after it.
    file: PathBuf,
    dumps: u32,
}

/// Instructions of all threads since the last [`Callgrind::zero`].
pub struct Counts {
    total: f64,
    /// `1,234 ( 5.6%)  file:function [program]` for each function with all that it calls.
    table: String,
}

impl Callgrind {
    /// Dumps go to that directory, which is made.
    pub fn new(directory: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(directory)?;
        for old in std::fs::read_dir(directory)? {
            std::fs::remove_file(old?.path())?;
        }
        Ok(Self {
            file: directory.join("callgrind.out"),
            dumps: 0,
        })
    }

    /// What the program has to run under.
    pub fn command(&self) -> [String; 3] {
        [
            "valgrind".to_owned(),
            "--tool=callgrind".to_owned(),
            format!("--callgrind-out-file={}", self.file.display()),
        ]
    }

    /// Begins to count anew.
    pub async fn zero(&self, process_id: u32) -> anyhow::Result<()> {
        let process_id = process_id.to_string();
        output("callgrind_control", &["--zero", &process_id]).await?;
        Ok(())
    }

    pub async fn counts(&mut self, process_id: u32) -> anyhow::Result<Counts> {
        let process_id = process_id.to_string();
        output("callgrind_control", &["--dump", &process_id]).await?;
        self.dumps += 1;
        let file = format!("{}.{}", self.file.display(), self.dumps);
        let options = ["--inclusive=yes", "--threshold=100", "--auto=no"];
        let arguments = [&options[..], &[file.as_str()]].concat();
        let table = output("callgrind_annotate", &arguments).await?;
        Ok(Counts {
            total: count(&table, "PROGRAM TOTALS").context("no total was counted")?,
            table,
        })
    }
}

impl Counts {
    pub fn total(&self) -> f64 {
        self.total
    }

    /// Of a function with all that it calls.
    ///
    /// # Errors
    /// It was never called, or the compiler has dissolved it.
    pub fn of(&self, function: &str) -> anyhow::Result<f64> {
        count(&self.table, function).with_context(|| format!("{function} was not counted"))
    }
}

/// The greatest number at the beginning of a line that holds the name.
fn count(table: &str, name: &str) -> Option<f64> {
    let lines = table.lines().filter(|line| line.contains(name));
    let numbers = lines.filter_map(|line| {
        let number = line.split_whitespace().next()?;
        number.replace(',', "").parse::<f64>().ok()
    });
    numbers.reduce(f64::max)
}

async fn output(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .await
        .with_context(|| format!("{program} does not run"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program}: {said}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_from_the_table() {
        let table = "Ir\n1,234,567 (100.0%)  PROGRAM TOTALS\n\n\
                     12,300 ( 1.0%)  a.rs:x::admit [/bin/x]\n 300 ( 0.0%)  a.rs:x::admit'2 [/bin/x]";
        assert_eq!(count(table, "PROGRAM TOTALS"), Some(1_234_567.0));
        assert_eq!(count(table, "x::admit"), Some(12_300.0));
        assert_eq!(count(table, "x::other"), None);
    }
}
