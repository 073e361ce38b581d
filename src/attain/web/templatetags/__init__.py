"""Template tags and filters of the components."""
