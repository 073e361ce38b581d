"""Attain computes Microsoft partner capability scores exactly, from files a partner has, and explains every point."""
