"""Files changed at random, byte by byte: every reader takes them or refuses them with a reason. `bench fuzz` does the same for an hour."""
