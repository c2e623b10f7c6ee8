//! The searchable index: a database in memory, gone when it is dropped.
//!
//! It holds folded text, so it is plaintext and must never reach the disk: the connection has no file, temporary data
//! stays in memory (compiled in and set), nothing can be attached, and an authorizer refuses whatever could copy it out.
//! Folding words and deciding what is searchable is done above; a search here is "every term occurs somewhere". With the
//! size of a register a scan answers in a few milliseconds and, unlike a word index, finds single characters too.

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use crate::schema;

/// Terms of one search that are used; further ones are ignored.
pub const SEARCH_TERM_COUNT_MAX: usize = 16;

/// One searchable record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRow {
    /// Id of the record.
    pub id: [u8; 16],
    /// Folded text in which terms are looked for.
    pub haystack: String,
    /// Key that orders the results.
    pub sort_key: String,
    /// Code of the record's kind.
    pub kind: &'static str,
    /// Code of the record's status.
    pub status: &'static str,
}

/// What a search asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Folded terms that must all occur.
    pub terms: Vec<String>,
    /// Only records of this kind.
    pub kind: Option<&'static str>,
    /// Only records of one of these statuses; all if empty.
    pub statuses: Vec<&'static str>,
}

/// A page of results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Ids in order.
    pub ids: Vec<[u8; 16]>,
    /// How many records match in all.
    pub total: u64,
}

/// Why the index failed: a fault of this program or memory that ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the search index failed")]
pub struct IndexError;

impl From<rusqlite::Error> for IndexError {
    fn from(_: rusqlite::Error) -> Self {
        Self
    }
}

/// The index.
#[derive(Debug)]
pub struct SearchIndex {
    connection: Connection,
}

impl SearchIndex {
    /// An empty index.
    ///
    /// # Errors
    /// [`IndexError`], also if this build of SQLite could write temporary files.
    pub fn new() -> Result<Self, IndexError> {
        let mut connection = Connection::open_in_memory()?;
        if !schema::temp_store_is_memory(&connection)? {
            return Err(IndexError);
        }
        schema::harden_memory(&connection)?;
        connection.execute_batch(
            "CREATE TABLE record (
                 id BLOB PRIMARY KEY NOT NULL,
                 sort_key TEXT NOT NULL,
                 kind TEXT NOT NULL,
                 status TEXT NOT NULL,
                 haystack TEXT NOT NULL
             ) STRICT;
             CREATE INDEX record_by_sort_key ON record (sort_key, id);",
        )?;
        connection.authorizer(Some(authorize))?;
        Ok(Self { connection })
    }

    /// Adds records, or replaces those with the same id.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn put(&mut self, rows: impl IntoIterator<Item = IndexRow>) -> Result<(), IndexError> {
        let transaction = self.connection.transaction()?;
        {
            let mut statement = transaction.prepare_cached(
                "INSERT INTO record (id, sort_key, kind, status, haystack) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET sort_key = excluded.sort_key, kind = excluded.kind,
                     status = excluded.status, haystack = excluded.haystack",
            )?;
            for row in rows {
                statement.execute(params![row.id, row.sort_key, row.kind, row.status, row.haystack])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Removes a record.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn remove(&mut self, id: [u8; 16]) -> Result<(), IndexError> {
        self.connection.execute("DELETE FROM record WHERE id = ?1", [&id[..]])?;
        Ok(())
    }

    /// The records that match, from `offset` on, at most `limit`, in order of their sort keys.
    ///
    /// # Errors
    /// [`IndexError`].
    pub fn search(&self, filter: &Filter, offset: u64, limit: u32) -> Result<Page, IndexError> {
        let (condition, values) = condition(filter);
        let total: i64 = self
            .connection
            .prepare_cached(&format!("SELECT count(*) FROM record WHERE {condition}"))?
            .query_row(params_from_iter(&values), |row| row.get(0))?;
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT id FROM record WHERE {condition} ORDER BY sort_key, id LIMIT {limit} OFFSET {offset}"
        ))?;
        let ids = statement.query_map(params_from_iter(&values), |row| row.get(0))?;
        Ok(Page { ids: ids.collect::<Result<_, _>>()?, total: u64::try_from(total).unwrap_or(0) })
    }
}

