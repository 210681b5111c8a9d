//! Fault injection with several processes: killed or paused processes, a lost database connection,
//! a full disk, a wrong clock. After each fault, no job may be lost, stuck or charged twice. A few
//! rounds with `make test`, all of them with `make chaos` (`SCRIBBLE_CHAOS=full`). The tests run on
//! the PostgreSQL server at `SCRIBBLE_TEST_POSTGRES_URL`, or on SQLite without it.

mod kills;
mod outages;
mod postgres_proxy;
#[expect(dead_code, reason = "the API tests use all of it")]
#[path = "../../server/tests/api/provider.rs"]
mod provider;
mod stack;
mod workers;

/// Returns the number of rounds for a normal run or a full one.
fn rounds(few: usize, all: usize) -> usize {
    if std::env::var("SCRIBBLE_CHAOS").is_ok_and(|mode| mode == "full") { all } else { few }
}
