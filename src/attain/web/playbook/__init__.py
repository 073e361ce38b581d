"""Playbook: the course."""
