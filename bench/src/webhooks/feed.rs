//! Events as flight-ops says them, put on the broker without it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use bus::{Bus, OutMessage, Publisher};
use chrono::{DateTime, Utc};
use contracts::topology;
use contracts::v1;
use domain::airport::Airport;
use domain::event::{CatalogEvent, EventData};
use domain::flight::{
    Flight, FlightEntry, FlightMinutes, FlightRules, FlightStatus, FlightTimes, FlightType,
    Landings,
};
use domain::{EventId, PersonId};
use prost::Message;
use secrecy::SecretString;
use service_kit::Clock;
use uuid::Uuid;

/// Messages confirmed together.
const BATCH: usize = 500;
const PATIENCE: Duration = Duration::from_secs(30);

/// Publishes approvals of flights.
pub struct Feed {
    publisher: Publisher,
    clock: Clock,
    next: AtomicU64,
}

/// When an event was given to the broker.
#[derive(Debug, Clone)]
pub struct Published {
    pub event: String,
    pub at: Instant,
}

impl Feed {
    pub async fn connect(amqp_url: &str) -> anyhow::Result<Self> {
        let settings = bus::Settings::new(SecretString::from(amqp_url.to_owned()));
        let bus = Bus::connect(&settings, "bench").await?;
        let began = Instant::now();
        while !bus.is_connected() {
            anyhow::ensure!(began.elapsed() < PATIENCE, "the broker is away");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Self {
            publisher: bus.publisher(),
            clock: Clock::system(),
            next: AtomicU64::new(0),
        })
    }

    /// So many events of each organisation, taking turns, as fast as the broker takes them.
    pub async fn publish(&self, organizations: &[Uuid], count: usize) -> anyhow::Result<()> {
        let mut events = Vec::with_capacity(BATCH);
        for _ in 0..count {
            for organization in organizations {
                events.push(self.message(*organization)?);
                if events.len() == BATCH {
                    self.confirmed(&events).await?;
                    events.clear();
                }
            }
        }
        self.confirmed(&events).await
    }

    /// Events of one organisation at a steady rate, however long each takes.
    pub async fn publish_at(
        &self,
        rate: u32,
        organization: Uuid,
        lasting: Duration,
    ) -> anyhow::Result<Vec<Published>> {
        let (pause, began) = (Duration::from_secs(1) / rate, tokio::time::Instant::now());
        let mut due = began;
        let mut published = Vec::new();
        while due < began + lasting {
            tokio::time::sleep_until(due).await;
            let message = self.message(organization)?;
            let at = Instant::now();
            published.push(Published {
                event: message.message_id.clone(),
                at,
            });
            self.confirmed(&[message]).await?;
            due += pause;
        }
        Ok(published)
    }

    async fn confirmed(&self, messages: &[OutMessage]) -> anyhow::Result<()> {
        for result in self.publisher.publish_all(messages).await {
            result.context("an event was not confirmed")?;
        }
        Ok(())
    }

    fn message(&self, organization: Uuid) -> anyhow::Result<OutMessage> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let event = approved(organization, number, self.clock.now())?;
        Ok(OutMessage {
            exchange: topology::EVENTS.name.to_owned(),
            routing_key: event.data.event_type().to_string(),
            message_id: event.id.to_string(),
            traceparent: None,
            payload: v1::CatalogEvent::from(&event).encode_to_vec().into(),
        })
    }
}

fn approved(organization: Uuid, number: u64, now: DateTime<Utc>) -> anyhow::Result<CatalogEvent> {
    let flight = flight(organization, number, now)?;
    Ok(CatalogEvent {
        id: EventId::from_parts(u64::try_from(now.timestamp_millis())?, number.into()),
        organization_id: organization.into(),
        location_id: None,
        occurred_at: now,
        data: EventData::FlightApproved {
            approved_by: flight.entry.pic_id,
            approved_at: now,
            flight: Box::new(flight),
            posted: Vec::new(),
        },
    })
}

fn flight(organization: Uuid, number: u64, now: DateTime<Utc>) -> anyhow::Result<Flight> {
    Ok(Flight {
        id: Uuid::from_u128(number.into()).into(),
        organization_id: organization.into(),
        location_id: None,
        version: 3,
        status: FlightStatus::Approved,
        entry: entry(now)?,
        submitted: None,
        approved: None,
        rejected: None,
        replaces_id: None,
        external_reference: None,
        created_at: now,
        updated_at: now,
    })
}

fn entry(now: DateTime<Utc>) -> anyhow::Result<FlightEntry> {
    let person = |number| PersonId(Uuid::from_u128(number));
    let airport = |ident| Airport::from_ident(ident).context("an airport");
    Ok(FlightEntry {
        flight_type: FlightType::Dual,
        flight_rules: Some(FlightRules::Vfr),
        aircraft_id: Uuid::from_u128(0xa1).into(),
        registration: "N740SP".to_owned(),
        aircraft_type: Some("C172".to_owned()),
        pilot_id: person(0xb1),
        instructor_id: Some(person(0xb2)),
        pic_id: person(0xb2),
        departure: airport("KIOW")?,
        arrival: airport("C17")?,
        route: None,
        times: FlightTimes {
            off_block_at: now - chrono::Duration::hours(2),
            takeoff_at: None,
            landing_at: None,
            on_block_at: now,
            recorded: true,
        },
        meters: Vec::new(),
        minutes: FlightMinutes {
            block: 120,
            ..FlightMinutes::default()
        },
        landings: Landings::default(),
        approaches: Vec::new(),
        holds: None,
        fuel_added: None,
        oil_added_hundredths: None,
        persons_on_board: None,
        remarks: Some("Three landings, one of them to a full stop".to_owned()),
    })
}
