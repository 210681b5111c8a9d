//! Who is asking. A rule that concerns somebody's things takes an [`Account`]; only `accounts` makes one.

use model::{Email, Problem, SessionId, UserId};

use crate::Error;

/// Somebody signed in. Having one is the right to what is theirs.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: UserId,
    /// `None` for a guest.
    pub email: Option<Email>,
    pub is_guest: bool,
    pub(crate) session: SessionId,
}

/// Whoever asks, signed in or not.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    pub account: Option<Account>,
}

impl Visitor {
    /// # Errors
    /// `signed_out`.
    pub fn account(&self) -> Result<&Account, Error> {
        self.account.as_ref().ok_or_else(|| Problem::signed_out().into())
    }
}
