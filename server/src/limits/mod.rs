//! Rate limits per account and per network address. Counted in the database and by its clock, so
//! that they hold for all processes together.
//!
//! - [`deletion_cap`]: deletions by retention per hour
//! - [`sign_in_throttle`]: backoff after failed sign-ins
//! - [`spending`]: daily cost of paid providers

pub mod deletion_cap;
mod sign_in_throttle;
pub mod spending;
mod store;

use model::{Problem, UserId};

pub use sign_in_throttle::SignInAttempt;

use crate::{
    AppState, Error,
    clock::{DAY, HOUR, Millis, SECOND, retry_after_seconds},
    config::LimitSettings,
    db::{Authority, Tx},
    identity::RequestIdentity,
    network::Network,
};

/// What is limited. Fixed windows: a window starts with the first use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Upload,
    Page,
    PageFromAddress,
    SignUp,
    Redraw,
    FreeCredits,
    /// Free credits per IPv6 site: see [`Network::ipv6_site_prefix`].
    FreeCreditsOfSite,
    /// Free credits of guests per network address. Lower than [`Self::FreeCredits`], so that
    /// guests, who prove nothing, cannot use up what new accounts get.
    FreeCreditsOfGuests,
    Mail,
    /// Mails to one mailbox, for all variants of its address.
    MailToMailbox,
    Guest,
    /// Sign-ups without JavaScript, for the whole site.
    PlainSignUp,
    PlainSignUpFromAddress,
}

impl Rule {
    fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Page => "page",
            Self::PageFromAddress => "page_from_address",
            Self::SignUp => "sign_up",
            Self::Redraw => "redraw",
            Self::FreeCredits => "free_credits",
            Self::FreeCreditsOfSite => "free_credits_of_site",
            Self::FreeCreditsOfGuests => "free_credits_of_guests",
            Self::Mail => "mail",
            Self::MailToMailbox => "mail_to_mailbox",
            Self::Guest => "guest",
            Self::PlainSignUp => "plain_sign_up",
            Self::PlainSignUpFromAddress => "plain_sign_up_from_address",
        }
    }

    fn window(self) -> Millis {
        match self {
            Self::Upload | Self::Page | Self::Redraw | Self::Mail | Self::Guest => HOUR,
            Self::PlainSignUp | Self::PlainSignUpFromAddress => HOUR,
            Self::PageFromAddress | Self::SignUp | Self::MailToMailbox => DAY,
            Self::FreeCredits | Self::FreeCreditsOfSite | Self::FreeCreditsOfGuests => DAY,
        }
    }

    fn max_uses(self, settings: &LimitSettings) -> u32 {
        match self {
            Self::Upload => settings.limit_uploads,
            Self::Page => settings.limit_pages,
            Self::PageFromAddress => settings.limit_pages_per_address,
            Self::SignUp => settings.limit_sign_ups,
            Self::Redraw => settings.limit_redraws,
            Self::FreeCredits => settings.limit_free_credits,
            Self::FreeCreditsOfSite => settings.limit_free_credits_of_site,
            Self::FreeCreditsOfGuests => settings.limit_free_credits_of_guests,
            Self::Mail => settings.limit_mails,
            Self::MailToMailbox => settings.limit_mails_to_mailbox,
            Self::Guest => settings.limit_guests,
            Self::PlainSignUp => settings.limit_plain_sign_ups,
            Self::PlainSignUpFromAddress => settings.limit_plain_sign_ups_per_address,
        }
    }
}

/// Counts one use within the caller's transaction; without a commit nothing is counted.
///
/// # Errors
/// `too_many_requests` with the time to wait.
pub async fn enforce_limit(state: &AppState, tx: &mut Tx, rule: Rule, subject: &[u8]) -> Result<(), Error> {
    match try_count_use(state, tx, rule, subject).await? {
        None => Ok(()),
        Some(wait) => Err(too_many_requests(wait)),
    }
}

/// Like [`enforce_limit`], but returns the milliseconds to wait when the limit is reached.
pub async fn try_count_use(state: &AppState, tx: &mut Tx, rule: Rule, subject: &[u8]) -> Result<Option<Millis>, Error> {
    let max_uses = rule.max_uses(&state.config.limits);
    if max_uses == 0 || !state.config.enforces_limits() {
        return Ok(None);
    }
    let subject = state.keys.limit_subject_hash(rule.name(), subject);
    let ends_at = tx.now + rule.window();
    if store::add_uses(tx, rule.name(), &subject, 1, i64::from(max_uses), ends_at).await? {
        return Ok(None);
    }
    let row = store::find_counter(tx, rule.name(), &subject).await?;
    Ok(Some(row.map_or(SECOND, |row| row.ends_at - tx.now)))
}

/// Counts free credits for a network address and its IPv6 site. Returns false when either limit is
/// reached.
pub async fn try_count_free_credits(state: &AppState, tx: &mut Tx, network: &Network) -> Result<bool, Error> {
    // The address first: once it has reached its own limit, it no longer uses up the limit of its
    // site.
    if try_count_use(state, tx, Rule::FreeCredits, network.as_bytes()).await?.is_some() {
        return Ok(false);
    }
    match network.ipv6_site_prefix() {
        Some(site) => Ok(try_count_use(state, tx, Rule::FreeCreditsOfSite, site).await?.is_none()),
        None => Ok(true),
    }
}

/// Counts distinct items: a repeated `item` of the same subject is not counted again.
pub async fn enforce_distinct_limit(
    state: &AppState,
    tx: &mut Tx,
    rule: Rule,
    subject: &[u8],
    item: &[u8],
) -> Result<(), Error> {
    let mut key = subject.to_vec();
    key.extend_from_slice(item);
    let ends_at = tx.now + rule.window();
    if record_first_use(state, tx, rule.name(), &key, ends_at).await? {
        enforce_limit(state, tx, rule, subject).await?;
    }
    Ok(())
}

/// Returns true for the first use of `item` until `ends_at`, false for every repetition.
pub async fn record_first_use(
    state: &AppState,
    tx: &mut Tx,
    name: &str,
    item: &[u8],
    ends_at: Millis,
) -> Result<bool, Error> {
    let name = format!("once {name}");
    store::add_uses(tx, &name, &state.keys.limit_subject_hash(&name, item), 1, 1, ends_at).await
}

/// Counts one use in its own transaction: uploads of a signed-in account by account, everything
/// else by network address.
pub async fn enforce_identity_limit(state: &AppState, rule: Rule, identity: &RequestIdentity) -> Result<(), Error> {
    let account = identity.account.as_ref().map(|account| account.id);
    let mut tx = state.db.begin(Authority::System).await?;
    match account {
        Some(UserId(id)) if rule == Rule::Upload => enforce_limit(state, &mut tx, rule, id.as_bytes()).await?,
        _ => enforce_limit(state, &mut tx, rule, identity.device.network.as_bytes()).await?,
    }
    tx.commit().await
}

fn too_many_requests(wait: Millis) -> Error {
    Problem::rate_limited(retry_after_seconds(wait)).into()
}

/// Deletes counters that have ended.
pub async fn delete_expired_counters(state: &AppState) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    store::delete_expired(&mut tx).await?;
    tx.commit().await
}
