//! What an operator sees of a site.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Figures of the whole site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Audit events of the last 24 hours by kind: sign-ups, rejections of each layer, failed
    /// sign-ins.
    pub events: BTreeMap<String, i64>,
    pub accounts: i64,
    pub guests: i64,
    pub flagged: Vec<(String, String)>,
    pub jobs: Vec<(String, i64)>,
    pub stored_bytes: i64,
    /// Percentage of the storage quota; `None` without a quota.
    pub stored_percent: Option<i64>,
    pub spent_cents: i64,
    pub cap_cents: i64,
    pub flags: Vec<(String, bool)>,
}

impl Overview {
    /// True from 80 % of the storage quota.
    pub fn is_nearly_full(&self) -> bool {
        self.stored_percent.is_some_and(|percent| percent >= 80)
    }
}
