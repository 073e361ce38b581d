"""Readers of the files that partners have: one module a source, recognized by the header, mapped to the tables of the contract."""
