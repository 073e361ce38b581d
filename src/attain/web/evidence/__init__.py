"""Evidence: cases of one partner, the packs made for them, and their files."""
