"""Days and months in sentences are written as pages write them; names and other numbers stay."""

from __future__ import annotations

import pytest

from attain.web.dates import dated


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SC-401 expired on 2026-11-03", "SC-401 expired on 3 Nov 2026"),
        ("600 USD in twelve months to 2026-10; 0 to 2025-10.", "600 USD in twelve months to October 2026; 0 to October 2025."),
        ("scored by edition 2026-07 from 2026-07-01", "scored by edition 2026-07 from 1 Jul 2026"),
        (
            "net of a credit: -400.50 USD (-3%) now, =-2; AZ-104, SC-401 - 7",
            "net of a credit: −400.50 USD (−3%) now, =−2; AZ-104, SC-401 - 7",
        ),
        ("-12 points since 2026-10", "−12 points since October 2026"),
        ("tenant 2026-11-03-4f2a, order 2026-99, day 2026-02-30", "tenant 2026-11-03-4f2a, order 2026-99, day 2026-02-30"),
    ],
)
def test_days_and_months_are_written_in_one_way(text: str, words: str) -> None:
    assert dated(text) == words
