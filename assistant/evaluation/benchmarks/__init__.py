"""Benchmarks for engineers: retrieval, support and speed, measured on public sets and beside plain methods."""
