//! Audit trail: one row of `auth_events` for each security-relevant event of an account.

mod store;

pub(crate) use store::{list_events, record_event};
