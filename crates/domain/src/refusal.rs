//! Why a rule does not let something happen.

/// A field that cannot stand as it is; `pointer` is the field's name in the public document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub pointer: &'static str,
    pub code: &'static str,
    pub detail: String,
}

impl Violation {
    pub fn new(pointer: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            pointer,
            code,
            detail: detail.into(),
        }
    }
}

/// What the rules of an aggregate answer instead of a new state. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state machine has no such transition.
    #[error("the {what} is {from}; it cannot be {attempted}")]
    InvalidTransition {
        /// In words: "work order".
        what: &'static str,
        from: &'static str,
        /// In words: "released".
        attempted: &'static str,
    },
    /// Fields that cannot stand, every one at once.
    #[error("{} field(s) cannot stand", .0.len())]
    Invalid(Vec<Violation>),
    /// What else there is stands against it.
    #[error("{detail}")]
    Conflict { code: &'static str, detail: String },
    /// Whoever acts may not.
    #[error("{detail}")]
    Forbidden { code: &'static str, detail: String },
}

impl Refusal {
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict {
            code,
            detail: detail.into(),
        }
    }

    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Forbidden {
            code,
            detail: detail.into(),
        }
    }

    /// One field that cannot stand.
    pub fn invalid(pointer: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![Violation::new(pointer, code, detail)])
    }

    /// # Errors
    /// [`Refusal::Invalid`] when any field cannot stand.
    pub fn unless_empty(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() {
            Ok(())
        } else {
            Err(Self::Invalid(violations))
        }
    }
}
