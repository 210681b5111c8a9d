//! Feature flags that an operator sets at run time. Stored in the database and cached for a few
//! seconds.

mod store;

use std::{collections::BTreeMap, time::Duration};

use tokio::{sync::RwLock, time::Instant};

use crate::{
    AppState, Error,
    db::{Authority, Tx},
};

/// Lifetime of the cached values.
const CACHE_TTL: Duration = Duration::from_secs(5);

/// A feature flag. Every flag is on by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Reject disposable e-mail domains.
    DisposableDomains,
    /// Require the configured CAPTCHA at sign-up.
    Captcha,
    /// Limit sign-ups from a network address.
    SignUpsPerAddress,
    /// Limit accounts per device.
    DeviceFingerprint,
    /// Treat `mia+2@` and `m.ia@` as `mia@` where both reach the same mailbox.
    MailboxVariants,
    /// Send pages to a paid provider.
    PaidPages,
}

impl Flag {
    pub const ALL: [Self; 6] = [
        Self::DisposableDomains,
        Self::Captcha,
        Self::SignUpsPerAddress,
        Self::DeviceFingerprint,
        Self::MailboxVariants,
        Self::PaidPages,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::DisposableDomains => "disposable_domains",
            Self::Captcha => "captcha",
            Self::SignUpsPerAddress => "sign_ups_per_address",
            Self::DeviceFingerprint => "device_fingerprint",
            Self::MailboxVariants => "mailbox_variants",
            Self::PaidPages => "paid_pages",
        }
    }

    /// Parses a flag's name.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.as_str() == text)
    }

    /// Whether API clients see the flag: it changes what they have to send or may expect.
    fn is_public(self) -> bool {
        matches!(self, Self::Captcha | Self::DeviceFingerprint | Self::PaidPages)
    }
}

type FlagValues = BTreeMap<String, bool>;

/// Cached values of all flags that were ever set.
#[derive(Default)]
pub struct FlagCache(RwLock<Option<(Instant, FlagValues)>>);

async fn load_flag_values(state: &AppState) -> Result<FlagValues, Error> {
    if let Some((at, values)) = &*state.flags.0.read().await
        && at.elapsed() < CACHE_TTL
    {
        return Ok(values.clone());
    }
    let mut tx = state.db.begin_read(Authority::System).await?;
    let values: FlagValues = store::list_flags(&mut tx).await?.into_iter().collect();
    *state.flags.0.write().await = Some((Instant::now(), values.clone()));
    Ok(values)
}

/// Whether a flag is on, from cached values.
pub async fn is_on(state: &AppState, flag: Flag) -> Result<bool, Error> {
    Ok(load_flag_values(state).await?.get(flag.as_str()).copied().unwrap_or(true))
}

/// Like [`is_on`], but reads within a transaction: needs no second connection and sees the current
/// value.
pub async fn is_on_in_tx(tx: &mut Tx, flag: Flag) -> Result<bool, Error> {
    Ok(store::find_flag(tx, flag.as_str()).await?.unwrap_or(true))
}

/// Lists every flag and whether it is on.
pub async fn list_flags(state: &AppState) -> Result<Vec<(Flag, bool)>, Error> {
    let values = load_flag_values(state).await?;
    Ok(Flag::ALL.map(|flag| (flag, values.get(flag.as_str()).copied().unwrap_or(true))).into())
}

/// Lists the flags that API clients see, by name.
pub async fn list_public(state: &AppState) -> Result<BTreeMap<&'static str, bool>, Error> {
    let all = list_flags(state).await?;
    Ok(all.into_iter().filter(|(flag, _)| flag.is_public()).map(|(flag, is_on)| (flag.as_str(), is_on)).collect())
}

/// Sets a flag. Other processes see the change within [`CACHE_TTL`].
pub async fn set_flag(state: &AppState, flag: Flag, is_on: bool) -> Result<(), Error> {
    let mut tx = state.db.begin(Authority::System).await?;
    store::set_flag(&mut tx, flag.as_str(), is_on).await?;
    tx.commit().await?;
    *state.flags.0.write().await = None;
    Ok(())
}
