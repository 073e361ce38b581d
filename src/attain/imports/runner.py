"""Working imports off outside the request that asked for them: one at a time per store, each step kept in the database.

An import whose process is gone is marked as failed by whoever looks next, so a restart leaves none that seems to go on.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import secrets
import socket
import threading
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, connections
from django.utils import timezone

from attain.alerts.delivering import deliver_due
from attain.alerts.noticing import notice
from attain.errors import AttainError
from attain.imports import uploads
from attain.imports.choices import Choices, options_of
from attain.imports.models import UNFINISHED, ImportRun, ImportState
from attain.imports.publishing import publish_again
from attain.people.fitting import only_text
from attain.people.models import Consent, OrganizationPartner
from attain.scoring.units import counted
from attain.sources.importing import import_files
from attain.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from attain.people.principal import Grant

ME = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
"""This process. A process id may come again after a restart, so a part of it is made anew each time."""
SEEN_EVERY = 10
UNSEEN_IS_DEAD = dt.timedelta(seconds=90)
STOPPED = "The server stopped during the import."
STOPPED_HINT = "Look for the file among the loads: if it is not there, import it again."
TOO_MANY_HINT = (
    "Mend them in the file and import it again. On the command line, attain import FILE --max-rejects SHARE takes the other rows"
)
"""Nobody who imports in a browser has the options of a command, or reads the disk of the server."""
_log = logging.getLogger(__name__)
_worker_lock = threading.Lock()


def submit(
    grant: Grant, partner_id: str, files: Sequence[UploadedFile[Any]], choices: Choices, actor: str, user_id: int | None
) -> ImportRun:
    """Keep uploaded files and put their import into the queue; `start` works it off.

    What is said beside the files is checked first. Raises AttainError as `options_of` and `uploads.save`, and `no-store` where no facts are
    served.
    """
    if not settings.STORE:
        raise AttainError("no-store", "no facts are served", hint="start with attain serve --store STORE")
    partners = partners_of(grant)
    if partners is not None and choices.get("replace"):
        raise AttainError("replace", "only those who see every partner may leave out what the store has", "replace", "send a whole file")
    options_of(choices, partners)
    folder, kept = uploads.save(files)
    return ImportRun.objects.create(
        store=settings.STORE,
        organization=grant.organization,
        user_id=user_id,
        actor=actor,
        partner_id=partner_id,
        partners=partners,
        files=kept,
        folder=str(folder),
        choices=dict(choices),
        claim=ME,
        claimed_at=timezone.now(),
    )


def partners_of(grant: Grant) -> list[str] | None:
    """List the partners whose rows an organization may import; None where that is every one."""
    organization = grant.organization
    if organization.sees_all:
        return None
    own = OrganizationPartner.objects.filter(organization=organization, consent=Consent.OWN)
    return sorted(own.values_list("partner_id", flat=True))


def start() -> None:
    """Begin to work off the queue beside the request, unless this process does already."""
    threading.Thread(target=_worker, name="imports", daemon=True).start()


def mend() -> None:
    """Mark imports whose process is gone as failed; called before imports are shown or begun."""
    now = timezone.now()
    for run in ImportRun.objects.filter(state__in=UNFINISHED):
        if not _alive(run, now):
            _end(run, ImportState.FAILED, fault={"message": STOPPED, "where": "", "hint": STOPPED_HINT})


def is_under_way(partner_id: str) -> bool:
    """Say whether an import that was asked for from a partner's pages waits or is worked on."""
    mend()
    return ImportRun.objects.filter(store=settings.STORE, partner_id=partner_id, state__in=UNFINISHED).exists()


def work_off() -> None:
    """Do the imports that wait, oldest first, until none is left or another process is at work on the store."""
    mend()
    while (run := _claimed()) is not None:
        try:
            with _seen():
                _do(run)
        finally:
            uploads.forget(run.folder)


def _worker() -> None:
    # A second thread would find nothing to claim that the first does not see as well.
    with _worker_lock:
        try:
            work_off()
        finally:
            connections.close_all()


def _claimed() -> ImportRun | None:
    """Take the oldest import of this process that waits; none where another of the store is at work."""
    run = ImportRun.objects.filter(state=ImportState.WAITING, store=settings.STORE, claim=ME).order_by("created_at", "pk").first()
    if run is None:
        return None
    while True:
        try:
            if not ImportRun.objects.filter(pk=run.pk, state=ImportState.WAITING).update(
                state=ImportState.READING, claimed_at=timezone.now()
            ):
                return None
        except IntegrityError:
            # Another process is at work on the same store: wait until it ended or is found to be gone.
            _see_own()
            _pause.wait(1)
            mend()
            continue
        run.refresh_from_db()
        return run


_pause = threading.Event()


