//! Limits: how often something may be done by an account, or from a network address. Counted in the database, so that
//! they hold for all processes together, and by its clock.
//!
//! - [`deletion_cap`]: how much the sweep removes within an hour
//! - [`network`]: where a request comes from
//! - [`sign_in_throttle`]: failed sign-ins, which make the next one wait
//! - [`spending`]: what pages cost us elsewhere, a day

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

/// What is limited. Each is counted from its first use to the end of its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Upload,
    Page,
    PageFromAddress,
    SignUp,
    Redraw,
    FreeCredits,
    /// The same from all lines that are likely one party's: see [`Network::ipv6_site_prefix`].
    FreeCreditsOfSite,
    /// The same to guests: they come without any proof, and are not to use up what newcomers with an address get.
    FreeCreditsOfGuests,
    Mail,
    /// Mails to one mailbox, whichever variant of its address was typed.
    MailToMailbox,
    Guest,
    /// Sign-ups from browsers without JavaScript, of the whole site.
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

/// Counts one use. The caller commits, so that what was not done was not counted.
///
/// # Errors
/// `too_many_requests`, with the time left.
pub async fn enforce(state: &AppState, tx: &mut Tx, rule: Rule, subject: &[u8]) -> Result<(), Error> {
    match try_count_use(state, tx, rule, subject).await? {
        None => Ok(()),
        Some(wait) => Err(too_many_requests(wait)),
    }
}

/// The same; returns how long to wait if there were enough.
pub async fn try_count_use(state: &AppState, tx: &mut Tx, rule: Rule, subject: &[u8]) -> Result<Option<Millis>, Error> {
    let most = rule.max_uses(&state.config.limits);
    if most == 0 || !state.config.enforces_limits() {
        return Ok(None);
    }
    let subject = state.keys.limit_subject_hash(rule.name(), subject);
    let ends_at = tx.now + rule.window();
    if store::add_uses(tx, rule.name(), &subject, 1, i64::from(most), ends_at).await? {
        return Ok(None);
    }
    let row = store::find_counter(tx, rule.name(), &subject).await?;
    Ok(Some(row.map_or(SECOND, |(_, _, ends_at)| ends_at - tx.now)))
}

/// Whether free credits are given where this comes from; counts them if they are.
pub async fn try_count_free_credits(state: &AppState, tx: &mut Tx, network: &Network) -> Result<bool, Error> {
    // The line first: a flood from one is refused before it counts against the others of its site.
    if try_count_use(state, tx, Rule::FreeCredits, network.as_bytes()).await?.is_some() {
        return Ok(false);
    }
    match network.ipv6_site_prefix() {
        Some(site) => Ok(try_count_use(state, tx, Rule::FreeCreditsOfSite, site).await?.is_none()),
        None => Ok(true),
    }
}

/// Counts each `item` once for its subject: the same again is not one more.
pub async fn enforce_distinct(
    state: &AppState,
    tx: &mut Tx,
    rule: Rule,
    subject: &[u8],
    item: &[u8],
) -> Result<(), Error> {
    let mut both = subject.to_vec();
    both.extend_from_slice(item);
    let ends_at = tx.now + rule.window();
    if record_first_use(state, tx, rule.name(), &both, ends_at).await? {
        enforce(state, tx, rule, subject).await?;
    }
    Ok(())
}

/// True once until `ends_at`, whoever asks.
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

/// A use that belongs to no other transaction, by whoever is signed in, else by their network address.
pub async fn enforce_for_identity(state: &AppState, rule: Rule, identity: &RequestIdentity) -> Result<(), Error> {
    let account = identity.account.as_ref().map(|account| account.id);
    let mut tx = state.db.begin(Authority::System).await?;
    match account {
        Some(UserId(id)) if rule == Rule::Upload => enforce(state, &mut tx, rule, id.as_bytes()).await?,
        _ => enforce(state, &mut tx, rule, identity.device.network.as_bytes()).await?,
    }
    tx.commit().await
}

fn too_many_requests(wait: Millis) -> Error {
    Problem::rate_limited(retry_after_seconds(wait)).into()
}

/// Forgets what counts no longer.
pub async fn delete_expired(state: &AppState) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    store::delete_expired(&mut tx).await?;
    tx.commit().await
}
