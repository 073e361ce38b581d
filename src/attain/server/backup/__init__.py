"""Backup and restore of the application database and the store together: one folder, from SQLite or PostgreSQL into either."""
