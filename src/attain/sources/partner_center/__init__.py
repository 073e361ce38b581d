"""Pulling files from Microsoft: signing in, asking for reports and exports, waiting, downloading.

It takes sign-in data from the environment and gives files as a partner would download them by hand: they go through the same import.
"""
