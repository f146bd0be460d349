use contracts::v1;
use domain::signing::SigningKey;
use domain::training::{Enrollment, Program};
use domain::vtr::Vtr;

use crate::commands::Outcome;
use crate::commands::training::SignoffState;

impl From<Outcome<Program>> for v1::ProgramResponse {
    fn from(outcome: Outcome<Program>) -> Self {
        let applied = outcome.applied();
        Self {
            program: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<Enrollment>> for v1::EnrollmentResponse {
    fn from(outcome: Outcome<Enrollment>) -> Self {
        let applied = outcome.applied();
        Self {
            enrollment: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<SignoffState>> for v1::SignoffResponse {
    fn from(outcome: Outcome<SignoffState>) -> Self {
        let applied = outcome.applied();
        let SignoffState { signoff, progress } = outcome.into_state();
        Self {
            signoff: Some((&signoff).into()),
            applied,
            progress: progress.map(Into::into),
        }
    }
}

impl From<Outcome<Vtr>> for v1::VtrResponse {
    fn from(outcome: Outcome<Vtr>) -> Self {
        let applied = outcome.applied();
        Self {
            vtr: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}

impl From<Outcome<SigningKey>> for v1::RotateSigningKeyResponse {
    fn from(outcome: Outcome<SigningKey>) -> Self {
        let applied = outcome.applied();
        Self {
            key: Some((&outcome.into_state()).into()),
            applied,
        }
    }
}
