//! Folders: they are what the assets say, and have no table of their own.

use super::{Result, Store};
use sqlx::Row;

/// A folder that has assets in it or below it, none of them in the trash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderRow {
    /// With a trailing slash.
    pub path: String,
    /// Assets in it.
    pub assets: i64,
    /// Assets in it and below it.
    pub assets_below: i64,
}

/// The first text after all that begin with `folder`, which is empty or ends
/// with a slash: `0` comes after `/`. `None` when there is no end.
pub(super) fn end_of(folder: &str) -> Option<String> {
    folder.strip_suffix('/').map(|stem| format!("{stem}0"))
}

impl Store {
    /// Folders right below `parent`, in the order of their bytes, after the
    /// folder `after` (empty: from the start). Each takes two looks into an
    /// index, whatever lies beside it.
    pub async fn folders(
        &self,
        company: &str,
        trash_state: i32,
        parent: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<FolderRow>> {
        let mut from = match end_of(after) {
            Some(end) => end,
            // the assets of the parent itself are in none of its folders
            None => format!("{parent}\u{1}"),
        };
        let mut folders = Vec::new();
        while folders.len() < limit {
            let next = self.next_folder(company, trash_state, &from).await?;
            let Some(next) = next.filter(|next| next.starts_with(parent)) else { break };
            let level = next[parent.len()..].split_inclusive('/').next().unwrap_or_default();
            let path = format!("{parent}{level}");
            // no folder is spelled without its slash
            let Some(end) = end_of(&path) else { break };
            folders.push(self.count(company, trash_state, path, &end).await?);
            from = end;
        }
        Ok(folders)
    }

    async fn next_folder(
        &self,
        company: &str,
        trash_state: i32,
        from: &str,
    ) -> Result<Option<String>> {
        let sql = "SELECT folder FROM asset WHERE company = $1 AND trash_state = $2 \
            AND folder >= $3 ORDER BY folder LIMIT 1";
        let next = sqlx::query_scalar(sql).bind(company).bind(i64::from(trash_state)).bind(from);
        Ok(next.fetch_optional(self.read()).await?)
    }

    async fn count(
        &self,
        company: &str,
        trash_state: i32,
        path: String,
        end: &str,
    ) -> Result<FolderRow> {
        let sql = "SELECT count(*), sum(CASE WHEN folder = $3 THEN 1 ELSE 0 END) FROM asset \
            WHERE company = $1 AND trash_state = $2 AND folder >= $3 AND folder < $4";
        let row = sqlx::query(sql)
            .bind(company)
            .bind(i64::from(trash_state))
            .bind(&path)
            .bind(end)
            .fetch_one(self.read())
            .await?;
        Ok(FolderRow { assets_below: row.try_get(0)?, assets: row.try_get(1)?, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What lies between a folder and its end is what begins with it.
        #[test]
        fn the_range_of_a_folder_is_what_begins_with_it(
            folder in "([a0/.ü-]{1,3}/){0,3}",
            other in "([a0/.ü-]{1,3}/){0,4}",
        ) {
            let within = match end_of(&folder) {
                Some(end) => other >= folder && other < end,
                None => true,
            };
            prop_assert_eq!(within, other.starts_with(&folder));
        }
    }
}
