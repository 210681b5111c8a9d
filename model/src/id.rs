//! Identifiers: UUIDs that cannot be mistaken for one another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Problem;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Problem;

            /// What cannot be an id is the id of nothing: `not_found`.
            fn from_str(text: &str) -> Result<Self, Problem> {
                Uuid::parse_str(text).map(Self).map_err(|_| Problem::not_found())
            }
        }
    )*};
}

ids! {
    /// A person's account, or a guest's.
    UserId
    /// One sign-in on one device.
    SessionId
    /// A page to colour.
    PageId
    /// Pages bound together.
    BookId
    /// A stored file.
    AssetId
    /// A piece of work for the worker.
    JobId
}
