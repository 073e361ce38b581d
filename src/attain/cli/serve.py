"""`attain serve`: the web workspace and the REST interface."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command `serve` to the command line."""
    app.command("serve")(serve)


def serve(
    store: Annotated[str, typer.Option("--store", envvar="ATTAIN_STORE", help="The store or facts folder to serve.")] = "",
    host: Annotated[
        str, typer.Option(envvar="ATTAIN_BIND", help="Where to listen; 0.0.0.0 for every address of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="ATTAIN_PORT", min=1, max=65535, help="The port to listen on.")] = 8000,
    threads: Annotated[
        int, typer.Option(envvar="ATTAIN_THREADS", min=1, max=256, help="Requests answered at the same time by a worker.")
    ] = 8,
    workers: Annotated[int, typer.Option(envvar="ATTAIN_WORKERS", min=1, max=64, help="Processes.")] = 1,
    stop_seconds: Annotated[
        int, typer.Option(envvar="ATTAIN_STOP_SECONDS", min=1, max=3600, help="Seconds that running requests have to end when stopped.")
    ] = 30,
    demo: Annotated[bool, typer.Option("--demo", help="On demo facts: make one account a role and print them.")] = False,
    demo_day: Annotated[str, typer.Option(help="The day that the demo takes for today.")] = "2026-11-24",
) -> None:
    """Serve the web workspace. The first time it prints the link that makes the first Global admin."""
    from attain.server.running import Serving, prepare, run

    serving = Serving(store, host, port, threads, workers, demo_day if demo else "", stop_seconds)
    prepare(serving)
    lines = [f"Attain is at {serving.address}", *(_demo_sign_ins(demo_day) if demo else _first_run(serving.address))]

    def ready() -> None:
        for line in lines:
            print(line, flush=True)

    run(serving, ready)


def _demo_sign_ins(day: str) -> list[str]:
    from attain.published.read import current
    from attain.server.demo import PASSWORD, make_people

    people = make_people()
    width = max(len(person.email) for person in people)
    rows = [f"  {person.email:<{width}}  {person.role}, {person.organization}" for person in people]
    made = f"attain demo demo; attain refresh --store demo --as-of {day}; attain serve --store demo --demo"
    bare = [] if current() else [f"No scores are published yet. Demo facts with their scores: {made}"]
    return [f"Sign in with the password {PASSWORD} as", *rows, *bare, "Stop with Ctrl+C."]


def _first_run(address: str) -> list[str]:
    from attain.people.joining import needs_first_run
    from attain.people.models import FirstRun

    if not needs_first_run():
        return []
    return ["Nobody is Global admin yet. Make the first account here; the link works once:", f"  {address}start/?token={FirstRun.issue()}"]
