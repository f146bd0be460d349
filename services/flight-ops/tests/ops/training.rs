//! Programs, enrolments, signoffs and the records that are issued of them.

mod course;
mod enrollments;
mod integrity;
mod programs;
mod signatures;
mod signers;
mod signoffs;
mod telling;
mod vtrs;
