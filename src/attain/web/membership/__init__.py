"""Membership: the Solutions Partner overview, designation pages, scoring history, offers."""
