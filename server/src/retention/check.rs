//! Consistency check between rows and stored files: reports rows without a file and files without a
//! row. Safe to run while files are being added and removed.

use std::collections::BTreeSet;

use super::store;
use crate::{AppState, Error, db::Authority};

/// Result of the check; empty when rows and files agree.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Paths in rows whose file is missing.
    pub rows_without_file: Vec<String>,
    /// Files that no row names and no pending job removes.
    pub files_without_row: Vec<String>,
}

impl Differences {
    pub fn is_empty(&self) -> bool {
        self.rows_without_file.is_empty() && self.files_without_row.is_empty()
    }
}

/// Compares the rows with the files. Rows are read before and after the files are listed.
pub async fn find_differences(state: &AppState) -> Result<Differences, Error> {
    let before = KnownPaths::read(state).await?;
    let files: BTreeSet<String> = state.files.list().await?.into_iter().collect();
    let after = KnownPaths::read(state).await?;
    let mut found = Differences::default();
    // A row that was added or deleted during the listing proves nothing.
    for path in before.required.intersection(&after.required).filter(|path| !files.contains(*path)) {
        if state.files.size(path).await?.is_none() {
            found.rows_without_file.push(path.clone());
        }
    }
    for path in &files {
        let is_known =
            [&before, &after].iter().any(|known| known.required.contains(path) || known.transient.contains(path));
        if !is_known && state.files.size(path).await?.is_some() {
            found.files_without_row.push(path.clone());
        }
    }
    Ok(found)
}

/// Paths of files that the database knows of.
struct KnownPaths {
    /// The file must exist.
    required: BTreeSet<String>,
    /// The file may exist: it is being added or removed.
    transient: BTreeSet<String>,
}

impl KnownPaths {
    async fn read(state: &AppState) -> Result<Self, Error> {
        let mut tx = state.db.begin_read(Authority::System).await?;
        let mut transient: BTreeSet<String> = store::list_optional_paths(&mut tx).await?.into_iter().collect();
        for payload in store::list_pending_removals(&mut tx).await? {
            let removal: crate::assets::RemoveFiles = serde_json::from_str(&payload).map_err(Error::internal)?;
            transient.extend(removal.paths);
        }
        let mut required = BTreeSet::new();
        for (owner, path) in store::list_required_paths(&mut tx).await? {
            // While a file is relocated to a new owner it exists under both paths for a moment.
            if let (Some(owner), Some((_, rest))) = (owner, path.split_once('/'))
                && !path.starts_with(&owner.to_string())
            {
                transient.insert(format!("{owner}/{rest}"));
            }
            required.insert(path);
        }
        Ok(Self { required, transient })
    }
}
