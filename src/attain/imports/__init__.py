"""Imports that people ask a server for: files taken in, a queue that is worked off one by one, and what became of each."""
