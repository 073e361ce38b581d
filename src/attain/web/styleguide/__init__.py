"""The page that shows each component, for those who build pages and for the tests that look at them."""
