//! Credits: the price of a page, and the ledger of changes to a balance.

use serde::{Deserialize, Serialize};

use crate::PageId;

/// Credits granted once, when an account first verifies an e-mail address.
pub const FREE_CREDITS: i64 = 3;
/// Credits that one page costs.
pub const PAGE_COST: i64 = 1;

/// The reason for a change of the balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CreditKind {
    /// [`FREE_CREDITS`].
    Granted,
    /// For a page.
    Spent,
    /// For a page that could not be drawn.
    Refunded,
    /// Unspent credits of a guest, moved to the account that the guest signed in to.
    Moved,
    /// Added by an operator.
    Given,
    /// Free credits taken back because they were already granted to the guest.
    Taken,
}

impl CreditKind {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Spent => "spent",
            Self::Refunded => "refunded",
            Self::Moved => "moved",
            Self::Given => "given",
            Self::Taken => "taken",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Granted, Self::Spent, Self::Refunded, Self::Moved, Self::Given, Self::Taken]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// One entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditEvent {
    pub delta: i64,
    pub kind: CreditKind,
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub page_id: Option<PageId>,
    /// RFC 3339 in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
}

/// An entry of the ledger, with the title of its page while that page exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    pub event: CreditEvent,
    pub title: Option<String>,
}

/// The balance and a part of its ledger, newest entry first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credits {
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub balance: i64,
    pub items: Vec<CreditEvent>,
    /// Cursor of the next, older entries; `None` at the end.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next: Option<String>,
}
