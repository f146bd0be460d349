//! The limits against exact models: one bucket, replicas in a simulated world, replicas on a
//! broker.

mod bucket;
mod chance;
mod excess;
mod replicas;
mod simulation;
mod too_late;
