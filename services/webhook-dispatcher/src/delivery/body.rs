//! What is sent of an event: a pure function of the row that holds it, so that every attempt of
//! every replica sends the same bytes.

use bytes::Bytes;
use domain::LocationId;
use domain::webhook::SigningScheme;
use public_api::payloads;

use super::destination::Destination;

/// The body for `destination`, given that of GA Flight and what makes TrueFlight's of it.
pub fn of(
    destination: &Destination,
    ga: &Bytes,
    trueflight: impl FnOnce(&Bytes) -> Bytes,
) -> Bytes {
    in_scheme(destination.scheme.as_ref().ok().copied(), ga, trueflight)
}

/// The same for whatever is signed so.
pub fn in_scheme(
    scheme: Option<SigningScheme>,
    ga: &Bytes,
    trueflight: impl FnOnce(&Bytes) -> Bytes,
) -> Bytes {
    match scheme {
        Some(SigningScheme::TrueFlight) => trueflight(ga),
        // Of an unknown scheme nothing is sent: it cannot be signed.
        Some(SigningScheme::GaFlight | SigningScheme::Standard) | None => ga.clone(),
    }
}

/// In the envelope of TrueFlight.
pub fn trueflight(ga: &Bytes, location: Option<LocationId>) -> Bytes {
    match payloads::trueflight_body(ga, location) {
        Ok(body) => body.into(),
        // We rendered it: what is stored has been changed by hand.
        Err(error) => {
            tracing::error!(%error, "a stored event cannot be read; it is sent as it is");
            ga.clone()
        }
    }
}
