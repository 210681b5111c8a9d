//! Throttling of failed sign-ins: exponential backoff per account and per network address, and a
//! cap on guessed pairs of address and password per network address.
//!
//! A browser that has signed in to the account before has its own counter with short waits, so that
//! nobody can lock the owner out.

use model::{Email, Password};

use super::{store, too_many_requests};
use crate::{
    AppState, Error,
    clock::{HOUR, MINUTE, Millis, SECOND},
    db::Tx,
    identity::{Account, RequestIdentity},
};

// Names of counters in the database.
const ACCOUNT_RULE: &str = "sign_in_to";
const NETWORK_RULE: &str = "sign_in_from";
const KNOWN_BROWSER_RULE: &str = "sign_in_at_home";
const CONFIRMATION_RULE: &str = "password_again";
const GUESSED_PAIRS_RULE: &str = "guessed_pairs";

/// Failures are forgotten after this time.
const FAILURE_WINDOW: Millis = 15 * MINUTE;
const MAX_WAIT: Millis = HOUR;
const MAX_WAIT_KNOWN_BROWSER: Millis = 30 * SECOND;
/// Window in which different guessed pairs from one network address are counted.
const GUESS_WINDOW: Millis = 3 * HOUR;

/// One attempt to sign in or to confirm a password.
pub struct SignInAttempt {
    /// Rule and hashed subject of each counter of this attempt.
    counters: Vec<(&'static str, [u8; 32])>,
    /// Hashed network address and tried e-mail address; only for a browser unknown to the account.
    unknown_browser: Option<([u8; 32], Email)>,
    max_failures: i64,
    max_pairs: i64,
}

impl SignInAttempt {
    /// An attempt to sign in. `is_known_browser` is true if this browser has signed in to the
    /// account before.
    pub fn new(state: &AppState, identity: &RequestIdentity, email: &Email, is_known_browser: bool) -> Self {
        let (settings, keys) = (&state.config.limits, &state.keys);
        let is_enforced = state.config.enforces_limits();
        let max_failures = if is_enforced { i64::from(settings.limit_failed_sign_ins) } else { 0 };
        let max_pairs = if is_enforced { i64::from(settings.limit_guessed_pairs) } else { 0 };
        let address = email.as_str().as_bytes();
        let network = keys.limit_subject_hash(NETWORK_RULE, identity.device.network.as_bytes());
        let counters = match is_known_browser {
            true => {
                vec![(
                    KNOWN_BROWSER_RULE,
                    keys.limit_subject_hash(KNOWN_BROWSER_RULE, &[address, &identity.device.token_hash].concat()),
                )]
            }
            false => vec![(ACCOUNT_RULE, keys.limit_subject_hash(ACCOUNT_RULE, address)), (NETWORK_RULE, network)],
        };
        let unknown_browser = (!is_known_browser).then(|| (network, email.clone()));
        Self { counters, unknown_browser, max_failures, max_pairs }
    }

    /// An attempt of a signed-in account to confirm its password.
    pub fn password_confirmation(state: &AppState, account: &Account) -> Self {
        let is_enforced = state.config.enforces_limits();
        let max_failures = if is_enforced { i64::from(state.config.limits.limit_failed_sign_ins) } else { 0 };
        let counters =
            vec![(CONFIRMATION_RULE, state.keys.limit_subject_hash(CONFIRMATION_RULE, account.id.0.as_bytes()))];
        Self { counters, unknown_browser: None, max_failures, max_pairs: 0 }
    }

    /// Rejects the attempt while it has to wait, whether the password is right or not.
    ///
    /// # Errors
    /// `too_many_requests` with the time to wait.
    pub async fn check(&self, tx: &mut Tx) -> Result<(), Error> {
        let mut wait = 0;
        if self.max_failures > 0 {
            for (rule, subject) in &self.counters {
                if let Some(row) = store::find_counter(tx, rule, subject).await? {
                    wait = wait.max(row.free_at - tx.now);
                }
            }
        }
        if let (Some((network, _)), true) = (&self.unknown_browser, self.max_pairs > 0)
            && let Some(row) = store::find_counter(tx, GUESSED_PAIRS_RULE, network).await?
            && row.used >= self.max_pairs
        {
            wait = wait.max(row.ends_at - tx.now);
        }
        if wait > 0 { Err(too_many_requests(wait)) } else { Ok(()) }
    }

    /// Counts a failed attempt.
    ///
    /// # Errors
    /// `too_many_requests` when concurrent failures have used up the limit. The caller then must
    /// not say whether the password was wrong.
    pub async fn record_failure(&self, state: &AppState, tx: &mut Tx, password: &Password) -> Result<(), Error> {
        self.check(tx).await?;
        if self.max_failures > 0 {
            for (rule, subject) in &self.counters {
                self.count_failure(tx, rule, subject).await?;
            }
        }
        self.count_guessed_pair(state, tx, password).await
    }

    async fn count_failure(&self, tx: &mut Tx, rule: &str, subject: &[u8]) -> Result<(), Error> {
        let now = tx.now;
        let Some(used) = store::add_failure(tx, rule, subject, now + FAILURE_WINDOW).await? else {
            let row = store::find_counter(tx, rule, subject).await?;
            return Err(too_many_requests(row.map_or(SECOND, |row| row.free_at - now)));
        };
        if used >= self.max_failures {
            let (base, max) = if self.unknown_browser.is_some() {
                (FAILURE_WINDOW, MAX_WAIT)
            } else {
                (SECOND, MAX_WAIT_KNOWN_BROWSER)
            };
            let backoff = base << (used - self.max_failures).min(16);
            let free_at = now + backoff.min(max);
            store::block_until(tx, rule, subject, free_at, free_at + FAILURE_WINDOW).await?;
        }
        Ok(())
    }

    /// Counts a new pair of e-mail address and password. Only two bytes of a keyed hash are kept:
    /// enough to tell fifteen pairs apart, too few to recover a password.
    async fn count_guessed_pair(&self, state: &AppState, tx: &mut Tx, password: &Password) -> Result<(), Error> {
        let (Some((network, email)), true) = (&self.unknown_browser, self.max_pairs > 0) else { return Ok(()) };
        let pair = [email.as_str().as_bytes(), &[0], password.as_str().as_bytes()].concat();
        let item = [network.as_slice(), &state.keys.limit_subject_hash(GUESSED_PAIRS_RULE, &pair)[..2]].concat();
        let ends_at = tx.now + GUESS_WINDOW;
        if super::record_first_use(state, tx, GUESSED_PAIRS_RULE, &item, ends_at).await? {
            store::add_uses(tx, GUESSED_PAIRS_RULE, network, 1, self.max_pairs, ends_at).await?;
        }
        Ok(())
    }

    /// Resets the account's counters. The counter of the network address stays, because an attacker
    /// may own an account too.
    pub async fn record_success(&self, tx: &mut Tx) -> Result<(), Error> {
        if self.max_failures == 0 {
            return Ok(());
        }
        for (rule, subject) in self.counters.iter().filter(|(rule, _)| *rule != NETWORK_RULE) {
            store::delete_counter(tx, rule, subject).await?;
        }
        Ok(())
    }
}
