"""Alerts: what rules look out for in what is published, and how people hear of it by mail, Microsoft Teams or a webhook."""
