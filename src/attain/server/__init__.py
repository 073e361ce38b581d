"""The Django project: settings from the environment, the root of all URLs, and the server itself."""
