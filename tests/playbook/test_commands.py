"""`attain playbook show` and `search`: lessons as they read on a day, and found by their words."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from typer.testing import CliRunner

from attain.cli.app import app
from attain.errors import AttainError
from attain.playbook.course import load_playbook
from attain.playbook.reader import Reader
from attain.playbook.render import filled
from attain.playbook.searching import search

DAY = dt.date(2026, 11, 24)


def attain(*words: str) -> str:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_lesson_is_printed_as_it_reads_on_a_day() -> None:
    lessons = load_playbook("")
    course = lessons.course("security")
    first = course.lessons[0]
    shown = attain("playbook", "show", "security", first.number, "--as-of", str(DAY))
    assert shown.strip() == filled(first, Reader(lessons.figures("security", DAY))).strip()
    with pytest.raises(AttainError, match="lesson"):
        CliRunner().invoke(app, ["playbook", "show", "security", "99.9"], catch_exceptions=False)


def test_lessons_are_found_by_their_words() -> None:
    lessons = load_playbook("")
    course = lessons.course("security")
    today = dt.date.today()  # noqa: DTZ011 - as the command takes it
    known = search(lessons, course, today, "customer")
    rows = list(csv.DictReader(io.StringIO(attain("playbook", "search", "security", "customer", "--format", "csv"))))
    assert [row["lesson"] for row in rows] == [one.lesson.number for one in known]
    assert known
    assert attain("playbook", "search", "security", "nonsensicalword") == "No lesson has all these words.\n"
