"""The way in: sign-in, first run, invitations, the start page, the theme."""
