"""Data: what was imported, how fresh it is, what was set aside."""
