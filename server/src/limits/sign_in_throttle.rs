//! Failed sign-ins make the next one wait: to the same account, from the same network address, and longer each time.
//! A browser that the account knows is counted by itself and waits for seconds: nobody can lock an owner out.

use model::{Email, Password};

use super::{store, too_many_requests};
use crate::{
    AppState, Error,
    clock::{HOUR, MINUTE, Millis, SECOND},
    db::Tx,
    identity::{Account, RequestIdentity},
};

/// Failures are forgotten after that.
const FAILURE_WINDOW: Millis = 15 * MINUTE;
const MAX_WAIT: Millis = HOUR;
const MAX_WAIT_KNOWN_BROWSER: Millis = 30 * SECOND;
/// Within this time, different pairs from one network address are counted.
const GUESS_WINDOW: Millis = 3 * HOUR;
const GUESSED_PAIRS_RULE: &str = "guessed_pairs";

/// Somebody tries a password.
pub struct SignInAttempt {
    /// Rule and subject of each row that this try counts in.
    rows: Vec<(&'static str, [u8; 32])>,
    /// The network address and whom it tries to be, for a browser that is not known.
    unknown_browser: Option<([u8; 32], Email)>,
    max_failures: i64,
    max_pairs: i64,
}

impl SignInAttempt {
    pub fn new(state: &AppState, identity: &RequestIdentity, email: &Email, is_known: bool) -> Self {
        let (settings, keys) = (&state.config.limits, &state.keys);
        let on = state.config.enforces_limits();
        let max_failures = if on { i64::from(settings.limit_failed_sign_ins) } else { 0 };
        let max_pairs = if on { i64::from(settings.limit_guessed_pairs) } else { 0 };
        let address = email.as_str().as_bytes();
        let network = keys.limit_subject_hash("sign_in_from", identity.device.network.as_bytes());
        let rows = match is_known {
            true => {
                vec![(
                    "sign_in_at_home",
                    keys.limit_subject_hash("sign_in_at_home", &[address, &identity.device.token_hash].concat()),
                )]
            }
            false => vec![("sign_in_to", keys.limit_subject_hash("sign_in_to", address)), ("sign_in_from", network)],
        };
        let unknown_browser = (!is_known).then(|| (network, email.clone()));
        Self { rows, unknown_browser, max_failures, max_pairs }
    }

    /// The password is asked for again of somebody who is signed in.
    pub fn password_confirmation(state: &AppState, account: &Account) -> Self {
        const RULE: &str = "password_again";
        let on = state.config.enforces_limits();
        let max_failures = if on { i64::from(state.config.limits.limit_failed_sign_ins) } else { 0 };
        let rows = vec![(RULE, state.keys.limit_subject_hash(RULE, account.id.0.as_bytes()))];
        Self { rows, unknown_browser: None, max_failures, max_pairs: 0 }
    }

    /// # Errors
    /// `too_many_requests` when it is too early for a try, right or wrong.
    pub async fn check(&self, tx: &mut Tx) -> Result<(), Error> {
        let mut wait = 0;
        if self.max_failures > 0 {
            for (rule, subject) in &self.rows {
                if let Some((_, free_at, _)) = store::find_counter(tx, rule, subject).await? {
                    wait = wait.max(free_at - tx.now);
                }
            }
        }
        if let (Some((network, _)), true) = (&self.unknown_browser, self.max_pairs > 0)
            && let Some((used, _, ends_at)) = store::find_counter(tx, GUESSED_PAIRS_RULE, network).await?
            && used >= self.max_pairs
        {
            wait = wait.max(ends_at - tx.now);
        }
        if wait > 0 { Err(too_many_requests(wait)) } else { Ok(()) }
    }

    /// Counts a failure.
    ///
    /// # Errors
    /// `too_many_requests` when others failed meanwhile: then this try told nothing.
    pub async fn record_failure(&self, state: &AppState, tx: &mut Tx, password: &Password) -> Result<(), Error> {
        self.check(tx).await?;
        if self.max_failures > 0 {
            for (rule, subject) in &self.rows {
                self.count_failure(tx, rule, subject).await?;
            }
        }
        self.count_guessed_pair(state, tx, password).await
    }

    async fn count_failure(&self, tx: &mut Tx, rule: &str, subject: &[u8]) -> Result<(), Error> {
        let now = tx.now;
        let Some(used) = store::add_failure(tx, rule, subject, now + FAILURE_WINDOW).await? else {
            let row = store::find_counter(tx, rule, subject).await?;
            return Err(too_many_requests(row.map_or(SECOND, |(_, free_at, _)| free_at - now)));
        };
        if used >= self.max_failures {
            let (first, longest) = if self.unknown_browser.is_some() {
                (FAILURE_WINDOW, MAX_WAIT)
            } else {
                (SECOND, MAX_WAIT_KNOWN_BROWSER)
            };
            let doubled = first << (used - self.max_failures).min(16);
            let free_at = now + doubled.min(longest);
            store::block_until(tx, rule, subject, free_at, free_at + FAILURE_WINDOW).await?;
        }
        Ok(())
    }

    /// Two bytes of a keyed hash are enough to tell fifteen pairs from each other, and too few to find a password by.
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

    /// The account's failures are forgotten. Those of the network address are not: a thief has an account too.
    pub async fn record_success(&self, tx: &mut Tx) -> Result<(), Error> {
        if self.max_failures == 0 {
            return Ok(());
        }
        for (rule, subject) in self.rows.iter().filter(|(rule, _)| *rule != "sign_in_from") {
            store::delete_counter(tx, rule, subject).await?;
        }
        Ok(())
    }
}