def _do(run: ImportRun) -> None:
    told = _Told(run)
    try:
        options = options_of(Choices(**run.choices), _with_locations(run))
        reports = import_files(
            uploads.saved(run.folder),
            Path(run.store),
            options,
            progress=told.reading,
            replace_all=bool(run.choices.get("replace")),
            say=told.waiting,
        )
        run.reports = [_kept(asdict(report)) for report in reports]
        run.state, run.doing = ImportState.PUBLISHING, ""
        run.save(update_fields=["reports", "state", "doing"])
    except AttainError as error:
        _end(run, ImportState.FAILED, fault=_plain_fault(error, run.folder))
        return
    except Exception:
        _log.exception("import %s", run.pk)
        _end(run, ImportState.FAILED, fault={"message": "The import failed.", "where": "", "hint": "The server's log says why."})
        return
    note = ""
    try:
        note = publish_again(run.partner_id, run.partners, told.publishing)
    except AttainError as error:
        note = f"The rows are in, but the scores could not be updated: {error}"
    except Exception:
        _log.exception("publishing after import %s", run.pk)
        note = "The rows are in, but the scores could not be updated. The server's log says why."
    _end(run, ImportState.DONE, note=note)
    try:
        notice(Workspace.open(settings.STORE))
        deliver_due()
    except Exception:
        # The import stands; the next refresh notices what was left.
        _log.exception("alerts after import %s", run.pk)


def _with_locations(run: ImportRun) -> list[str] | None:
    """Give the partners that rows may name, with the locations that roll up to them; None for any."""
    if run.partners is None:
        return None
    try:
        return Workspace.open(run.store).ids_of(run.partners)
    except AttainError:
        # Nothing was imported yet, so no location is known.
        return run.partners


class _Told:
    """Writes progress into the row of an import, at most once a second."""

    def __init__(self, run: ImportRun) -> None:
        self._run = run
        self._last = timezone.now() - dt.timedelta(seconds=1)

    def reading(self, name: str, rows: int) -> None:
        self._write(doing=f"{name}: {counted(f'{rows:,}', 'rows')}")

    def waiting(self, text: str) -> None:
        self._write(at_once=True, doing=text)

    def publishing(self, done: int, total: int) -> None:
        self._write(at_once=done == total, done=done, total=total)

    def _write(self, *, at_once: bool = False, **values: Any) -> None:
        now = timezone.now()
        if at_once or now - self._last >= dt.timedelta(seconds=1):
            self._last = now
            ImportRun.objects.filter(pk=self._run.pk).update(claimed_at=now, **values)


def _kept(report: dict[str, Any]) -> dict[str, Any]:
    """Leave out of a report what names a place on the server's disk, and write names of a file as text."""
    return {**_written(report), "rejects": bool(report["rejects"])}


def _written(told: Any) -> Any:
    """Give what a report tells with text alone in it."""
    if isinstance(told, str):
        return only_text(told)
    if isinstance(told, dict):
        return {_written(name): _written(value) for name, value in told.items()}  # pyright: ignore[reportUnknownVariableType] - of whatever a report has
    return [_written(value) for value in told] if isinstance(told, list | tuple) else told  # pyright: ignore[reportUnknownVariableType] - of whatever a report has


def _plain_fault(error: AttainError, folder: str) -> dict[str, str]:
    def plain(text: str) -> str:
        for place in sorted(Path(folder).glob("*"), reverse=True):
            text = text.replace(f"{place}{os.sep}", "")
        return only_text(text.replace(settings.STORE, "the store") if settings.STORE else text)

    hint = TOO_MANY_HINT if error.code == "too-many-rejects" else plain(error.hint)
    return {"code": error.code, "message": plain(error.message), "where": plain(error.where), "hint": hint}


def _end(run: ImportRun, state: ImportState, *, fault: dict[str, str] | None = None, note: str = "") -> None:
    values: dict[str, Any] = {"state": state, "finished_at": timezone.now(), "doing": "", "fault": fault or {}, "note": note}
    if ImportRun.objects.filter(pk=run.pk, state__in=UNFINISHED).update(**values):
        uploads.forget(run.folder)


@contextmanager
def _seen() -> Generator[None]:
    """Show now and then that this process is still at it."""
    over = threading.Event()

    def tick() -> None:
        while not over.wait(SEEN_EVERY):
            try:
                _see_own()
            except OperationalError as error:
                # The next time may do: the database was busy.
                _log.warning("import not marked as alive: %s", error)
        connections.close_all()

    ticker = threading.Thread(target=tick, name="import-seen", daemon=True)
    ticker.start()
    try:
        yield
    finally:
        over.set()


def _see_own() -> None:
    ImportRun.objects.filter(claim=ME, state__in=UNFINISHED).update(claimed_at=timezone.now())


def _alive(run: ImportRun, now: dt.datetime) -> bool:
    """Say whether the process that is to do an import is still there."""
    if run.claim == ME:
        return True
    host, process, _ = run.claim.rsplit(":", 2)
    if host == socket.gethostname():
        if int(process) == os.getpid():
            return False
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
    return now - run.claimed_at < UNSEEN_IS_DEAD
