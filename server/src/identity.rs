//! Who is asking, and with what. A rule that concerns somebody's things takes an [`Account`]; only `accounts` makes one.

use model::{Email, Problem, SessionId, UserId};

use crate::{Error, keys::Digest256, network::Network};

/// Somebody signed in. Having one is the right to what is theirs.
#[derive(Clone, Debug)]
pub struct Account {
    pub id: UserId,
    /// `None` for a guest.
    pub email: Option<Email>,
    pub is_guest: bool,
    pub(crate) session: SessionId,
}

/// What a request tells about the browser or app it comes from.
#[derive(Clone, Debug, Default)]
pub struct Device {
    /// In words, for the owner's list of sessions: "Firefox on Android".
    pub name: String,
    /// SHA-256 of the cookie that tells this browser from others.
    pub(crate) token_hash: Digest256,
    /// The request brought no such cookie: a browser gets one with the answer, an app may ignore it.
    pub(crate) is_new: bool,
    /// Neither has it such a cookie nor says it what only browsers say: a program that keeps no cookies.
    pub(crate) is_app: bool,
    /// Where the request comes from.
    pub network: Network,
}

/// Whoever asks, signed in or not.
#[derive(Clone, Debug, Default)]
pub struct RequestIdentity {
    pub account: Option<Account>,
    pub device: Device,
}

impl RequestIdentity {
    /// # Errors
    /// `signed_out`.
    pub fn require_account(&self) -> Result<&Account, Error> {
        self.account.as_ref().ok_or_else(|| Problem::signed_out().into())
    }

    /// A guest, whose things go along when they sign up or in.
    pub(crate) fn guest_id(&self) -> Option<UserId> {
        self.account.as_ref().filter(|account| account.is_guest).map(|guest| guest.id)
    }
}
