"""Plans are kept between scores of one partner: what was asked before never changes the next answer."""

from __future__ import annotations

from pathlib import Path

import attain
from tests.oracle.build import AS_OF, PARTNER, M, azure, covered, seats
from tests.scoring.disk import write_facts


def test_designations_asked_for_before_change_nothing(tmp_path: Path) -> None:
    facts = attain.load(write_facts(covered(azure_usage=[azure(M, 1, "700")], workload_usage=[seats(M, 1, 30, 10)]), tmp_path))
    asked = (["security"], ["data-ai"], ["security", "data-ai"], None, ["data-ai"])
    found = [list(attain.score(facts, on=AS_OF, partners=[PARTNER], designations=names).rows()) for names in asked]
    everything = found[3]
    assert {row.designation for row in everything} > {"security", "data-ai"}
    for names, rows in zip(asked, found, strict=True):
        assert rows == [row for row in everything if names is None or row.designation in names], names
