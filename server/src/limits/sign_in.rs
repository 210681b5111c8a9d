//! Failed sign-ins make the next one wait: to the same account, from the same network address, and longer each time.
//! A browser that the account knows is counted by itself and waits for seconds: nobody can lock an owner out.

use model::{Email, Password};

use super::{store, too_early};
use crate::{
    AppState, Error,
    clock::{HOUR, MINUTE, Millis, SECOND},
    db::Tx,
    identity::{Account, RequestIdentity},
};

/// Failures are forgotten after that.
const TIME: Millis = 15 * MINUTE;
const LONGEST_WAIT: Millis = HOUR;
const LONGEST_WAIT_AT_HOME: Millis = 30 * SECOND;
/// Within this time, different pairs from one network address are counted.
const GUESSING: Millis = 3 * HOUR;
const PAIRS: &str = "guessed_pairs";

/// Somebody tries a password.
pub struct Attempt {
    /// Rule and subject of each row that this try counts in.
    rows: Vec<(&'static str, [u8; 32])>,
    /// The network address and whom it tries to be, for a browser that is not known.
    stranger: Option<([u8; 32], Email)>,
    most: i64,
    most_pairs: i64,
}

impl Attempt {
    pub fn new(state: &AppState, identity: &RequestIdentity, email: &Email, is_known: bool) -> Self {
        let (settings, keys) = (&state.config.limits, &state.keys);
        let on = state.config.holds_to_limits();
        let most = if on { i64::from(settings.limit_failed_sign_ins) } else { 0 };
        let most_pairs = if on { i64::from(settings.limit_guessed_pairs) } else { 0 };
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
        let stranger = (!is_known).then(|| (network, email.clone()));
        Self { rows, stranger, most, most_pairs }
    }

    /// The password is asked for again of somebody who is signed in.
    pub fn again(state: &AppState, account: &Account) -> Self {
        const RULE: &str = "password_again";
        let on = state.config.holds_to_limits();
        let most = if on { i64::from(state.config.limits.limit_failed_sign_ins) } else { 0 };
        let rows = vec![(RULE, state.keys.limit_subject_hash(RULE, account.id.0.as_bytes()))];
        Self { rows, stranger: None, most, most_pairs: 0 }
    }

    /// # Errors
    /// `too_many_requests` when it is too early for a try, right or wrong.
    pub async fn check(&self, tx: &mut Tx) -> Result<(), Error> {
        let mut wait = 0;
        if self.most > 0 {
            for (rule, subject) in &self.rows {
                if let Some((_, free_at, _)) = store::find(tx, rule, subject).await? {
                    wait = wait.max(free_at - tx.now);
                }
            }
        }
        if let (Some((network, _)), true) = (&self.stranger, self.most_pairs > 0)
            && let Some((used, _, ends_at)) = store::find(tx, PAIRS, network).await?
            && used >= self.most_pairs
        {
            wait = wait.max(ends_at - tx.now);
        }
        if wait > 0 { Err(too_early(wait)) } else { Ok(()) }
    }

    /// Counts a failure.
    ///
    /// # Errors
    /// `too_many_requests` when others failed meanwhile: then this try told nothing.
    pub async fn failed(&self, state: &AppState, tx: &mut Tx, password: &Password) -> Result<(), Error> {
        self.check(tx).await?;
        if self.most > 0 {
            for (rule, subject) in &self.rows {
                self.count(tx, rule, subject).await?;
            }
        }
        self.count_pair(state, tx, password).await
    }

    async fn count(&self, tx: &mut Tx, rule: &str, subject: &[u8]) -> Result<(), Error> {
        let now = tx.now;
        let Some(used) = store::fail(tx, rule, subject, now + TIME).await? else {
            let row = store::find(tx, rule, subject).await?;
            return Err(too_early(row.map_or(SECOND, |(_, free_at, _)| free_at - now)));
        };
        if used >= self.most {
            let (first, longest) =
                if self.stranger.is_some() { (TIME, LONGEST_WAIT) } else { (SECOND, LONGEST_WAIT_AT_HOME) };
            let doubled = first << (used - self.most).min(16);
            let free_at = now + doubled.min(longest);
            store::hold(tx, rule, subject, free_at, free_at + TIME).await?;
        }
        Ok(())
    }

    /// Two bytes of a keyed hash are enough to tell fifteen pairs from each other, and too few to find a password by.
    async fn count_pair(&self, state: &AppState, tx: &mut Tx, password: &Password) -> Result<(), Error> {
        let (Some((network, email)), true) = (&self.stranger, self.most_pairs > 0) else { return Ok(()) };
        let pair = [email.as_str().as_bytes(), &[0], password.as_str().as_bytes()].concat();
        let item = [network.as_slice(), &state.keys.limit_subject_hash(PAIRS, &pair)[..2]].concat();
        let ends_at = tx.now + GUESSING;
        if super::first_time(state, tx, PAIRS, &item, ends_at).await? {
            store::take(tx, PAIRS, network, 1, self.most_pairs, ends_at).await?;
        }
        Ok(())
    }

    /// The account's failures are forgotten. Those of the network address are not: a thief has an account too.
    pub async fn succeeded(&self, tx: &mut Tx) -> Result<(), Error> {
        if self.most == 0 {
            return Ok(());
        }
        for (rule, subject) in self.rows.iter().filter(|(rule, _)| *rule != "sign_in_from") {
            store::forget(tx, rule, subject).await?;
        }
        Ok(())
    }
}
