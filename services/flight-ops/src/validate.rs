//! What texts and numbers of a request may hold. Everything wrong is found at once.

mod codes;
mod maintenance;
mod records;

use std::ops::RangeInclusive;

use domain::Violation;
use uuid::Uuid;

use crate::error::OpsError;

/// How long a name may be, in characters.
pub const LONGEST_NAME: usize = 200;
const NAME: RangeInclusive<usize> = 1..=LONGEST_NAME;
const REFERENCE: RangeInclusive<usize> = 1..=200;
const REGISTRATION: RangeInclusive<usize> = 2..=12;

/// Collects what cannot stand.
#[derive(Debug, Default)]
pub struct Checks(Vec<Violation>);

impl Checks {
    /// # Errors
    /// [`OpsError::Invalid`] with every violation found.
    pub fn finish(self) -> Result<(), OpsError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(OpsError::Invalid(self.0))
        }
    }

    /// What was found so far.
    pub fn found(&self) -> &[Violation] {
        &self.0
    }

    pub fn refuse(&mut self, pointer: &'static str, code: &'static str, detail: impl Into<String>) {
        self.0.push(Violation::new(pointer, code, detail));
    }

    /// An id that the caller made up. The nil id is what a forgotten one looks like.
    pub fn chosen_id(&mut self, pointer: &'static str, id: Uuid) {
        if id.is_nil() {
            self.refuse(
                pointer,
                "required",
                format!("{pointer} is not the nil UUID"),
            );
        }
    }

    /// A text of that many characters, without white space around it and without control
    /// characters in it.
    pub fn text(
        &mut self,
        pointer: &'static str,
        text: &str,
        length: RangeInclusive<usize>,
    ) -> String {
        let text = text.trim();
        let (least, most) = (length.start(), length.end());
        if !length.contains(&text.chars().count()) {
            let code = if text.is_empty() {
                "required"
            } else {
                "length"
            };
            self.refuse(
                pointer,
                code,
                format!("{pointer} has {least} to {most} characters"),
            );
        }
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            self.refuse(
                pointer,
                "malformed",
                format!("{pointer} holds control characters"),
            );
        }
        text.to_owned()
    }

    /// [`Checks::text`], where an empty text is none.
    pub fn optional(
        &mut self,
        pointer: &'static str,
        text: Option<&str>,
        length: RangeInclusive<usize>,
    ) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        Some(self.text(pointer, text, length))
    }

    pub fn name(&mut self, pointer: &'static str, name: &str) -> String {
        self.text(pointer, name, NAME)
    }

    /// The `external_reference` of a record.
    pub fn reference(&mut self, reference: Option<&str>) -> Option<String> {
        self.optional("external_reference", reference, REFERENCE)
    }

    /// Letters, digits and hyphens, made upper case.
    pub fn code(
        &mut self,
        pointer: &'static str,
        code: &str,
        length: RangeInclusive<usize>,
    ) -> String {
        let code = code.trim().to_ascii_uppercase();
        let plain = code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !plain || !length.contains(&code.len()) {
            let (least, most) = (length.start(), length.end());
            let detail = format!("{pointer} has {least} to {most} letters, digits or hyphens");
            self.refuse(pointer, "malformed", detail);
        }
        code
    }

    pub fn registration(&mut self, registration: &str) -> String {
        self.code("registration", registration, REGISTRATION)
    }

    /// An ICAO location indicator (Doc 7910).
    pub fn icao_code(&mut self, code: Option<&str>) -> Option<String> {
        let code = code
            .map(str::trim)
            .filter(|code| !code.is_empty())?
            .to_ascii_uppercase();
        if code.len() != 4 || !code.chars().all(|c| c.is_ascii_uppercase()) {
            self.refuse("icao_code", "malformed", "icao_code has four letters");
        }
        Some(code)
    }

    pub fn timezone(&mut self, zone: &str) -> String {
        if zone.parse::<chrono_tz::Tz>().is_err() {
            let detail = "timezone is a zone of the IANA database, such as Europe/Berlin";
            self.refuse("timezone", "unknown", detail);
        }
        zone.to_owned()
    }

    pub fn currency(&mut self, currency: &str) -> String {
        if !codes::is_currency(currency) {
            let detail = "currency is a code of ISO 4217 in capital letters, such as USD";
            self.refuse("currency", "unknown", detail);
        }
        currency.to_owned()
    }

    pub fn country(&mut self, country: &str) -> String {
        if !codes::is_country(country) {
            let detail = "country is an alpha-2 code of ISO 3166-1 in capital letters, such as US";
            self.refuse("country", "unknown", detail);
        }
        country.to_owned()
    }

    pub fn within<N: PartialOrd + std::fmt::Display>(
        &mut self,
        pointer: &'static str,
        number: Option<N>,
        range: &RangeInclusive<N>,
    ) {
        if number.is_some_and(|number| !range.contains(&number)) {
            let detail = format!("{pointer} is {} to {}", range.start(), range.end());
            self.refuse(pointer, "out_of_range", detail);
        }
    }
}

#[cfg(test)]
mod tests;
