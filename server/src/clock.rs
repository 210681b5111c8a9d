//! Moments as the database counts them, and as people and programs read them.

use chrono::{DateTime, SecondsFormat};

/// Milliseconds since 1970, UTC. The database's clock makes them (`Tx::now`), so that all nodes agree; SQLite
/// has none but that of its machine.
pub type Millis = i64;

pub const SECOND: Millis = 1_000;
pub const MINUTE: Millis = 60 * SECOND;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;

/// RFC 3339 in UTC, to the second.
pub fn rfc3339(at: Millis) -> String {
    DateTime::from_timestamp_millis(at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// This machine's own clock: SQLite's, and for what is signed and checked without the database, and for measuring.
pub fn local_now() -> Millis {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

/// What to tell somebody who has to wait so long: whole seconds, the one that has begun among them.
pub fn retry_after_seconds(left: Millis) -> u64 {
    u64::try_from(left / SECOND).unwrap_or_default() + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn moments_are_written_as_rfc_3339() {
        assert_eq!(super::rfc3339(1_795_132_800_000), "2026-11-20T00:00:00Z");
    }
}
