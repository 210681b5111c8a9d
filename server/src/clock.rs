//! Timestamps in milliseconds, their RFC 3339 form, and the system clock.

use chrono::{DateTime, SecondsFormat};

/// Milliseconds since the Unix epoch, UTC. Usually from the database's clock (`Tx::now`), so that
/// all nodes agree; SQLite uses the clock of its host.
pub type Millis = i64;

pub const SECOND: Millis = 1_000;
pub const MINUTE: Millis = 60 * SECOND;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;

/// Formats a timestamp as RFC 3339 in UTC, with a precision of seconds.
pub fn rfc3339(at: Millis) -> String {
    DateTime::from_timestamp_millis(at).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The system clock of this host. For SQLite, for signatures that are checked without the database,
/// and for measurements.
pub fn local_now() -> Millis {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

/// Seconds for a `Retry-After` header: `left` rounded down, plus one.
pub fn retry_after_seconds(left: Millis) -> u64 {
    u64::try_from(left / SECOND).unwrap_or_default() + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn timestamps_are_formatted_as_rfc_3339() {
        assert_eq!(super::rfc3339(1_795_132_800_000), "2026-11-20T00:00:00Z");
    }
}
