//! `gaf key list`

use clap::Args;
use contracts::rpc::RpcError;
use contracts::v1::ListKeysRequest;

use super::view::KeyView;
use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{Columns, count, maybe_time, time};

/// List an organisation's keys, newest first
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    org: OrgArg,
    #[command(flatten)]
    patience: Patience,
}

impl List {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let request = ListKeysRequest {
            organization_id: self.org.resolve(session)?.to_string(),
        };
        let client = session.keys().await?;
        let answer = self.patience.call(|| client.list(request.clone())).await;
        let keys = answer
            .map_err(|error| Failure::of_call("key-service", error))?
            .keys;
        let now = session.now();
        let keys: Result<Vec<KeyView>, _> = keys
            .into_iter()
            .map(|key| KeyView::read(key, now))
            .collect();
        session.show(&keys.map_err(|_| Failure::of_call("key-service", RpcError::Malformed))?)
    }
}

impl Answer for Vec<KeyView> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "There is no key yet. Make one with: gaf key mint".to_owned();
        }
        let mut columns = Columns::new([
            "id",
            "name",
            "surface",
            "token",
            "scopes",
            "created",
            "expires",
            "rate limit",
            "last used",
            "state",
        ]);
        for key in self {
            let scopes = match key.scopes.as_slice() {
                [only] => only.clone(),
                several => count(u64::try_from(several.len()).unwrap_or_default(), "scope"),
            };
            columns.row([
                key.id.clone(),
                key.name.clone(),
                key.surface.clone(),
                key.looks_like(),
                scopes,
                time(key.created_at),
                key.expiry(),
                key.limit(),
                maybe_time(key.last_use.as_ref().map(|used| used.at)),
                key.state.to_owned(),
            ]);
        }
        columns.to_string()
    }
}
