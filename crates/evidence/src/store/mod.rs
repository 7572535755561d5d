//! The store: one `SQLite` file that holds texts, a ledger nobody can rewrite, and what follows from both.
//!
//! Every change is a row of the ledger, made in a transaction together with what follows from it; a change is there when the
//! call returns, and a process killed before that leaves nothing of it. Rows are chained by hashes. Everything else can be made
//! again from texts and ledger, and [`Store::replay`] says whether it comes out the same, byte for byte.

mod apply;
mod lines;
mod schema;
mod search;

pub use lines::Imported;
pub use schema::VERSION;
pub use search::Hit;

use crate::combine::Assessment;
use crate::fold::fold;
use crate::near::{COPY, resemblance, sketch};
use crate::read::sha256;
use crate::record::{Asked, Claim, Document, Entry, Source, Stamp, Status};
use crate::words::Words;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use thiserror::Error;

/// What goes wrong with a store.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("the store cannot be used")]
    Sqlite(#[from] rusqlite::Error),
    #[error("a row of the store cannot be read")]
    Row(#[from] serde_json::Error),
    #[error("this is not a store of formateur")]
    NotAStore,
    #[error("the store is of version {version}; this program knows version {VERSION}")]
    Newer { version: usize },
    #[error("there is no {what} `{id}`")]
    Unknown { what: &'static str, id: String },
    #[error("{0}")]
    Refused(String),
}

/// A claim and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub claim: Claim,
    pub status: Status,
}

/// A document as stored, and its origin: the document whose copy it is, or itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub document: Document,
    pub origin: String,
}

/// What adding a document did.
#[derive(Debug, Clone, PartialEq)]
pub struct Added {
    pub id: String,
    /// It was not there before.
    pub new: bool,
    /// The earlier document it seems to be a copy of, and the share of words in common.
    pub copy_of: Option<(String, f64)>,
}

/// An open store.
pub struct Store {
    connection: Connection,
}

