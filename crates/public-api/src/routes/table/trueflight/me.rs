//! `/me`

use domain::scope::Access;

use super::row::{me, trueflight};
use crate::routes::{Route, View};

/// It reads the caller's organisation, and beside it the locations.
pub(super) const ME: Route = me(
    "/me",
    trueflight(Access::Read, View::Organizations),
    "The organisation, the key and the locations it opens",
);
