//! Searches of table `asset`, a page at a time.
//!
//! A page goes on after the last row of the page before, not after so many
//! rows: assets that come or go in between move nothing, and the thousandth
//! page costs no more than the first.

use super::assets::{AssetRow, COLUMNS, from_row};
use super::folders::end_of;
use super::{Result, Store, like_literal};
use sqlx::AssertSqlSafe;
use sqlx::any::AnyArguments;
use sqlx::query::{Query, QueryScalar};

/// The order of a search; ties are broken by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssetOrder {
    Created,
    Modified,
    Name,
    Type,
    FileSize,
}

/// A place in the order of a search: the key of a row and its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub key: SortKey,
    pub id: i64,
}

/// What a row is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortKey {
    Number(i64),
    Text(String),
}

/// The conditions of a search; all must hold.
#[derive(Debug, Clone)]
pub struct AssetSearch {
    pub company: String,
    pub folder: String,
    pub include_subfolders: bool,
    pub name_contains: String,
    pub types: Vec<i32>,
    pub trash_state: i32,
    pub order: AssetOrder,
    pub descending: bool,
}

/// Up to so many assets a search reads all those of its folder and sorts them;
/// above, it reads all assets in their order and passes over other folders.
const SMALL: i64 = 10_000;

impl AssetOrder {
    fn column(self) -> &'static str {
        match self {
            AssetOrder::Created => "created_ms",
            AssetOrder::Modified => "modified_ms",
            AssetOrder::Name => "name",
            AssetOrder::Type => "type",
            AssetOrder::FileSize => "file_size",
        }
    }

    /// Where a row stands in this order.
    pub fn place(self, row: &AssetRow) -> Place {
        let key = match self {
            AssetOrder::Created => SortKey::Number(row.created_ms),
            AssetOrder::Modified => SortKey::Number(row.modified_ms),
            AssetOrder::Name => SortKey::Text(row.name.clone()),
            AssetOrder::Type => SortKey::Number(row.asset_type.into()),
            AssetOrder::FileSize => SortKey::Number(row.file_size),
        };
        Place { key, id: row.id }
    }

    /// Whether keys of this order are texts.
    pub fn by_text(self) -> bool {
        self == AssetOrder::Name
    }
}

/// A value for a placeholder.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(i64),
    Text(String),
}

/// A condition and the values of its placeholders.
#[derive(Debug, Default)]
struct Condition {
    sql: String,
    values: Vec<Value>,
}

impl Condition {
    fn number(&mut self, value: i64) -> String {
        self.values.push(Value::Number(value));
        format!("${}", self.values.len())
    }

    fn text(&mut self, value: &str) -> String {
        self.values.push(Value::Text(value.to_owned()));
        format!("${}", self.values.len())
    }

    fn and(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }
}

impl AssetSearch {
    /// Whether the whole library is meant.
    fn everywhere(&self) -> bool {
        self.folder.is_empty() && self.include_subfolders
    }

    /// `folder` is the column, or an expression that keeps its index away.
    fn condition(&self, folder: &str) -> Condition {
        let mut condition = Condition::default();
        let company = condition.text(&self.company);
        let trash_state = condition.number(self.trash_state.into());
        condition.sql = format!("company = {company} AND trash_state = {trash_state}");
        match end_of(&self.folder) {
            _ if !self.include_subfolders => {
                let wanted = condition.text(&self.folder);
                condition.and(&format!("{folder} = {wanted}"));
            }
            Some(end) => {
                let from = condition.text(&self.folder);
                let end = condition.text(&end);
                condition.and(&format!("{folder} >= {from} AND {folder} < {end}"));
            }
            None => {}
        }
        if !self.types.is_empty() {
            let types: Vec<String> =
                self.types.iter().map(|number| condition.number((*number).into())).collect();
            condition.and(&format!("type IN ({})", types.join(", ")));
        }
        if !self.name_contains.is_empty() {
            let text = like_literal(&self.name_contains.to_ascii_lowercase());
            let text = condition.text(&format!("%{text}%"));
            condition.and(&format!(
                "(lower(file_name) LIKE {text} ESCAPE '\\' OR lower(name) LIKE {text} ESCAPE '\\')"
            ));
        }
        condition
    }

    fn count(&self) -> Condition {
        let mut count = self.condition("folder");
        count.sql = format!("SELECT count(*) FROM asset WHERE {}", count.sql);
        count
    }

    /// The statement of one page. `total` is how many match.
    fn page(&self, total: i64, after: Option<&Place>, limit: i64) -> Condition {
        let column = self.order.column();
        // An index is taken for a column only, not for an expression.
        let by_folder = total <= SMALL && !self.everywhere();
        let (folder, key) = match (by_folder, self.order.by_text()) {
            (false, _) => ("folder || ''", column.to_owned()),
            (true, true) => ("folder", format!("{column} || ''")),
            (true, false) => ("folder", format!("{column} + 0")),
        };
        let mut page = self.condition(folder);
        let (way, beyond) = if self.descending { ("DESC", "<") } else { ("ASC", ">") };
        if let Some(after) = after {
            let last = match &after.key {
                SortKey::Number(number) => page.number(*number),
                SortKey::Text(text) => page.text(text),
            };
            let id = page.number(after.id);
            page.and(&format!("({key}, id) {beyond} ({last}, {id})"));
        }
        let limit = page.number(limit);
        page.sql = format!(
            "SELECT {COLUMNS} FROM asset WHERE {} ORDER BY {key} {way}, id {way} LIMIT {limit}",
            page.sql
        );
        page
    }
}

impl Store {
    /// How many assets a search matches.
    pub async fn count_assets(&self, search: &AssetSearch) -> Result<i64> {
        let Condition { sql, values } = search.count();
        let mut query: QueryScalar<'_, sqlx::Any, i64, AnyArguments> =
            sqlx::query_scalar(AssertSqlSafe(sql));
        for value in values {
            query = match value {
                Value::Number(number) => query.bind(number),
                Value::Text(text) => query.bind(text),
            };
        }
        Ok(query.fetch_one(self.read()).await?)
    }

    /// Assets of a search that come after a place, in its order. `total` is
    /// what [`Store::count_assets`] said, and decides how they are looked for.
    pub async fn search_assets(
        &self,
        search: &AssetSearch,
        total: i64,
        after: Option<&Place>,
        limit: i64,
    ) -> Result<Vec<AssetRow>> {
        let Condition { sql, values } = search.page(total, after, limit);
        let rows = bound(&sql, values).fetch_all(self.read()).await?;
        Ok(rows.iter().map(from_row).collect::<sqlx::Result<_>>()?)
    }
}

fn bound(sql: &str, values: Vec<Value>) -> Query<'_, sqlx::Any, AnyArguments> {
    let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
    for value in values {
        query = match value {
            Value::Number(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
        };
    }
    query
}

#[cfg(test)]
mod tests;
