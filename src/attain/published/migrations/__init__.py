"""Changes of the read model's tables, in order."""
