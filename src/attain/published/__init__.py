"""The read model of pages and REST: the latest scores and statuses, rebuilt from the store at any time."""
