//! Processes that die, stall, lose their database, their disk or their sense of time. After each fault nothing may be
//! lost, stuck or charged twice. A few rounds with `make test`, all of them with `make chaos` (`SCRIBBLE_CHAOS=full`).
//! On the PostgreSQL server that `SCRIBBLE_TEST_POSTGRES_URL` names, where there is one; else on SQLite.

mod flood;
mod kills;
mod outages;
#[expect(dead_code, reason = "the tests of the API use the whole of its script")]
#[path = "../../server/tests/api/provider.rs"]
mod provider;
mod stack;
mod wire;

/// How often to do something: in the short form, and in full.
fn rounds(few: usize, all: usize) -> usize {
    if std::env::var("SCRIBBLE_CHAOS").is_ok_and(|mode| mode == "full") { all } else { few }
}
