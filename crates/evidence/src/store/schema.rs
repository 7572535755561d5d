//! Tables, and how an older file becomes a newer one.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// Marks the file as ours: `FmEv`.
const APPLICATION: i32 = 0x466d_4576;

/// What a file of version `k` needs to become one of version `k + 1`. Never changed once released, only added to.
const MIGRATIONS: [&str; 2] = [
    // 1: the record (texts, ledger), which nothing may change, and what is made from it.
    "CREATE TABLE texts (id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, text TEXT NOT NULL) STRICT;
     CREATE TABLE ledger (
         seq INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
         hash TEXT NOT NULL) STRICT;
     CREATE TRIGGER texts_stay BEFORE UPDATE ON texts BEGIN SELECT RAISE(ABORT, 'texts are immutable'); END;
     CREATE TRIGGER texts_remain BEFORE DELETE ON texts BEGIN SELECT RAISE(ABORT, 'texts are immutable'); END;
     CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
     CREATE TRIGGER ledger_remains BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
     CREATE TABLE documents (
         id TEXT PRIMARY KEY, text INTEGER NOT NULL UNIQUE, published TEXT, origin TEXT NOT NULL, body TEXT NOT NULL) STRICT;
     CREATE INDEX documents_by_origin ON documents (origin);
     CREATE TABLE sources (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
     CREATE TABLE claims (
         id TEXT PRIMARY KEY, document TEXT NOT NULL, status TEXT NOT NULL, extractor TEXT NOT NULL, body TEXT NOT NULL,
         seq INTEGER NOT NULL) STRICT;
     CREATE INDEX claims_by_document ON claims (document);
     CREATE INDEX claims_by_status ON claims (status);
     CREATE TABLE assessments (id TEXT PRIMARY KEY, path TEXT NOT NULL, body TEXT NOT NULL) STRICT;
     CREATE TABLE asked (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
    // 2: search, and copies of one report.
    "CREATE VIRTUAL TABLE passages USING fts5 (title, text, content = '', tokenize = 'unicode61');
     CREATE TABLE sketches (text INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
     CREATE TABLE smallest (hash INTEGER NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (hash, text)) STRICT, WITHOUT ROWID;",
];

/// The tables that are made from the record.
const MADE: [&str; 8] = ["documents", "sources", "claims", "assessments", "asked", "sketches", "smallest", "passages"];

/// Version this program writes.
pub const VERSION: usize = MIGRATIONS.len();

/// Brings a file to the present version; says whether what is made from the record must be made again.
pub(super) fn migrate(connection: &mut Connection) -> Result<bool, StoreError> {
    migrate_to(connection, VERSION)
}

pub(super) fn migrate_to(connection: &mut Connection, target: usize) -> Result<bool, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? as usize;
    let application: i32 = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if version > VERSION {
        return Err(StoreError::Newer { version });
    }
    if version == 0 {
        let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 {
            return Err(StoreError::NotAStore);
        }
    } else if application != APPLICATION {
        return Err(StoreError::NotAStore);
    }
    if version == target {
        return Ok(false);
    }
    for step in &MIGRATIONS[version..target] {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", target as u32)?;
    transaction.commit()?;
    Ok(version > 0)
}

/// Empties the tables that are made from the record.
pub(super) fn clear(connection: &Connection) -> Result<(), StoreError> {
    for table in MADE {
        if table == "passages" {
            connection.execute_batch("INSERT INTO passages (passages) VALUES ('delete-all')")?;
        } else {
            connection.execute_batch(&format!("DELETE FROM {table}"))?;
        }
    }
    Ok(())
}
