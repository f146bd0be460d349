//! Requests and answers over direct reply-to, in bulk.
//!
//! Each message costs the broker about the same, so messages carry as many requests as have
//! gathered: while a few messages are on their way to the broker, whatever comes waits, and goes
//! out together. An idle client waits for nothing.

mod answers;
pub mod client;
mod lane;
mod pending;
pub mod server;
mod shared_reads;

use lapin::types::ShortString;

/// The broker's own queue for answers to whoever consumes it.
const REPLY_TO: &str = "amq.rabbitmq.reply-to";

fn reply_to() -> ShortString {
    REPLY_TO.into()
}
