//! Adding or changing a room.

use contracts::convert::required;
use contracts::v1;
use domain::planning::Room;
use store::AsyncPgConnection;

use crate::commands::{Command, Outcome, entry, saving};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

pub struct SaveRoom(Room);

impl TryFrom<v1::SaveRoomRequest> for SaveRoom {
    type Error = OpsError;

    fn try_from(request: v1::SaveRoomRequest) -> Result<Self, OpsError> {
        let mut room = required("room", request.room)?;
        saving::forget_stamps(&mut room.created_at, &mut room.updated_at);
        let room = Room::try_from(room)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", room.id.0);
        checks.within("seats", room.seats, &(0..=10_000));
        let room = Room {
            name: checks.name("name", &room.name),
            external_reference: checks.reference(room.external_reference.as_deref()),
            ..room
        };
        checks.finish()?;
        Ok(Self(room))
    }
}

impl Command for SaveRoom {
    const NAME: &'static str = "save_room";
    type Answer = Room;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Room>, OpsError> {
        let Self(room) = self;
        entry::require_location(conn, room.organization_id, room.location_id).await?;
        saving::save(conn, context, room.clone()).await
    }
}
