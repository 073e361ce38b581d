"""The Django app of accounts, organizations and roles."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Who may see and do what."""

    name = "attain.people"
    label = "people"

    def ready(self) -> None:
        """Write sign-ins to the audit log, and refuse what does not fit its column, from now on."""
        from attain.people import audit_signals, fitting  # noqa: PLC0415 - receivers need the models, which need the apps

        audit_signals.connect()
        fitting.connect()
