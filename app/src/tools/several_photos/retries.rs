//! Retry policy of requests that make a book.

use std::time::Duration;

use model::{Problem, ProblemCode};

/// Interval at which a job is asked for.
pub const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Number of times a request is sent at most.
const MAX_TRIES: u32 = 4;
/// Wait after a rate limit that names none.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);

/// Why an attempt to make a book ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The session has ended: sign in, with the photos kept.
    SignedOut,
    /// The server refused or could not be reached; the problem says why.
    Problem(Problem),
}

/// What follows a request that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    RetryIn(Duration),
    GiveUp(Failure),
}

/// Decides what follows when a request has failed for the `tries`th time (from 1). Only rate limits
/// are retried: many photos at once may exceed them for a moment.
pub fn after_failure(problem: Problem, tries: u32) -> AfterFailure {
    let rate_limited = problem.code == ProblemCode::TooManyRequests || problem.status == 429;
    if rate_limited && tries < MAX_TRIES {
        AfterFailure::RetryIn(problem.retry_after.map_or(DEFAULT_WAIT, Duration::from_secs))
    } else if problem.status == 401 {
        AfterFailure::GiveUp(Failure::SignedOut)
    } else {
        AfterFailure::GiveUp(Failure::Problem(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_limit_is_waited_for() {
        let wait = |problem, tries| after_failure(problem, tries);
        assert_eq!(wait(Problem::rate_limited(7), 1), AfterFailure::RetryIn(Duration::from_secs(7)));
        assert_eq!(wait(Problem::rate_limited(0), 2), AfterFailure::RetryIn(Duration::ZERO));
        assert_eq!(wait(Problem::too_many_requests(), 3), AfterFailure::RetryIn(Duration::from_secs(5)));
    }

    #[test]
    fn fourth_rate_limit_ends_the_attempt() {
        let problem = Problem::rate_limited(7);
        assert_eq!(after_failure(problem.clone(), 4), AfterFailure::GiveUp(Failure::Problem(problem)));
    }

    #[test]
    fn ended_session_leads_to_sign_in() {
        assert_eq!(after_failure(Problem::signed_out(), 1), AfterFailure::GiveUp(Failure::SignedOut));
    }

    #[test]
    fn lost_connection_is_not_retried() {
        let problem = Problem::offline();
        assert_eq!(after_failure(problem.clone(), 1), AfterFailure::GiveUp(Failure::Problem(problem)));
    }
}
