//! HTTP: the server, and what every answer has in common.

pub(crate) mod client_address;
pub(crate) mod observe;
pub(crate) mod pages;
mod request_id;
mod respond;
mod server;
pub(crate) mod size;

pub(crate) use respond::Answer;
pub(crate) use server::{Bound, bind};
