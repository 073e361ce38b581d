"""An independent, naive scorer: plain loops and fractions, written from the text of the rules and nothing else."""
