//! What is said of each event type wherever the catalog is shown.

use domain::event::EventType;

use crate::routes::Stability;

/// When it fires, in the words of the vendor's catalog.
pub fn summary(event_type: EventType) -> &'static str {
    row(event_type).1
}

pub fn stability(event_type: EventType) -> Stability {
    row(event_type).0
}

/// By name, because the catalog is published and its names are.
fn row(event_type: EventType) -> (Stability, &'static str) {
    use Stability::{Beta, Stable};
    match event_type.as_str() {
        "flight.submitted" => (Stable, "A flight is submitted for approval."),
        "flight.approved" => (Stable, "A flight is approved and posted."),
        "flight.rejected" => (Beta, "A flight submission is rejected."),
        "maintenance.alert" => (Beta, "A maintenance due-item or work-order alert fires."),
        "compliance.updated" => (Beta, "A compliance record is created or updated."),
        "training.signoff.recorded" => (Beta, "A program item is signed off for a student."),
        "webhook.test" => (Stable, "You click Ping on a webhook endpoint."),
        "endpoint.disabled" => (
            Beta,
            "The platform sends nothing more to another endpoint of yours. An addition.",
        ),
        "endpoint.recovered" => (
            Beta,
            "Another endpoint of yours, which failed, answers again, and nothing is held back from it \
             any more. An addition.",
        ),
        _ => (Beta, "An addition to the vendor's catalog."),
    }
}
