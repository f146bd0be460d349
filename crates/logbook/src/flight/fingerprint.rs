//! What makes a flight the same flight at the next import.

use sha2::{Digest, Sha256};

use super::LogbookFlight;

/// Names the encoding: another one must not give the same fingerprints.
const ENCODING: &str = "logbook-flight-1";

impl LogbookFlight {
    /// SHA-256 over what names a flight: date, aircraft, departure, arrival,
    /// time off block, total minutes. Remarks, people and landings are no part
    /// of it, so that a pilot may correct them and import again.
    ///
    /// The encoding is the texts `logbook-flight-1`, `YYYY-MM-DD`, aircraft,
    /// from, to (in ASCII capitals; empty where unknown), `HH:MM` (empty where
    /// unknown) and the minutes in decimal, each with a NUL behind it. No
    /// value of a file holds a NUL.
    pub fn fingerprint(&self) -> [u8; 32] {
        let ident =
            |ident: &Option<String>| ident.as_deref().unwrap_or_default().to_ascii_uppercase();
        let time_out = self.times.out.map(|time| time.format("%H:%M").to_string());
        let parts = [
            ENCODING.to_owned(),
            self.date.format("%Y-%m-%d").to_string(),
            ident(&self.aircraft_id),
            ident(&self.from),
            ident(&self.to),
            time_out.unwrap_or_default(),
            self.total_minutes.to_string(),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize().into()
    }
}
