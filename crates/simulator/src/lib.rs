//! A flight school that lives through days.
//!
//! [`School`] decides, day by day, what its people do, and never asks anybody: the same setting
//! brings forth the same days, the same ids included. [`driver`] sends what it decided to the
//! system of record, through the commands that anybody uses; sending it again changes nothing.

mod calendar;
mod cast;
mod chance;
mod command;
pub mod driver;
mod flying;
mod ground;
mod learning;
mod ledger;
mod papers;
mod roster;
mod school;
mod setting;
mod student;
mod syllabus;
mod upkeep;

pub use command::{Command, Lane, Step};
pub use school::{Day, School};
pub use setting::Setting;
