"""Rules: every figure of the rulebook with its source and date."""
