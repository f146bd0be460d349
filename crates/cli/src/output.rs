//! Answers, for people or for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::Failure;
use crate::text::printable;

/// What a command answers with. Its serialised form is what `--json` prints.
pub trait Answer: Serialize {
    /// As people read it, in whole lines.
    fn text(&self) -> String;
}

/// Where answers, remarks and errors go.
pub struct Output {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    json: bool,
}

impl Output {
    pub fn new(out: Box<dyn Write + Send>, err: Box<dyn Write + Send>, json: bool) -> Self {
        Self { out, err, json }
    }

    /// The answer of a command, on standard output.
    pub fn answer(&mut self, answer: &impl Answer) -> io::Result<()> {
        if self.json {
            serde_json::to_writer_pretty(&mut self.out, answer)?;
            writeln!(self.out)?;
        } else {
            let text = answer.text();
            writeln!(self.out, "{}", text.trim_end())?;
        }
        self.out.flush()
    }

    /// A line besides the answer, on standard error.
    pub fn remark(&mut self, line: &str) {
        // Whoever closed standard error does not want to hear it.
        let _ = writeln!(self.err, "{line}");
    }

    /// Why there is no answer, on standard error.
    pub fn failure(&mut self, failure: &Failure) {
        if self.json {
            let line = serde_json::json!({ "error": failure });
            return self.remark(&line.to_string());
        }
        self.remark(&format!("error: {}", printable(&failure.message)));
        if let Some(next) = &failure.next {
            self.remark(&format!("  {next}"));
        }
    }
}
