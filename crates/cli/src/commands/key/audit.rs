//! `gaf key audit`

use chrono::{DateTime, Utc};
use clap::Args;
use contracts::convert::{InvalidMessage, instant};
use contracts::rpc::RpcError;
use contracts::v1::{KeyAuditEntry, ListKeyAuditRequest};
use domain::ApiKeyId;
use serde::Serialize;
use serde_json::Value;

use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{Columns, or_dash, time};

/// Show what was done to keys, by whom and when, the latest first
#[derive(Debug, Args)]
pub struct Audit {
    #[command(flatten)]
    org: OrgArg,
    /// Only what was done to this key
    #[arg(long, value_name = "KEY_ID")]
    key: Option<ApiKeyId>,
    /// How many lines, 1 to 200
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    /// Only what is older than this line: where the page before said it goes on
    #[arg(long, value_name = "LINE")]
    before: Option<i64>,
    #[command(flatten)]
    patience: Patience,
}

#[derive(Serialize)]
struct Trail {
    entries: Vec<Entry>,
    /// Where the next page begins.
    next_before: Option<i64>,
}

#[derive(Serialize)]
struct Entry {
    id: i64,
    at: DateTime<Utc>,
    act: String,
    by: Option<String>,
    key_id: String,
    detail: Value,
}

impl Audit {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = ListKeyAuditRequest {
            organization_id: self.org.resolve(session)?.to_string(),
            key_id: self.key.map(|id| id.to_string()),
            before_id: self.before,
            limit: Some(self.limit),
        };
        let client = session.keys().await?;
        let failed = |error| Failure::of_call("key-service", error);
        let answer = self
            .patience
            .call(|| client.list_key_audit(request.clone()))
            .await
            .map_err(failed)?;
        let entries: Result<_, _> = answer.entries.into_iter().map(Entry::read).collect();
        session.show(&Trail {
            entries: entries.map_err(|_| failed(RpcError::Malformed))?,
            next_before: answer.next_before_id,
        })
    }
}

impl Entry {
    fn read(entry: KeyAuditEntry) -> Result<Self, InvalidMessage> {
        Ok(Self {
            id: entry.id,
            at: instant("at", entry.at)?,
            act: entry.act,
            by: entry.by,
            key_id: entry.key_id,
            detail: serde_json::from_str(&entry.detail)
                .map_err(|_| InvalidMessage::new("detail", "is no JSON"))?,
        })
    }
}

impl Answer for Trail {
    fn text(&self) -> String {
        if self.entries.is_empty() {
            return "Nothing was done to any key.".to_owned();
        }
        let mut columns = Columns::new(["at", "act", "by", "key", "detail"]);
        for entry in &self.entries {
            columns.row([
                time(entry.at),
                entry.act.clone(),
                or_dash(entry.by.as_deref()),
                entry.key_id.clone(),
                entry.detail.to_string(),
            ]);
        }
        match self.next_before {
            Some(line) => format!("{columns}\n\nThere may be more: --before {line}"),
            None => columns.to_string(),
        }
    }
}
