//! Text that must not be printed.

use std::fmt;

/// Personal data or free text of a logbook: a name, an address, a remark.
///
/// It prints as `[private]`, and has neither `Display` nor a serialised form;
/// whoever needs the text asks for it by [`Private::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct Private(String);

impl Private {
    /// Holds a text back from being printed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. It belongs into no event, log or error.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text itself, as an owned string.
    pub fn into_exposed(self) -> String {
        self.0
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[private]")
    }
}
