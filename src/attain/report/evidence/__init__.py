"""Evidence packs: one partner's score in one designation with all that another person needs to come to the same numbers."""
