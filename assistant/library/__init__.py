"""The record of the documents (SQLite), the index over it (FTS5, Chroma) and the search."""
