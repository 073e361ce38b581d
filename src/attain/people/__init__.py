"""Who may see and do what: accounts, organizations, members, invitations, tokens, the rules of access and the audit log."""
