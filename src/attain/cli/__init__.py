"""The command line: one module a group of commands; no arithmetic and no frames here."""
