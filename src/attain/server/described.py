"""The description of the REST interface without a server."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from attain.server.running import SETTINGS


def description() -> dict[str, Any]:
    """Give the OpenAPI document of the REST interface; for a process that serves nothing, and leaves nothing behind."""
    with tempfile.TemporaryDirectory(prefix="attain-") as folder:
        os.environ["ATTAIN_HOME"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
        import django  # noqa: PLC0415 - once its settings are known

        django.setup()
        from attain.api.root import api  # noqa: PLC0415 - likewise

        return api.get_openapi_schema()
