"""A step of a migration that gives a column more room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


class Widen(migrations.AlterField):
    """Gives a column of text more room. The way back leaves it as wide: PostgreSQL would cut what came meanwhile, and says nothing."""

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Leave the column as it is: the version before writes into a wider one as well."""
