//! Planning: sessions from the request to what came of them, and the rooms they are held in.

mod booking;
pub mod cancel_session;
pub mod complete_session;
pub mod move_session;
pub mod request_session;
pub mod save_room;
pub mod schedule_session;
pub mod start_session;

use domain::planning::Session;
use store::AsyncPgConnection;

use super::{Outcome, aim};
use crate::context::Context;
use crate::error::OpsError;

/// Saves what a command made of a session, with what it occupies from now on.
async fn conclude(
    conn: &mut AsyncPgConnection,
    context: &Context,
    after: Session,
) -> Result<Outcome<Session>, OpsError> {
    booking::occupy(conn, &after).await?;
    aim::save(conn, context, after, |_, _| ()).await
}
