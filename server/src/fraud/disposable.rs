//! Addresses that last an hour: the list of the mailchecker project, a newer one from a file, and what an operator knows
//! better than both.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::store;
use crate::{AppState, Error, db::Tx};

static BUILT_IN: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut domains = mailchecker::blacklist();
    domains.sort_unstable();
    domains
});

/// Relays that the list has too, though their owners read the mail for as long as they like; and the domain of examples.
const PERMANENT_DOMAINS: [&str; 11] = [
    "addy.io",
    "anonaddy.com",
    "anonaddy.me",
    "duck.com",
    "mozmail.com",
    "passinbox.com",
    "passmail.net",
    "relay.firefox.com",
    "simplelogin.co",
    "simplelogin.com",
    "test.com",
];

/// When the file was last changed, and the domains it named then.
type CachedList = (Option<SystemTime>, Arc<HashSet<String>>);

/// What the file said.
#[derive(Default)]
pub struct DisposableDomains(Mutex<CachedList>);

impl DisposableDomains {
    fn lock(&self) -> MutexGuard<'_, CachedList> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The domain and those above it that could be on a list: `a.b.example`, `b.example`.
fn domain_suffixes(domain: &str) -> impl Iterator<Item = &str> {
    let all = std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, rest)| rest));
    all.filter(|domain| domain.contains('.'))
}

/// True when nobody reads this domain's mail for long. What an operator said of the longest suffix decides.
pub async fn is_disposable(state: &AppState, tx: &mut Tx, domain: &str) -> Result<bool, Error> {
    for suffix in domain_suffixes(domain) {
        if let Some(allowed) = store::find_domain_override(tx, suffix).await? {
            return Ok(!allowed);
        }
    }
    let file = load_listed_domains(state).await;
    let listed = |suffix: &str| {
        (BUILT_IN.binary_search(&suffix).is_ok() && !PERMANENT_DOMAINS.contains(&suffix)) || file.contains(suffix)
    };
    Ok(domain_suffixes(domain).any(listed))
}

/// What the file says; read again if it was changed. One that is gone counts for nothing; one that cannot be read leaves
/// what was known.
async fn load_listed_domains(state: &AppState) -> Arc<HashSet<String>> {
    let path = state.config.disposable_domains();
    let about = tokio::fs::metadata(&path).await;
    let changed = about.and_then(|about| about.modified()).ok();
    let (read, known) = state.disposable.lock().clone();
    if read == changed {
        return known;
    }
    let domains = match changed {
        None => Arc::default(),
        Some(_) => match tokio::fs::read_to_string(&path).await {
            Ok(text) => {
                let lines = text.lines().map(|line| line.trim().to_ascii_lowercase());
                Arc::new(lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect())
            }
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "reading the list of disposable domains");
                return known;
            }
        },
    };
    *state.disposable.lock() = (changed, Arc::clone(&domains));
    domains
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_looked_up_with_those_above_it() {
        assert_eq!(domain_suffixes("a.b.example").collect::<Vec<_>>(), ["a.b.example", "b.example"]);
        assert_eq!(domain_suffixes("example").count(), 0);
        assert!(BUILT_IN.len() > 50_000);
        assert!(BUILT_IN.binary_search(&"mailinator.com").is_ok());
        assert!(BUILT_IN.binary_search(&"gmail.com").is_err());
        assert!(PERMANENT_DOMAINS.is_sorted());
    }
}
