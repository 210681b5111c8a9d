//! Addresses that last an hour: the list of the mailchecker project, a newer one from a file, and what an operator knows
//! better than both.

use std::{
    collections::HashSet,
    sync::{LazyLock, RwLock},
    time::SystemTime,
};

use super::store;
use crate::{Error, Machine, db::Tx};

static BUILT_IN: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut domains = mailchecker::blacklist();
    domains.sort_unstable();
    domains
});

/// Relays that the list has too, though their owners read the mail for as long as they like; and the domain of examples.
const LASTING: [&str; 11] = [
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

/// What the file said when it was last changed.
#[derive(Default)]
pub struct Disposable(RwLock<Option<(SystemTime, HashSet<String>)>>);

/// The domain and those above it that could be on a list: `a.b.example`, `b.example`.
fn suffixes(domain: &str) -> impl Iterator<Item = &str> {
    let all = std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, rest)| rest));
    all.filter(|domain| domain.contains('.'))
}

/// True when nobody reads this domain's mail for long. What an operator said of the longest suffix decides.
pub async fn is_disposable(machine: &Machine, tx: &mut Tx, domain: &str) -> Result<bool, Error> {
    for suffix in suffixes(domain) {
        if let Some(allowed) = store::is_allowed(tx, suffix).await? {
            return Ok(!allowed);
        }
    }
    read_again(machine);
    let file = machine.disposable.0.read().unwrap_or_else(|poisoned| poisoned.into_inner());
    let listed = |suffix: &str| {
        (BUILT_IN.binary_search(&suffix).is_ok() && !LASTING.contains(&suffix))
            || file.as_ref().is_some_and(|(_, domains)| domains.contains(suffix))
    };
    Ok(suffixes(domain).any(listed))
}

/// Reads the file if it was changed. One that is gone counts for nothing; one that cannot be read leaves what was known.
fn read_again(machine: &Machine) {
    let path = machine.config.disposable_domains();
    let changed = std::fs::metadata(&path).and_then(|about| about.modified()).ok();
    let mut known = machine.disposable.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
    if known.as_ref().map(|(at, _)| *at) == changed {
        return;
    }
    let Some(at) = changed else {
        *known = None;
        return;
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let lines = text.lines().map(|line| line.trim().to_ascii_lowercase());
            *known = Some((at, lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()));
        }
        Err(error) => tracing::warn!(path = %path.display(), %error, "reading the list of disposable domains"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_looked_up_with_those_above_it() {
        assert_eq!(suffixes("a.b.example").collect::<Vec<_>>(), ["a.b.example", "b.example"]);
        assert_eq!(suffixes("example").count(), 0);
        assert!(BUILT_IN.len() > 50_000);
        assert!(BUILT_IN.binary_search(&"mailinator.com").is_ok());
        assert!(BUILT_IN.binary_search(&"gmail.com").is_err());
        assert!(LASTING.is_sorted());
    }
}