impl Store {
    /// Opens a file, makes it if it is not there, brings an older one up to date.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        Store::begin(Connection::open(path)?)
    }

    /// A store that is gone when it is dropped.
    pub fn in_memory() -> Result<Store, StoreError> {
        Store::begin(Connection::open_in_memory()?)
    }

    fn begin(mut connection: Connection) -> Result<Store, StoreError> {
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(not_a_store)?;
        // A hostile file must not reach beyond its tables.
        connection.pragma_update(None, "trusted_schema", false)?;
        if schema::migrate(&mut connection).map_err(|error| match error {
            StoreError::Sqlite(error) => not_a_store(error),
            other => other,
        })? {
            let mut store = Store { connection };
            store.remake()?;
            return Ok(store);
        }
        Ok(Store { connection })
    }

    /// Adds a text with what is known about it, and says whether it looks like a copy of another.
    ///
    /// A text that is there already is left as it is. A likely copy is entered as such, and counts as one report with the
    /// other until somebody says otherwise.
    pub fn add(&mut self, stamp: &Stamp, document: Document, text: &str) -> Result<Added, StoreError> {
        Ok(self.add_all(stamp, vec![(document, text.to_owned())])?.remove(0))
    }

    /// The same for several, in one transaction: all or none.
    pub fn add_all(&mut self, stamp: &Stamp, documents: Vec<(Document, String)>) -> Result<Vec<Added>, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut all = Vec::with_capacity(documents.len());
        for (document, text) in documents {
            all.push(add_one(&transaction, stamp, document, &text)?);
        }
        transaction.commit()?;
        Ok(all)
    }

    /// Appends rows and what follows from them: all or none. Returns how many were new.
    pub fn append(&mut self, stamp: &Stamp, entries: &[Entry]) -> Result<usize, StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut new = 0;
        for entry in entries {
            new += usize::from(write(&transaction, stamp, entry)?);
        }
        transaction.commit()?;
        Ok(new)
    }

    /// All documents, by day of publication, then id.
    pub fn documents(&self) -> Result<Vec<Stored>, StoreError> {
        let mut query = self.connection.prepare("SELECT body, origin FROM documents ORDER BY published, id")?;
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        rows.map(|row| {
            let (body, origin) = row?;
            Ok(Stored { document: serde_json::from_str(&body)?, origin })
        })
        .collect()
    }

    /// A document by its hash, or by a beginning of it that only one has (at least four characters).
    pub fn document(&self, id: &str) -> Result<Stored, StoreError> {
        let unknown = || StoreError::Unknown { what: "document", id: id.to_owned() };
        if id.len() < 4 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(unknown());
        }
        let mut query =
            self.connection.prepare("SELECT body, origin FROM documents WHERE id >= ?1 AND id < ?2 LIMIT 2")?;
        let found: Vec<(String, String)> = query
            .query_map([id, &format!("{id}g")], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        match found.as_slice() {
            [(body, origin)] => Ok(Stored { document: serde_json::from_str(body)?, origin: origin.clone() }),
            _ => Err(unknown()),
        }
    }

    /// A document's text.
    pub fn text(&self, document: &str) -> Result<String, StoreError> {
        self.connection
            .query_row("SELECT text FROM texts WHERE sha256 = ?1", [document], |row| row.get(0))
            .optional()?
            .ok_or_else(|| StoreError::Unknown { what: "text", id: document.to_owned() })
    }

    /// Claims in the order they were entered.
    ///
    /// - `document`, `status`: only those, where given.
    pub fn claims(&self, document: Option<&str>, status: Option<Status>) -> Result<Vec<Standing>, StoreError> {
        let mut query = self.connection.prepare(
            "SELECT body, status FROM claims WHERE (?1 IS NULL OR document = ?1) AND (?2 IS NULL OR status = ?2) ORDER BY seq, id",
        )?;
        let rows = query.query_map(params![document, status.map(Status::word)], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.map(|row| standing(&row?)).collect()
    }

    /// A claim by its id.
    pub fn claim(&self, id: &str) -> Result<Standing, StoreError> {
        let found = self
            .connection
            .query_row("SELECT body, status FROM claims WHERE id = ?1", [id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        standing(&found.ok_or_else(|| StoreError::Unknown { what: "claim", id: id.to_owned() })?)
    }

    /// The register of sources, by id.
    pub fn sources(&self) -> Result<Vec<Source>, StoreError> {
        self.bodies("SELECT body FROM sources ORDER BY id")
    }

    /// The latest assessment under each id, by path, then id.
    pub fn assessments(&self) -> Result<Vec<Assessment>, StoreError> {
        self.bodies("SELECT body FROM assessments ORDER BY path, id")
    }

    /// Every use of a language model, in order.
    pub fn asked(&self) -> Result<Vec<Asked>, StoreError> {
        self.bodies("SELECT body FROM asked ORDER BY seq")
    }

    fn bodies<T: serde::de::DeserializeOwned>(&self, query: &str) -> Result<Vec<T>, StoreError> {
        let mut query = self.connection.prepare(query)?;
        let rows = query.query_map([], |row| row.get::<_, String>(0))?;
        rows.map(|row| Ok(serde_json::from_str(&row?)?)).collect()
    }

    /// Claims that do not count: all that are not accepted.
    pub fn not_standing(&self) -> Result<BTreeSet<String>, StoreError> {
        let mut query = self.connection.prepare("SELECT id FROM claims WHERE status <> 'accepted'")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Per extractor: proposed in all, accepted (and not rejected since), rejected.
    pub fn acceptance(&self) -> Result<Vec<(String, u64, u64, u64)>, StoreError> {
        let mut query = self.connection.prepare(
            "SELECT extractor, count(*), sum(status IN ('accepted', 'retracted')), sum(status = 'rejected')
             FROM claims GROUP BY extractor ORDER BY extractor",
        )?;
        let count = |row: &rusqlite::Row, i| row.get::<_, i64>(i).map(|n| n as u64);
        Ok(query
            .query_map([], |row| Ok((row.get(0)?, count(row, 1)?, count(row, 2)?, count(row, 3)?)))?
            .collect::<Result<_, _>>()?)
    }

    /// Rows of the ledger, and how many of them say it differently from what a replay finds; the chain of hashes is checked too.
    ///
    /// - Returns the SHA-256 of everything that follows from the record, once as it is stored and once as replay makes it.
    pub fn replay(&self) -> Result<(String, String), StoreError> {
        let mut other = Store::in_memory()?;
        let transaction = other.connection.transaction()?;
        let mut hash = String::new();
        let mut query = self.connection.prepare("SELECT seq, at, by, kind, body, hash FROM ledger ORDER BY seq")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (seq, at, by): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (kind, body, stated): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
            hash = chain(&hash, &at, &by, &body);
            if hash != stated {
                return Err(StoreError::Refused(format!("row {seq} of the ledger was changed after it was written")));
            }
            let entry: Entry = serde_json::from_str(&body)?;
            if entry.word() != kind {
                return Err(StoreError::Refused(format!("row {seq} of the ledger is not what it says it is")));
            }
            if let Entry::Document(document) = &entry {
                let text = self.text(&document.id)?;
                if sha256(text.as_bytes()) != document.id {
                    return Err(StoreError::Refused(format!("the text of document {} was changed", document.id)));
                }
                put_text(&transaction, &document.id, &text)?;
            }
            apply::apply(&transaction, seq, &entry)?;
            transaction.execute(
                "INSERT INTO ledger VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![seq, at, by, kind, body, stated],
            )?;
        }
        transaction.commit()?;
        Ok((self.fingerprint()?, other.fingerprint()?))
    }

    /// SHA-256 of everything that follows from the record, in a fixed order.
    pub fn fingerprint(&self) -> Result<String, StoreError> {
        use sha2::{Digest, Sha256};
        let mut hasher = Sha256::new();
        for query in [
            "SELECT d.id || char(10) || d.origin || char(10) || coalesce(d.published, '') || char(10) || d.body || char(10) || hex(s.hashes)
             FROM documents d JOIN sketches s ON s.text = d.text ORDER BY d.id",
            "SELECT body FROM sources ORDER BY id",
            "SELECT id || char(10) || status || char(10) || body FROM claims ORDER BY id",
            "SELECT id || char(10) || body FROM assessments ORDER BY id",
            "SELECT body FROM asked ORDER BY seq",
        ] {
            let mut query = self.connection.prepare(query)?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let line: String = row.get(0)?;
                hasher.update((line.len() as u64).to_le_bytes());
                hasher.update(line.as_bytes());
            }
            hasher.update([0xff]);
        }
        Ok(crate::read::hexadecimal(&hasher.finalize()))
    }

    /// Makes everything that follows from the record again.
    pub fn remake(&mut self) -> Result<(), StoreError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::clear(&transaction)?;
        {
            let mut query = transaction.prepare("SELECT seq, body FROM ledger ORDER BY seq")?;
            let mut rows = query.query([])?;
            while let Some(row) = rows.next()? {
                let entry: Entry = serde_json::from_str(&row.get::<_, String>(1)?)?;
                apply::apply(&transaction, row.get(0)?, &entry)?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Whether `SQLite` finds its own file sound.
    pub fn is_sound(&self) -> Result<bool, StoreError> {
        let said: String = self.connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        Ok(said == "ok")
    }
}

fn not_a_store(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::NotAStore,
        _ => StoreError::Sqlite(error),
    }
}

fn standing((body, status): &(String, String)) -> Result<Standing, StoreError> {
    let status = serde_json::from_value(serde_json::Value::String(status.clone()))?;
    Ok(Standing { claim: serde_json::from_str(body)?, status })
}

fn chain(previous: &str, at: &str, by: &str, body: &str) -> String {
    sha256(format!("{previous}\n{at}\n{by}\n{body}").as_bytes())
}

fn put_text(transaction: &Transaction, id: &str, text: &str) -> Result<(), StoreError> {
    transaction.execute("INSERT OR IGNORE INTO texts (sha256, text) VALUES (?1, ?2)", [id, text])?;
    Ok(())
}

fn add_one(transaction: &Transaction, stamp: &Stamp, document: Document, text: &str) -> Result<Added, StoreError> {
    let id = document.id.clone();
    if sha256(text.as_bytes()) != id {
        return Err(StoreError::Refused("the text is not the document's".into()));
    }
    let there: bool =
        transaction.query_row("SELECT EXISTS (SELECT 1 FROM documents WHERE id = ?1)", [&id], |row| row.get(0))?;
    if there {
        return Ok(Added { id, new: false, copy_of: None });
    }
    let folded = fold(text);
    let own = sketch(&Words::of(text, &folded));
    let copy_of = nearest(transaction, &own)?;
    put_text(transaction, &id, text)?;
    write(transaction, stamp, &Entry::Document(document))?;
    if let Some((other, share)) = &copy_of {
        let origin = transaction.query_row("SELECT origin FROM documents WHERE id = ?1", [other], |row| row.get(0))?;
        let why = format!("shares {:.0} % of its words in runs of five with {}", share * 100.0, &other[..12]);
        write(transaction, stamp, &Entry::Origin { document: id.clone(), origin, why })?;
    }
    Ok(Added { id, new: true, copy_of })
}

/// How many of a sketch's smallest hashes are looked up.
const LOOKED_UP: usize = 8;

/// The document most like a sketch, if it is like enough to be a copy.
fn nearest(transaction: &Transaction, own: &[u64]) -> Result<Option<(String, f64)>, StoreError> {
    let mut candidates = BTreeSet::new();
    {
        let mut query = transaction.prepare_cached("SELECT text FROM smallest WHERE hash = ?1 LIMIT 50")?;
        for hash in own.iter().take(LOOKED_UP) {
            for row in query.query_map([*hash as i64], |row| row.get::<_, i64>(0))? {
                candidates.insert(row?);
            }
        }
    }
    let mut best: Option<(String, f64)> = None;
    for text in candidates {
        let mut query = transaction.prepare_cached(
            "SELECT d.id, s.hashes FROM sketches s JOIN documents d ON d.text = s.text WHERE s.text = ?1",
        )?;
        let (id, hashes): (String, Vec<u8>) = query.query_row([text], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let share = resemblance(own, &apply::unpack(&hashes));
        if share >= COPY && best.as_ref().is_none_or(|(other, most)| share > *most || share == *most && id < *other) {
            best = Some((id, share));
        }
    }
    Ok(best)
}

/// Writes a row and what follows from it; says whether anything did.
fn write(transaction: &Transaction, stamp: &Stamp, entry: &Entry) -> Result<bool, StoreError> {
    if let Entry::Claim(claim) = entry {
        let there: bool =
            transaction
                .query_row("SELECT EXISTS (SELECT 1 FROM claims WHERE id = ?1)", [&claim.id], |row| row.get(0))?;
        if there {
            return Ok(false);
        }
    }
    let body = serde_json::to_string(entry)?;
    let last: Option<(i64, String)> = transaction
        .query_row("SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (seq, previous) = last.unwrap_or((0, String::new()));
    let hash = chain(&previous, &stamp.at, &stamp.by, &body);
    apply::apply(transaction, seq + 1, entry)?;
    let mut insert = transaction.prepare_cached("INSERT INTO ledger VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    insert.execute(params![seq + 1, stamp.at, stamp.by, entry.word(), body, hash])?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::{Store, StoreError, schema};
    use rusqlite::Connection;

    #[test]
    fn a_file_of_the_first_version_is_brought_up_to_date() {
        let mut connection = Connection::open_in_memory().expect("memory");
        schema::migrate_to(&mut connection, 1).expect("version 1");
        let store = Store::begin(connection).expect("migrated");
        let tables: i64 = store
            .connection
            .query_row(
                "SELECT count(*) FROM sqlite_schema WHERE name IN ('passages', 'smallest', 'sketches')",
                [],
                |row| row.get(0),
            )
            .expect("counted");
        assert_eq!(tables, 3);
        assert_eq!(
            store.connection.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)).expect("read")
                as usize,
            super::VERSION
        );
    }

    #[test]
    fn other_files_are_left_alone() {
        let connection = Connection::open_in_memory().expect("memory");
        connection.execute_batch("CREATE TABLE mine (x)").expect("made");
        assert!(matches!(Store::begin(connection), Err(StoreError::NotAStore)));
        let connection = Connection::open_in_memory().expect("memory");
        connection.pragma_update(None, "user_version", 99).expect("set");
        assert!(matches!(Store::begin(connection), Err(StoreError::Newer { version: 99 })));
    }

    #[test]
    fn nobody_rewrites_the_ledger() {
        let store = Store::in_memory().expect("memory");
        store.connection.execute_batch("INSERT INTO ledger VALUES (1, 'a', 'b', 'c', 'd', 'e')").expect("inserted");
        for statement in ["UPDATE ledger SET by = 'x'", "DELETE FROM ledger"] {
            assert!(store.connection.execute_batch(statement).is_err(), "{statement}");
        }
        assert!(store.replay().is_err(), "a row that says nothing is not replayed");
    }
}
