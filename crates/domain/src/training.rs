//! Training: programs and their revisions, enrolments, signoffs, and how far a student has come.

mod enrollment;
mod item;
mod program;
mod progress;
mod signoff;
#[cfg(test)]
mod tests;
mod texts;

pub use enrollment::{Ending, Enrollment, EnrollmentStatus, NewEnrollment, ProgressStatus};
pub use item::{ItemKind, ItemRef, ProgramItem};
pub use program::{
    Minimums, NewProgram, Program, ProgramKind, ProgramStatus, RegulatoryBasis, Revision, Stage,
    Syllabus,
};
pub use progress::{
    Kind, MinutesOf, Progress, ProgressSummary, StageCheck, Theory, TrainingFlight, progress,
};
pub use signoff::{
    Circumstances, Competency, Endorsement, InstructorCertificate, NewSignoff, Revocation, Signoff,
    SignoffContent, SignoffResult, SignoffStatus, Unsigned,
};
