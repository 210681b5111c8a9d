//! The path of the current screen with its query, to lead back to it.

use leptos::prelude::Get;
use leptos_router::location::Location;

/// Reads the location reactively.
pub fn path_with_query(location: &Location) -> String {
    let (path, query) = (location.pathname.get(), location.search.get());
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
