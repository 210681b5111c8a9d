//! One file for each screen: what it asks of the server, and what it shows.

pub mod account;
pub mod book;
pub mod callback;
pub mod choose;
pub mod create;
pub mod credits;
pub mod dev_mail;
pub mod gallery;
pub mod home;
pub mod login;
pub mod not_found;
pub mod offline;
pub mod page;
pub mod privacy;
pub mod refused;
pub mod reset_password;

use model::{Problem, ProblemCode};
use serde::Deserialize;

/// What a form left in the address when it failed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Failed {
    problem: Option<String>,
}

impl Failed {
    pub fn problem(&self) -> Option<Problem> {
        self.problem.as_deref().and_then(ProblemCode::parse).map(Problem::from)
    }
}

/// "1 page", "12 pages".
pub fn pages_in_words(pages: usize) -> String {
    match pages {
        1 => "1 page".to_owned(),
        pages => format!("{pages} pages"),
    }
}

/// The day of a moment in RFC 3339, as people write it: "18 February 2027".
pub fn day(moment: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = moment.get(..10).unwrap_or_default().split('-').map(|part| part.parse::<usize>().unwrap_or(0));
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    match (year, month.and_then(|month| MONTHS.get(month.wrapping_sub(1))), day) {
        (Some(year), Some(month), Some(day)) => format!("{day} {month} {year}"),
        _ => moment.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_day_is_written_out() {
        assert_eq!(super::day("2027-02-08T12:00:00Z"), "8 February 2027");
        assert_eq!(super::day("soon"), "soon");
    }
}
