"""Portfolio: a distributor's resellers."""
