"""The tables of ``library.sqlite3``.

Documents are named by their content, so two files with the same bytes share one. Vectors are named by what the
model saw, so a passage that comes back, in whatever document, is not embedded again. Passages and vectors are
numbered and no number is used twice: a reader that still holds one never gets another passage for it.
"""

from __future__ import annotations

SCHEMA_VERSION = 2
# "ASST" in the file's header tells the library's files from other SQLite databases.
APPLICATION_ID = 0x41535354

TABLES = """
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    media_type TEXT NOT NULL,
    author TEXT,
    kind TEXT,
    year INTEGER,
    language TEXT NOT NULL,
    original INTEGER NOT NULL,
    summarises TEXT,
    published_at TEXT,
    page_count INTEGER NOT NULL,
    digest TEXT NOT NULL,
    sections TEXT NOT NULL,
    pages TEXT NOT NULL,
    sentences BLOB NOT NULL,
    text TEXT NOT NULL
);

CREATE TABLE page_runs (
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    runs BLOB NOT NULL,
    PRIMARY KEY (document_id, position)
) WITHOUT ROWID;

CREATE TABLE files (
    source TEXT PRIMARY KEY,
    content_hash TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    recipe TEXT NOT NULL,
    document_id TEXT REFERENCES documents (id),
    reason TEXT,
    next_step TEXT,
    CHECK (document_id IS NOT NULL OR reason IS NOT NULL)
) WITHOUT ROWID;
CREATE INDEX files_document ON files (document_id);

CREATE TABLE passages (
    rowid INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    vector_key TEXT NOT NULL,
    sentences BLOB NOT NULL,
    pages TEXT NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX passages_document ON passages (document_id, start);
CREATE INDEX passages_vector_key ON passages (vector_key);

CREATE VIRTUAL TABLE passages_fts USING fts5 (
    text, heading, content = 'passages', content_rowid = 'rowid',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN
    INSERT INTO passages_fts (rowid, text, heading) VALUES (new.rowid, new.text, new.heading);
END;
CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN
    INSERT INTO passages_fts (passages_fts, rowid, text, heading) VALUES ('delete', old.rowid, old.text, old.heading);
END;

CREATE TABLE models (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE,
    dimension INTEGER NOT NULL
);

CREATE TABLE vectors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (model_id, key)
);

CREATE TABLE sentence_vectors (
    vector_id INTEGER PRIMARY KEY REFERENCES vectors (id) ON DELETE CASCADE,
    vectors BLOB NOT NULL
);
"""

VOCABULARY_TABLES = """
CREATE TABLE vocabulary (
    number INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL UNIQUE REFERENCES documents (id) ON DELETE CASCADE,
    small TEXT NOT NULL,
    others TEXT NOT NULL,
    sentences TEXT NOT NULL
);

CREATE VIRTUAL TABLE vocabulary_fts USING fts5 (
    small, others, sentences, content = 'vocabulary', content_rowid = 'number', detail = 'column',
    tokenize = "unicode61 remove_diacritics 0 tokenchars '''’_'"
);
CREATE VIRTUAL TABLE vocabulary_terms USING fts5vocab (vocabulary_fts, 'col');
CREATE TRIGGER vocabulary_added AFTER INSERT ON vocabulary BEGIN
    INSERT INTO vocabulary_fts (rowid, small, others, sentences)
    VALUES (new.number, new.small, new.others, new.sentences);
END;
CREATE TRIGGER vocabulary_removed AFTER DELETE ON vocabulary BEGIN
    INSERT INTO vocabulary_fts (vocabulary_fts, rowid, small, others, sentences)
    VALUES ('delete', old.number, old.small, old.others, old.sentences);
END;

CREATE TABLE abbreviations (
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    short TEXT NOT NULL,
    long TEXT NOT NULL,
    PRIMARY KEY (document_id, position)
) WITHOUT ROWID;
"""
"""Since version 2. A library of version 1 gets these tables, filled from its documents, when it is opened."""
