"""Settings: people and roles, invitations, tokens, the audit log, one's own account."""