/// The WHERE clause of a filter with its values. Only placeholders go into the SQL.
fn condition(filter: &Filter) -> (String, Vec<Value>) {
    let mut parts = vec![String::from("1")];
    let mut values: Vec<Value> = Vec::new();
    for term in filter.terms.iter().take(SEARCH_TERM_COUNT_MAX).filter(|term| !term.is_empty()) {
        parts.push(String::from("instr(haystack, ?) > 0"));
        values.push(Value::Text(term.clone()));
    }
    if let Some(kind) = filter.kind {
        parts.push(String::from("kind = ?"));
        values.push(Value::Text(kind.to_owned()));
    }
    if !filter.statuses.is_empty() {
        let marks = vec!["?"; filter.statuses.len()].join(", ");
        parts.push(format!("status IN ({marks})"));
        values.extend(filter.statuses.iter().map(|status| Value::Text((*status).to_owned())));
    }
    (parts.join(" AND "), values)
}

/// Lets reads and changes of the index through and refuses everything that could lead out of memory.
fn authorize(context: AuthContext<'_>) -> Authorization {
    #[expect(clippy::wildcard_enum_match_arm, reason = "whatever is not listed is refused")]
    match context.action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Insert { .. }
        | AuthAction::Update { .. }
        | AuthAction::Delete { .. }
        | AuthAction::Transaction { .. } => Authorization::Allow,
        AuthAction::Function { function_name: "count" | "instr" } => Authorization::Allow,
        _ => Authorization::Deny,
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, IndexRow, SearchIndex};

    fn row(id: u8, sort_key: &str, haystack: &str, status: &'static str) -> IndexRow {
        IndexRow {
            id: [id; 16],
            haystack: haystack.into(),
            sort_key: sort_key.into(),
            kind: "individual",
            status,
        }
    }

    fn terms(terms: &[&str]) -> Filter {
        Filter { terms: terms.iter().map(|term| (*term).to_owned()).collect(), ..Filter::default() }
    }

    fn index() -> SearchIndex {
        let mut index = SearchIndex::new().unwrap();
        let rows = [
            row(1, "たかはし", "高橋 恵 たかはし 鎌倉市大船", "active"),
            row(2, "あべ", "阿部 葵 あべ 鎌倉市腰越", "active"),
            row(3, "さとう", "佐藤 誠 さとう 逗子市", "withdrawn"),
        ];
        index.put(rows).unwrap();
        index
    }

    #[test]
    fn all_terms_must_occur_and_results_come_in_order_of_their_keys() {
        let found = index().search(&terms(&["鎌倉"]), 0, 50).unwrap();
        assert_eq!(found.ids, [[2; 16], [1; 16]]);
        assert_eq!(index().search(&terms(&["鎌倉", "高"]), 0, 50).unwrap().ids, [[1; 16]]);
        assert_eq!(index().search(&terms(&["鎌倉", "佐藤"]), 0, 50).unwrap().total, 0);
    }

    #[test]
    fn pages_and_statuses_narrow_the_results_while_the_total_stays_true() {
        let page = index().search(&Filter::default(), 1, 1).unwrap();
        assert_eq!((page.ids, page.total), (vec![[3; 16]], 3));
        let active = Filter { statuses: vec!["active"], ..Filter::default() };
        assert_eq!(index().search(&active, 0, 50).unwrap().total, 2);
    }

    #[test]
    fn a_record_is_replaced_and_removed() {
        let mut index = index();
        index.put([row(1, "いとう", "伊藤", "active")]).unwrap();
        assert_eq!(index.search(&terms(&["高橋"]), 0, 50).unwrap().total, 0);
        assert_eq!(index.search(&terms(&["伊藤"]), 0, 50).unwrap().ids, [[1; 16]]);
        index.remove([1; 16]).unwrap();
        assert_eq!(index.search(&Filter::default(), 0, 50).unwrap().total, 2);
    }

    #[test]
    fn words_of_sql_in_a_search_are_only_words() {
        let found = index().search(&terms(&["' OR 1=1 --"]), 0, 50).unwrap();
        assert_eq!(found.total, 0);
    }

    #[test]
    fn nothing_can_lead_the_index_to_a_file() {
        let index = index();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.db");
        let statements = [
            format!("ATTACH '{}' AS out", path.display()),
            format!("VACUUM INTO '{}'", path.display()),
            String::from("PRAGMA temp_store = FILE"),
            String::from("CREATE TEMP TABLE t (x)"),
            String::from("SELECT load_extension('x')"),
        ];
        for statement in statements {
            assert!(index.connection.execute_batch(&statement).is_err(), "{statement}");
        }
        assert!(!path.exists());
    }
}
