//! Credits: what a page costs, and the ledger that says where each went.

use serde::{Deserialize, Serialize};

use crate::PageId;

/// Granted once, at the first proof of an address.
pub const FREE_CREDITS: i64 = 3;
/// What one page costs.
pub const PAGE_COST: i64 = 1;

/// Why a balance changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CreditKind {
    Granted,
    Spent,
    Refunded,
    /// Unspent, brought along from having been a guest.
    Moved,
    /// By an operator.
    Given,
    /// Free ones that were had as a guest already.
    Taken,
}

impl CreditKind {
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

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Granted, Self::Spent, Self::Refunded, Self::Moved, Self::Given, Self::Taken]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreditEvent {
    pub delta: i64,
    pub kind: CreditKind,
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub page_id: Option<PageId>,
    /// RFC 3339, UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub at: String,
}

/// The balance and its lines, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credits {
    #[cfg_attr(feature = "openapi", schema(minimum = 0))]
    pub balance: i64,
    pub items: Vec<CreditEvent>,
    /// Asks for the lines before these.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next: Option<String>,
}
