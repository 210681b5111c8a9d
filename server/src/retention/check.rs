//! Compares rows and files: neither may be without the other. Also while others come and go.

use std::collections::BTreeSet;

use super::store;
use crate::{AppState, Error, db::Authority};

/// What should not be.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Rows whose file is gone.
    pub rows_without_file: Vec<String>,
    /// Files that no row names, and no job is about to remove.
    pub files_without_row: Vec<String>,
}

impl Differences {
    pub fn is_empty(&self) -> bool {
        self.rows_without_file.is_empty() && self.files_without_row.is_empty()
    }
}

pub async fn differences(state: &AppState) -> Result<Differences, Error> {
    let before = Known::read(state).await?;
    let files: BTreeSet<String> = state.files.list().await?.into_iter().collect();
    let after = Known::read(state).await?;
    let mut found = Differences::default();
    // A row that came or went during the listing proves nothing.
    for path in before.kept.intersection(&after.kept).filter(|path| !files.contains(*path)) {
        if state.files.size(path).await?.is_none() {
            found.rows_without_file.push(path.clone());
        }
    }
    for path in &files {
        let is_known = [&before, &after].iter().any(|known| known.kept.contains(path) || known.passing.contains(path));
        if !is_known && state.files.size(path).await?.is_some() {
            found.files_without_row.push(path.clone());
        }
    }
    Ok(found)
}

/// The files that the database knows of.
struct Known {
    /// Must be there.
    kept: BTreeSet<String>,
    /// May be there: on their way in or out.
    passing: BTreeSet<String>,
}

impl Known {
    async fn read(state: &AppState) -> Result<Self, Error> {
        let mut tx = state.db.begin_read(Authority::System).await?;
        let mut passing: BTreeSet<String> = store::passing(&mut tx).await?.into_iter().collect();
        for payload in store::removals(&mut tx).await? {
            let removal: crate::assets::RemoveFiles = serde_json::from_str(&payload).map_err(Error::internal)?;
            passing.extend(removal.paths);
        }
        let mut kept = BTreeSet::new();
        for (owner, path) in store::kept(&mut tx).await? {
            // A file that is to get the name of its new owner has both names for a moment.
            if let (Some(owner), Some((_, rest))) = (owner, path.split_once('/'))
                && !path.starts_with(&owner.to_string())
            {
                passing.insert(format!("{owner}/{rest}"));
            }
            kept.insert(path);
        }
        Ok(Self { kept, passing })
    }
}
