//! Several pages to take along: one ZIP with the drawing of each as PNG and SVG.

use std::{collections::HashSet, io};

use bytes::Bytes;
use futures::Stream;
use model::{PageId, Problem, book::MAX_PAGES, photo::AssetKind};

use super::{not_drawn, store};
use crate::{
    AppState, Error,
    archive::{self, Content, Entry},
    assets::store as assets,
    db::Authority,
    identity::Account,
};

/// # Errors
/// `pages_out_of_range`; `not_found` for a page that is not the account's; `page_not_ready` or `page_failed` for one
/// without a drawing.
pub async fn archive(
    state: &AppState,
    account: &Account,
    ids: &[PageId],
) -> Result<impl Stream<Item = io::Result<Bytes>> + use<>, Error> {
    if !(1..=MAX_PAGES).contains(&ids.len()) {
        return Err(Problem::pages_out_of_range().into());
    }
    let mut tx = state.db.begin_read(Authority::Owner(account.id)).await?;
    let mut names = HashSet::new();
    let mut entries = Vec::new();
    for id in ids {
        let row = store::find(&mut tx, account.id, *id).await?.ok_or_else(Problem::not_found)?;
        let name = name_for(&row.title, &mut names);
        for (content_type, extension) in [("image/png", "png"), ("image/svg+xml", "svg")] {
            let file = assets::find_page_file(&mut tx, account.id, *id, AssetKind::Artifact, content_type).await?;
            let path = file.ok_or_else(|| not_drawn(&row.status))?.path;
            entries.push(Entry { name: format!("{name}.{extension}"), content: Content::Stored(path) });
        }
    }
    Ok(archive::stream(state.files.clone(), entries)?)
}

/// The title as a file's name: without what some system reads as something else, and no name twice.
fn name_for(title: &str, taken: &mut HashSet<String>) -> String {
    let odd = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    let plain: String = title.chars().map(|c| if odd(c) { '_' } else { c }).collect();
    let plain = plain.trim_matches(['.', ' ']);
    let numbered = (2..).map(|number| format!("{plain} {number}"));
    let mut names = std::iter::once(plain.to_owned()).chain(numbered);
    // Systems differ in whether small and capital letters are the same.
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::name_for;

    #[test]
    fn every_file_has_a_name_of_its_own_that_any_system_takes() {
        let mut taken = HashSet::new();
        let mut name = |title| name_for(title, &mut taken);
        assert_eq!(name("Our cat"), "Our cat");
        assert_eq!(name("our Cat"), "our Cat 2");
        assert_eq!(name("../a\\b:c"), "_a_b_c");
    }
}
