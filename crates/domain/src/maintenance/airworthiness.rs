//! Whether an aircraft may fly, and what stands against it.

use serde::{Deserialize, Serialize};

use crate::aircraft::{Aircraft, Airworthiness};

/// What the school itself says of an aircraft, beside what follows from its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    pub status: Airworthiness,
    pub reasons: Vec<String>,
}

impl Default for Declared {
    fn default() -> Self {
        Self {
            status: Airworthiness::Airworthy,
            reasons: Vec::new(),
        }
    }
}

impl Declared {
    /// What a school says that saves an aircraft as `wanted` where it saw `present`: only what it
    /// changed. The reasons that follow from records are not the school's, though it sends them
    /// back as it read them.
    #[must_use]
    pub fn revised(&self, present: &Aircraft, wanted: &Aircraft) -> Self {
        let same_status = wanted.airworthiness_status == present.airworthiness_status;
        if same_status && wanted.grounding_reasons == present.grounding_reasons {
            return self.clone();
        }
        let is_own = |reason: &&String| {
            self.reasons.contains(reason) || !present.grounding_reasons.contains(reason)
        };
        let reasons: Vec<String> = wanted
            .grounding_reasons
            .iter()
            .filter(is_own)
            .cloned()
            .collect();
        let took_back = reasons.is_empty() && !self.reasons.is_empty();
        let status = match same_status {
            // The records still stand against flying; the school no longer does.
            true if took_back => Airworthiness::Airworthy,
            true if reasons.is_empty() => self.status,
            _ => wanted.airworthiness_status,
        };
        Self { status, reasons }
    }
}

impl From<&Aircraft> for Declared {
    /// What the school says of an aircraft that has no records yet.
    fn from(aircraft: &Aircraft) -> Self {
        Self {
            status: aircraft.airworthiness_status,
            reasons: aircraft.grounding_reasons.clone(),
        }
    }
}
