"""`attain openapi`: the description of the REST interface."""

from __future__ import annotations

import typer

from attain.cli.options import Out


def register(app: typer.Typer) -> None:
    """Add the command `openapi` to the command line."""
    app.command("openapi")(openapi)


def openapi(out: Out = None) -> None:
    """Print the OpenAPI document of the REST interface, as `/api/v1/openapi.json` gives it, for tools that make clients of it."""
    import json

    from attain.replacing import write_bytes
    from attain.server.described import description

    text = json.dumps(description(), indent=2, ensure_ascii=False)
    if out is None:
        print(text)
    else:
        write_bytes(out, f"{text}\n".encode())
