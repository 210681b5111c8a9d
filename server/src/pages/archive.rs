//! Exports several pages as one ZIP with the PNG and the SVG of each.

use std::{collections::HashSet, io};

use bytes::Bytes;
use futures::Stream;
use model::{PageId, Problem, book::MAX_PAGES, photo::AssetKind};

use super::{missing_drawing, store};
use crate::{
    AppState, Error,
    archive::{self, EntryContent, ZipEntry},
    assets::store as assets,
    db::Authority,
    identity::Account,
};

/// Returns the ZIP archive as a stream. Files are named by the pages' titles.
///
/// # Errors
/// `pages_out_of_range`; `not_found` for a page that is not the account's; `page_not_ready` or
/// `page_failed` for one without a drawing; `too_many_requests` while too many archives are being
/// sent.
pub async fn zip_pages(
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
        let name = unique_file_name(&row.title, &mut names);
        for (content_type, extension) in [("image/png", "png"), ("image/svg+xml", "svg")] {
            let file = assets::find_page_file(&mut tx, account.id, *id, AssetKind::Artifact, content_type).await?;
            let path = file.ok_or_else(|| missing_drawing(&row.status))?.path;
            entries.push(ZipEntry { name: format!("{name}.{extension}"), content: EntryContent::Stored(path) });
        }
    }
    Ok(archive::stream_zip(state.files.clone(), entries)?)
}

/// Derives a file name from the title: characters with a meaning in some file system become `_`,
/// and a number is appended when the name is taken.
fn unique_file_name(title: &str, taken: &mut HashSet<String>) -> String {
    let is_reserved = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    let name: String = title.chars().map(|c| if is_reserved(c) { '_' } else { c }).collect();
    let name = name.trim_matches(['.', ' ']);
    let numbered = (2..).map(|number| format!("{name} {number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    // Some file systems ignore case.
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::unique_file_name;

    #[test]
    fn file_names_are_unique_and_portable() {
        let mut taken = HashSet::new();
        let mut name = |title| unique_file_name(title, &mut taken);
        assert_eq!(name("Our cat"), "Our cat");
        assert_eq!(name("our Cat"), "our Cat 2");
        assert_eq!(name("../a\\b:c"), "_a_b_c");
    }
}
