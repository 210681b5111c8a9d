//! Limits: how often something may be done by an account, or from a network address. Counted in the database, so that
//! they hold for all processes together, and by its clock.
//!
//! - [`brake`]: how much the sweep removes within an hour
//! - [`network`]: where a request comes from
//! - [`sign_in`]: failed sign-ins, which make the next one wait
//! - [`spending`]: what pages cost us elsewhere, a day
//! - [`settings`]: how much is enough

pub mod brake;
mod network;
mod settings;
mod sign_in;
pub mod spending;
mod store;

use model::{Problem, UserId};

pub use network::Network;
pub use settings::Settings;
pub use sign_in::Attempt;

use crate::{
    Error, Machine,
    clock::{DAY, HOUR, Millis, SECOND, seconds_until},
    db::{Authority, Tx},
    visitor::Visitor,
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
    /// The same from all lines that are likely one party's: see [`Network::site`].
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

    fn time(self) -> Millis {
        match self {
            Self::Upload | Self::Page | Self::Redraw | Self::Mail | Self::Guest => HOUR,
            Self::PlainSignUp | Self::PlainSignUpFromAddress => HOUR,
            Self::PageFromAddress | Self::SignUp | Self::MailToMailbox => DAY,
            Self::FreeCredits | Self::FreeCreditsOfSite | Self::FreeCreditsOfGuests => DAY,
        }
    }

    fn most(self, settings: &Settings) -> u32 {
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
pub async fn take(machine: &Machine, tx: &mut Tx, rule: Rule, subject: &[u8]) -> Result<(), Error> {
    match try_take(machine, tx, rule, subject).await? {
        None => Ok(()),
        Some(wait) => Err(too_early(wait)),
    }
}

/// The same; returns how long to wait if there were enough.
pub async fn try_take(machine: &Machine, tx: &mut Tx, rule: Rule, subject: &[u8]) -> Result<Option<Millis>, Error> {
    let most = rule.most(&machine.config.limits);
    if most == 0 || !machine.config.holds_to_limits() {
        return Ok(None);
    }
    let subject = machine.keys.limit_subject(rule.name(), subject);
    let ends_at = tx.now + rule.time();
    if store::take(tx, rule.name(), &subject, 1, i64::from(most), ends_at).await? {
        return Ok(None);
    }
    let row = store::find(tx, rule.name(), &subject).await?;
    Ok(Some(row.map_or(SECOND, |(_, _, ends_at)| ends_at - tx.now)))
}

/// Whether free credits are given where this comes from; counts them if they are.
pub async fn has_free_credits(machine: &Machine, tx: &mut Tx, network: &Network) -> Result<bool, Error> {
    // The line first: a flood from one is refused before it counts against the others of its site.
    if try_take(machine, tx, Rule::FreeCredits, network.as_bytes()).await?.is_some() {
        return Ok(false);
    }
    match network.site() {
        Some(site) => Ok(try_take(machine, tx, Rule::FreeCreditsOfSite, site).await?.is_none()),
        None => Ok(true),
    }
}

/// Counts each `item` once for its subject: the same again is not one more.
pub async fn take_new(machine: &Machine, tx: &mut Tx, rule: Rule, subject: &[u8], item: &[u8]) -> Result<(), Error> {
    let mut both = subject.to_vec();
    both.extend_from_slice(item);
    let ends_at = tx.now + rule.time();
    if first_time(machine, tx, rule.name(), &both, ends_at).await? {
        take(machine, tx, rule, subject).await?;
    }
    Ok(())
}

/// True once until `ends_at`, whoever asks.
pub async fn first_time(
    machine: &Machine,
    tx: &mut Tx,
    name: &str,
    item: &[u8],
    ends_at: Millis,
) -> Result<bool, Error> {
    let name = format!("once {name}");
    store::take(tx, &name, &machine.keys.limit_subject(&name, item), 1, 1, ends_at).await
}

/// A use that belongs to no other transaction, by whoever is signed in, else by their network address.
pub async fn count(machine: &Machine, rule: Rule, visitor: &Visitor) -> Result<(), Error> {
    let account = visitor.account.as_ref().map(|account| account.id);
    let mut tx = machine.db.begin(Authority::System).await?;
    match account {
        Some(UserId(id)) if rule == Rule::Upload => take(machine, &mut tx, rule, id.as_bytes()).await?,
        _ => take(machine, &mut tx, rule, visitor.device.network.as_bytes()).await?,
    }
    tx.commit().await
}

fn too_early(wait: Millis) -> Error {
    Problem::rate_limited(seconds_until(wait)).into()
}

/// Forgets what counts no longer.
pub async fn sweep(machine: &Machine) -> Result<(), Error> {
    let mut tx = machine.db.begin(Authority::System).await?;
    store::sweep(&mut tx).await?;
    tx.commit().await
}
