//! Abuse protection at sign-up. A sign-up passes these layers in order; each has a feature flag,
//! and a rejection is recorded in the audit log (`blocked_...`):
//!
//! 1. address and password are well formed (`accounts`)
//! 2. no [`disposable`] domain
//! 3. [`captcha`]
//! 4. limit of sign-ups per network address (`limits`)
//! 5. limit of accounts per [`device`]
//! 6. free credits once per [`mailbox`], whatever the variant of its address

mod captcha;
mod device;
mod disposable;
mod mailbox;
mod store;

use model::{Email, UserId};

pub use captcha::{Challenge, create_challenge, issue_form_ticket};
pub use device::delete_expired_devices;
pub use disposable::DisposableDomains;
pub use mailbox::mailbox_hash;
pub(crate) use store::set_account_flag;

use crate::{
    AppState, Error, audit,
    db::{Authority, Tx},
    flags::{self, Flag},
    identity::RequestIdentity,
    limits::{self, Rule},
};

/// What a client sends with a sign-up besides address and password.
#[derive(Clone, Debug, Default)]
pub struct SignUpSignals {
    /// A proof of work, a reCAPTCHA token, or both.
    pub captcha: Option<String>,
    /// Device fingerprint; only a keyed hash is kept.
    pub fingerprint: Option<String>,
    /// Signed hidden field of a form without JavaScript.
    pub form_ticket: Option<String>,
}

#[derive(Clone, Copy, Debug)]
enum Layer {
    Disposable,
    Captcha,
    Address,
    Device,
}

impl Layer {
    const IN_ORDER: [Self; 4] = [Self::Disposable, Self::Captcha, Self::Address, Self::Device];

    fn flag(self) -> Flag {
        match self {
            Self::Disposable => Flag::DisposableDomains,
            Self::Captcha => Flag::Captcha,
            Self::Address => Flag::SignUpsPerAddress,
            Self::Device => Flag::DeviceFingerprint,
        }
    }

    /// Kind of the audit event of a rejection.
    fn audit_kind(self) -> &'static str {
        match self {
            Self::Disposable => "blocked_disposable",
            Self::Captcha => "blocked_captcha",
            Self::Address => "blocked_address",
            Self::Device => "blocked_device",
        }
    }

    async fn check(
        self,
        state: &AppState,
        identity: &RequestIdentity,
        email: &Email,
        signals: &SignUpSignals,
    ) -> Result<(), Error> {
        match self {
            Self::Disposable => reject_disposable(state, email).await,
            Self::Captcha => captcha::verify_captcha(state, identity, signals).await,
            Self::Address => {
                let network = identity.device.network.as_bytes();
                let mut tx = state.db.begin(Authority::System).await?;
                let mailbox = mailbox_hash(state, &mut tx, email).await?;
                limits::enforce_distinct_limit(state, &mut tx, Rule::SignUp, network, &mailbox).await?;
                tx.commit().await
            }
            Self::Device => device::record_sign_up_device(state, identity, email, signals).await,
        }
    }
}

/// Runs all enabled layers on a sign-up whose address and password are well formed.
///
/// # Errors
/// The problem of the first layer that rejects.
pub async fn check_sign_up(
    state: &AppState,
    identity: &RequestIdentity,
    email: &Email,
    signals: &SignUpSignals,
) -> Result<(), Error> {
    for layer in Layer::IN_ORDER {
        if !flags::is_on(state, layer.flag()).await? {
            continue;
        }
        let outcome = layer.check(state, identity, email, signals).await;
        if let Err(Error::Problem(_)) = outcome {
            let mut tx = state.db.begin(Authority::System).await?;
            audit::record_event(&mut tx, None, layer.audit_kind()).await?;
            tx.commit().await?;
        }
        outcome?;
    }
    Ok(())
}

async fn reject_disposable(state: &AppState, email: &Email) -> Result<(), Error> {
    let mut tx = state.db.begin_read(Authority::System).await?;
    if disposable::is_disposable(state, &mut tx, email.domain()).await? {
        return Err(model::Problem::email_disposable().into());
    }
    Ok(())
}

/// Returns whether a verified mailbox without earlier free credits gets them, and counts them if
/// so. No free credits for a disposable domain, for accounts above the limit of a device (the
/// account is also flagged for an operator), or above the daily limit of the network address.
pub async fn qualifies_for_free_credits(
    state: &AppState,
    tx: &mut Tx,
    identity: &RequestIdentity,
    user: UserId,
    email: &Email,
    mailbox_hash: &[u8],
) -> Result<bool, Error> {
    let domain = email.domain();
    if flags::is_on_in_tx(tx, Flag::DisposableDomains).await? && disposable::is_disposable(state, tx, domain).await? {
        audit::record_event(tx, Some(user), Layer::Disposable.audit_kind()).await?;
        return Ok(false);
    }
    let max_accounts = i64::from(state.config.limits.limit_accounts_per_device);
    if max_accounts > 0 && state.config.enforces_limits() && flags::is_on_in_tx(tx, Flag::DeviceFingerprint).await? {
        let accounts = device::count_verified_mailboxes(state, tx, identity, mailbox_hash).await?;
        if accounts > max_accounts {
            store::set_account_flag(tx, user, Some("device")).await?;
            audit::record_event(tx, Some(user), "flagged_device").await?;
            return Ok(false);
        }
    }
    if !limits::try_count_free_credits(state, tx, &identity.device.network).await? {
        audit::record_event(tx, Some(user), "no_free_credits").await?;
        return Ok(false);
    }
    Ok(true)
}

/// Sets an operator's override for a domain and its subdomains: allowed, rejected, or none
/// (`None`).
pub async fn set_domain_override(state: &AppState, domain: &str, allowed: Option<bool>) -> Result<(), Error> {
    let domain = domain.trim().trim_matches('.').to_ascii_lowercase();
    let mut tx = state.db.begin(Authority::System).await?;
    match allowed {
        Some(allowed) => store::set_domain_override(&mut tx, &domain, allowed).await?,
        None => store::delete_domain_override(&mut tx, &domain).await?,
    }
    tx.commit().await
}
