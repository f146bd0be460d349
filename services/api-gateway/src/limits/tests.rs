//! The limits against exact models: one bucket, replicas in a simulated world, replicas on a
//! broker.

mod bucket;
mod excess;
mod replicas;
mod simulation;
mod too_late;
