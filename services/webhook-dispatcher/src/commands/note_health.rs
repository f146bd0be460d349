//! What attempts tell of their endpoints, and what follows: an endpoint fails, catches up, is well
//! again or is disabled, and whoever is to know hears of it in the same transaction.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, SecondsFormat, Utc};
use domain::EndpointId;
use domain::event::{CatalogEvent, EventData};
use store::AsyncPgConnection;
use uuid::Uuid;

use super::announce;
use crate::db::endpoints;
use crate::db::health::{self, PatientRow};
use crate::endpoint::health::{Health, Next, Seen};
use crate::entropy::Entropy;
use crate::error::DispatcherError;
use crate::settings::HealthSettings;

/// An attempt at an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witness {
    /// Which of the outcomes told together it is.
    pub outcome: usize,
    pub endpoint: EndpointId,
    pub seen: Seen,
    /// The partner has taken the endpoint away.
    pub gone: bool,
}

/// What became of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Failing,
    CatchingUp,
    Recovered,
    Disabled,
}

/// Those of `witnesses` whose attempts were `written` just now. Of the others each was written
/// before, and its answer lost, or is not this replica's to tell of any more.
pub fn credible(witnesses: &[Witness], written: &[usize]) -> Vec<Witness> {
    let written: HashSet<usize> = written.iter().copied().collect();
    let credible = witnesses
        .iter()
        .filter(|one| written.contains(&one.outcome));
    credible.copied().collect()
}

impl Change {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::CatchingUp => "catching_up",
            Self::Recovered => "recovered",
            Self::Disabled => "disabled",
        }
    }

    /// Whether what waits for it in memory must not be sent.
    pub const fn holds_back(self) -> bool {
        matches!(self, Self::Failing | Self::Disabled)
    }
}

/// What all attempts together make of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Diagnosis {
    Is(Health),
    Gone,
    GivenUp { failing_since: DateTime<Utc> },
}

impl Diagnosis {
    fn caught_up(&self) -> bool {
        match self {
            Self::Is(after) => after.caught_up().is_some(),
            Self::Gone | Self::GivenUp { .. } => false,
        }
    }
}

/// Why an endpoint is disabled, as it is stored and shown.
pub const GONE: &str = "gone: the endpoint answered 410";

/// Whoever notes, with what it takes.
pub struct Noting<'a> {
    pub entropy: &'a dyn Entropy,
    pub settings: &'a HealthSettings,
    pub now: DateTime<Utc>,
}

/// Notes what `witnesses` tell, which are in the order in which they ended; answers with the
/// endpoints of which something changed for others to know.
pub async fn note_health(
    conn: &mut AsyncPgConnection,
    noting: &Noting<'_>,
    witnesses: &[Witness],
) -> Result<Vec<(EndpointId, Change)>, DispatcherError> {
    let mut by_endpoint: BTreeMap<Uuid, Vec<Witness>> = BTreeMap::new();
    for witness in witnesses {
        let told = by_endpoint.entry(witness.endpoint.0).or_default();
        told.push(*witness);
    }
    let ids: Vec<Uuid> = by_endpoint.keys().copied().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let diagnosed = health::lock(conn, &ids).await?.into_iter().map(|row| {
        let told = by_endpoint.remove(&row.id).unwrap_or_default();
        let diagnosis = diagnose(row.health(), &told, noting.settings, row.retries());
        (row, diagnosis)
    });
    let diagnosed: Vec<_> = diagnosed.collect();
    let caught_up = diagnosed.iter().filter(|(_, is)| is.caught_up());
    let caught_up: Vec<Uuid> = caught_up.map(|(row, _)| row.id).collect();
    let owed = health::owed(conn, &caught_up, noting.now).await?;
    let (mut changes, mut changed) = (Vec::new(), Vec::new());
    for (row, diagnosis) in diagnosed {
        let change = match diagnosis {
            Diagnosis::Is(after) => {
                let after = noting.let_recover(conn, &row, after, &owed).await?;
                if after != row.health() {
                    changed.push((row.id, after));
                }
                noting.settle(conn, &row, after).await?
            }
            Diagnosis::Gone => {
                noting.disable(conn, &row, GONE.to_owned(), None).await?;
                Some(Change::Disabled)
            }
            Diagnosis::GivenUp { failing_since } => {
                let since = failing_since.to_rfc3339_opts(SecondsFormat::Secs, true);
                let reason = format!("failing: nothing has arrived since {since}");
                let since = Some(failing_since);
                noting.disable(conn, &row, reason, since).await?;
                Some(Change::Disabled)
            }
        };
        changes.extend(change.map(|change| (EndpointId(row.id), change)));
    }
    health::write(conn, &changed).await?;
    Ok(changes)
}

