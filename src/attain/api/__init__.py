"""The REST interface: its root, who may call it, problem details for errors, and what its endpoints share."""
