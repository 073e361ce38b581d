"""Migrations of progress in lessons."""