/// What attempts make of `health`, one after another.
pub fn diagnose(
    health: Health,
    told: &[Witness],
    settings: &HealthSettings,
    retries: domain::webhook::RetryProfile,
) -> Diagnosis {
    let (bounds, patience) = (settings.bounds(), settings.patience(retries));
    let mut health = health;
    for witness in told {
        if witness.gone {
            return Diagnosis::Gone;
        }
        match health.after(&witness.seen, &bounds, patience) {
            Next::Is(after) => health = after,
            Next::GiveUp { failing_since } => return Diagnosis::GivenUp { failing_since },
        }
    }
    Diagnosis::Is(health)
}

/// What others are to know of a step from one health to another.
pub fn change(before: Health, after: Health) -> Option<Change> {
    match (before, after) {
        (Health::Healthy { .. } | Health::CatchingUp { .. }, Health::Failing { .. }) => {
            Some(Change::Failing)
        }
        (Health::Failing { .. }, Health::CatchingUp { .. }) => Some(Change::CatchingUp),
        (Health::Failing { .. } | Health::CatchingUp { .. }, Health::Healthy { .. }) => {
            Some(Change::Recovered)
        }
        _ => None,
    }
}

impl Noting<'_> {
    /// One that has caught up is well again, if nothing waits for it any more.
    async fn let_recover(
        &self,
        conn: &mut AsyncPgConnection,
        row: &PatientRow,
        after: Health,
        owed: &HashSet<Uuid>,
    ) -> Result<Health, DispatcherError> {
        let caught_up = after.caught_up().filter(|_| !owed.contains(&row.id));
        let Some(failing_since) = caught_up else {
            return Ok(after);
        };
        let recovered = EventData::EndpointRecovered {
            endpoint_id: row.id.into(),
            failing_since,
            recovered_at: self.now,
        };
        self.tell(conn, row, recovered).await?;
        Ok(Health::HEALTHY)
    }

    /// Tells of a step, if there is one, and answers which.
    async fn settle(
        &self,
        conn: &mut AsyncPgConnection,
        row: &PatientRow,
        after: Health,
    ) -> Result<Option<Change>, DispatcherError> {
        let change = change(row.health(), after);
        if let Some(change) = change {
            tracing::info!(endpoint_id = %row.id, organization_id = %row.organization_id, health = change.as_str(), "endpoint's health changed");
            if change.holds_back() {
                self.recall(conn, row).await?;
            }
        }
        Ok(change)
    }

    async fn disable(
        &self,
        conn: &mut AsyncPgConnection,
        row: &PatientRow,
        reason: String,
        failing_since: Option<DateTime<Utc>>,
    ) -> Result<(), DispatcherError> {
        endpoints::disable(conn, row.id, &reason, self.now).await?;
        tracing::warn!(endpoint_id = %row.id, organization_id = %row.organization_id, reason, "endpoint disabled");
        let disabled = EventData::EndpointDisabled {
            endpoint_id: row.id.into(),
            reason,
            failing_since,
            disabled_at: self.now,
        };
        self.tell(conn, row, disabled).await?;
        self.recall(conn, row).await
    }

    /// Every replica gives back what waits for it in memory.
    async fn recall(
        &self,
        conn: &mut AsyncPgConnection,
        row: &PatientRow,
    ) -> Result<(), DispatcherError> {
        let (organization, id) = (row.organization_id.into(), row.id.into());
        announce::endpoint_changed(conn, self.entropy, organization, id, self.now).await
    }

    /// An event of the endpoint's location: who hears of another location only is not concerned.
    async fn tell(
        &self,
        conn: &mut AsyncPgConnection,
        row: &PatientRow,
        data: EventData,
    ) -> Result<(), DispatcherError> {
        let event = CatalogEvent {
            id: announce::event_id(self.entropy, self.now)?,
            organization_id: row.organization_id.into(),
            location_id: row.location_id.map(Into::into),
            occurred_at: self.now,
            data,
        };
        announce::event(conn, &event, service_kit::traceparent::current()).await
    }
}
