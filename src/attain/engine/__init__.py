"""The small closed set of relational operators, and the backends that run them. Knows no rule and no figure."""
