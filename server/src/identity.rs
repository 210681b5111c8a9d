//! Identity of a request: the signed-in account, if any, and the device. Functions that act on an
//! account's data take an [`Account`], which only `accounts` constructs.

use model::{Email, Problem, SessionId, UserId};

use crate::{Error, keys::Digest256, network::Network};

/// An authenticated account. A value of this type is the permission to act for the account.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: UserId,
    /// `None` for a guest.
    pub email: Option<Email>,
    pub is_guest: bool,
    pub(crate) session: SessionId,
}

/// The browser or app a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// Display name in the list of sessions: "Firefox on Android".
    pub name: String,
    /// SHA-256 of the device cookie.
    pub(crate) token_hash: Digest256,
    /// The request had no device cookie; the response sets one.
    pub(crate) is_new: bool,
    /// Neither a device cookie nor a header that only browsers send: a client that may keep no
    /// cookies.
    pub(crate) is_app: bool,
    /// The network the request comes from.
    pub network: Network,
}

/// Who sent a request: a signed-in account or nobody, and the device.
#[derive(Clone, Debug, Default)]
pub struct RequestIdentity {
    pub account: Option<Account>,
    pub device: Device,
}

impl RequestIdentity {
    /// The signed-in account.
    ///
    /// # Errors
    /// `signed_out`.
    pub fn require_account(&self) -> Result<&Account, Error> {
        self.account.as_ref().ok_or_else(|| Problem::signed_out().into())
    }

    /// The id of the signed-in guest, whose data moves along when they sign up or in.
    pub(crate) fn guest_id(&self) -> Option<UserId> {
        self.account.as_ref().filter(|account| account.is_guest).map(|guest| guest.id)
    }
}
