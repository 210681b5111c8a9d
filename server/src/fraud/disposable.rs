//! Disposable e-mail domains: the list of the mailchecker project, an optional newer list in a
//! file, and the operator's overrides.

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

/// Mail relays on the built-in list that are nevertheless permanent, and the example domain.
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

/// Modification time of the file, and its domains.
type CachedList = (Option<SystemTime>, Arc<HashSet<String>>);

/// Cached domains of the list file.
#[derive(Default)]
pub struct DisposableDomains(Mutex<CachedList>);

impl DisposableDomains {
    fn lock_cache(&self) -> MutexGuard<'_, CachedList> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The domain and its parents with at least one dot: `a.b.example`, `b.example`.
fn domain_suffixes(domain: &str) -> impl Iterator<Item = &str> {
    let all = std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, rest)| rest));
    all.filter(|domain| domain.contains('.'))
}

/// Returns whether a domain is disposable. The override of the longest matching suffix takes
/// precedence over the lists.
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

/// Returns the domains of the list file, reading it again when it has changed. A missing file is
/// empty; for an unreadable one the previous list stays.
async fn load_listed_domains(state: &AppState) -> Arc<HashSet<String>> {
    let path = state.config.disposable_domains();
    let metadata = tokio::fs::metadata(&path).await;
    let modified = metadata.and_then(|metadata| metadata.modified()).ok();
    let (read, cached) = state.disposable.lock_cache().clone();
    if read == modified {
        return cached;
    }
    let domains = match modified {
        None => Arc::default(),
        Some(_) => match tokio::fs::read_to_string(&path).await {
            Ok(text) => {
                let lines = text.lines().map(|line| line.trim().to_ascii_lowercase());
                Arc::new(lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect())
            }
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "cannot read the list of disposable domains");
                return cached;
            }
        },
    };
    *state.disposable.lock_cache() = (modified, Arc::clone(&domains));
    domains
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_suffixes_stop_at_the_top_level() {
        assert_eq!(domain_suffixes("a.b.example").collect::<Vec<_>>(), ["a.b.example", "b.example"]);
        assert_eq!(domain_suffixes("example").count(), 0);
        assert!(BUILT_IN.len() > 50_000);
        assert!(BUILT_IN.binary_search(&"mailinator.com").is_ok());
        assert!(BUILT_IN.binary_search(&"gmail.com").is_err());
        assert!(PERMANENT_DOMAINS.is_sorted());
    }
}
