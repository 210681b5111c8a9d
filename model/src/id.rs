//! Identifiers: a UUID newtype for each kind of entity.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Problem;

macro_rules! define_ids {
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

            /// # Errors
            ///
            /// `not_found` if the text is not a UUID.
            fn from_str(text: &str) -> Result<Self, Problem> {
                Uuid::parse_str(text).map(Self).map_err(|_| Problem::not_found())
            }
        }
    )*};
}

define_ids! {
    /// A user's or guest's account.
    UserId
    /// One sign-in on one device.
    SessionId
    /// A colouring page.
    PageId
    /// A book of pages.
    BookId
    /// A stored file.
    AssetId
    /// A background job.
    JobId
}
