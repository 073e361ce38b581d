"""The store: everything that was ever imported, in Delta tables, read at the versions that one import named."""
