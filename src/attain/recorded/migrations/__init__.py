"""Migrations of what people recorded."""
