"""The area Plan: who could count, what will happen, and what a change would do."""
