"""The rows behind a number, each with its arithmetic and its reason in words."""
