//! `gaf signing-key`

use chrono::{DateTime, Utc};
use clap::Subcommand;
use contracts::convert::{instant, instant_optional};
use contracts::rpc::RpcError;
use contracts::v1::{self, ListSigningKeysRequest, RotateSigningKeyRequest, Target};
use serde::Serialize;

use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{Columns, maybe_time, time};

#[derive(Debug, Subcommand)]
pub enum SigningKey {
    /// List the keys that a school signs training records with: the one that signs, then the retired
    /// ones. Their public halves are what whoever verifies a record needs
    List {
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        patience: Patience,
    },
    /// Retire the key that signs, and sign with a new one from now on. What was signed stays good
    Rotate {
        #[command(flatten)]
        org: OrgArg,
        #[command(flatten)]
        patience: Patience,
    },
}

/// A key without its private half, which never leaves flight-ops.
#[derive(Debug, Serialize)]
struct KeyView {
    id: String,
    organization_id: String,
    algorithm: String,
    /// 32 bytes, in hexadecimal digits.
    public_key: String,
    created_at: DateTime<Utc>,
    /// None: it signs.
    retired_at: Option<DateTime<Utc>>,
}

impl SigningKey {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::List { org, patience } => list(org, patience, session).await,
            Self::Rotate { org, patience } => rotate(org, patience, session).await,
        }
    }
}

async fn list(org: OrgArg, patience: Patience, session: &mut Session) -> Result<(), Failure> {
    let request = ListSigningKeysRequest {
        organization_id: org.resolve(session)?.to_string(),
    };
    let client = session.flight_ops().await?;
    let answer = patience.call(|| client.list_signing_keys(request.clone()));
    let keys = answer.await.map_err(failed)?.keys;
    let keys: Result<Vec<KeyView>, _> = keys.into_iter().map(KeyView::read).collect();
    session.show(&keys?)
}

async fn rotate(org: OrgArg, patience: Patience, session: &mut Session) -> Result<(), Failure> {
    // The new key's id is ours, so that repeating the request makes no second key.
    let target = Target {
        organization_id: org.resolve(session)?.to_string(),
        id: session.new_id().to_string(),
        ..Default::default()
    };
    let request = RotateSigningKeyRequest {
        target: Some(target),
    };
    let client = session.flight_ops().await?;
    let answer = patience.call(|| client.rotate_signing_key(request.clone()));
    let key = answer.await.map_err(failed)?.key.unwrap_or_default();
    session.show(&KeyView::read(key)?)
}

fn failed(error: RpcError) -> Failure {
    Failure::of_call("flight-ops", error)
}

impl KeyView {
    fn read(key: v1::SigningKey) -> Result<Self, Failure> {
        let malformed = |_| failed(RpcError::Malformed);
        Ok(Self {
            id: key.id,
            organization_id: key.organization_id,
            algorithm: key.algorithm,
            public_key: hex::encode(key.public_key),
            created_at: instant("created_at", key.created_at).map_err(malformed)?,
            retired_at: instant_optional("retired_at", key.retired_at).map_err(malformed)?,
        })
    }
}

impl Answer for Vec<KeyView> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "There is no signing key yet. It is made when the school first signs.".into();
        }
        let mut columns = Columns::new(["id", "algorithm", "public key", "created", "retired"]);
        for key in self {
            columns.row([
                key.id.clone(),
                key.algorithm.clone(),
                key.public_key.clone(),
                time(key.created_at),
                maybe_time(key.retired_at),
            ]);
        }
        columns.to_string()
    }
}

/// The one that was made.
impl Answer for KeyView {
    fn text(&self) -> String {
        let Self { id, public_key, .. } = self;
        format!("The school signs with the key {id} from now on. Its public half is {public_key}.")
    }
}
