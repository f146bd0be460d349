//! `training-progress` and `training/signoffs`.

mod progress;
mod signoff;

pub use progress::{
    MinutesFields, ProgramFields, RequiredFields, StageCheckFields, TheoryFields,
    TrainingProgressDocument,
};
pub use signoff::{
    CertificateFields, CompetencyFields, EndorsementFields, ItemFields, SignatureFields,
    SignoffDocument,
};
