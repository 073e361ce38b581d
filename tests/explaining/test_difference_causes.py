"""Which cause a difference names, and what it is worth: one small story each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import attain
from attain.errors import AttainError
from attain.explaining.lines import Difference, Line
from tests.oracle.build import AS_OF, PARTNER, M, P, azure, certificate, covered, people, revenue, seats, tenant
from tests.oracle.months import month_name
from tests.scoring.disk import write_facts

BEFORE = date(2026, 10, 24)
"""A month before AS_OF: the data month is 2026-09, under the same editions of Security and Data & AI."""
Tell = Callable[..., Difference]


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """Give a function that says why the one partner's score moved from BEFORE to AS_OF."""

    def found(facts: dict[str, list[Any]], designation: str, before: dict[str, list[Any]] | None = None, **more: Any) -> Difference:
        if designation == "security":
            facts = {**covered(azure_usage=[], workload_usage=[]), **facts}
        loaded = attain.load(write_facts(facts, tmp_path / "now"))
        known = None if before is None else attain.load(write_facts(before, tmp_path / "before"))
        asked: dict[str, Any] = {"partner": PARTNER, "from_": BEFORE, "to": AS_OF, "designations": [designation], "before_facts": known}
        return attain.difference(loaded, **{**asked, **more})

    return found


def lines(found: Difference, metric: str) -> list[Line]:
    (one,) = found.designations
    return [line for line in one.lines if line.metric == metric]


def only(found: Difference, metric: str) -> Line:
    (line,) = lines(found, metric)
    return line


# ---- tenants ------------------------------------------------------------------------------------------------------------


def test_a_tenant_won(tell: Tell) -> None:
    line = only(tell(covered(azure_usage=[azure(M, 1, "700")]), "security", track="smb"), "net_customer_adds")
    assert (line.kind, line.tenant_id, line.before, line.after, line.points, line.part) == ("won", tenant(1), 0, 1, 4, "azure")
    assert "on 2026-11-24: 700 USD in twelve months to 2026-10 (at least 600 USD needed); on 2026-10-24: nothing" in line.reason


def test_a_tenant_lost_and_a_floor_that_takes_it(tell: Tell) -> None:
    """Usage a year and more ago: it falls out of the window, still counts on the year-ago side, and a loss earns nothing."""
    found = lines(tell(covered(azure_usage=[azure(M - 12, 1, "700")]), "security", track="smb"), "net_customer_adds")
    assert [(line.kind, line.points) for line in found] == [("lost", -8), ("floor", 4)]


def test_a_threshold_crossed(tell: Tell) -> None:
    usage = [azure(M - 1, 1, "500"), azure(M, 1, "100")]
    line = only(tell(covered(azure_usage=usage), "security", track="smb"), "net_customer_adds")
    assert (line.kind, line.points) == ("crossed_up", 4)
    assert "on 2026-10-24: 500 of 600 USD: 100 short" in line.reason


def test_a_threshold_undercut(tell: Tell) -> None:
    usage = [seats(M - 1, 1, 30), seats(M, 1, 2)]
    line = only(tell(covered(azure_usage=[], workload_usage=usage), "security", track="smb"), "net_customer_adds")
    assert (line.kind, line.points, line.part) == ("crossed_down", -4, "microsoft-365")


def test_an_association_gained(tell: Tell) -> None:
    usage = [seats(M - 1, 1, 30, associations=""), seats(M, 1, 30)]
    line = only(tell(covered(azure_usage=[], workload_usage=usage), "security", track="smb"), "net_customer_adds")
    assert (line.kind, line.points) == ("association_gained", 4)


def test_an_association_lost(tell: Tell) -> None:
    usage = [seats(M - 1, 1, 30), seats(M, 1, 30, associations="")]
    line = only(tell(covered(azure_usage=[], workload_usage=usage), "security", track="smb"), "net_customer_adds")
    assert (line.kind, line.points) == ("association_lost", -4)


def test_growth_up_and_down_by_tenant(tell: Tell) -> None:
    usage = [seats(M - 1, 1, 30, 10), seats(M, 1, 30, 20), seats(M - 1, 2, 30, 10), seats(M, 2, 30, 5)]
    found = lines(tell(covered(azure_usage=[], workload_usage=usage), "security", track="smb"), "usage_growth")
    assert [(line.kind, line.tenant_id, line.points) for line in found] == [
        ("growth_up", tenant(1), Fraction(10, 50)),
        ("growth_down", tenant(2), Fraction(-5, 50)),
    ]
    assert "20 active users on 2026-11-24, 10 on 2026-10-24" in found[0].reason


def test_the_year_ago_side_alone(tell: Tell) -> None:
    usage = [seats(month, 1, 30) for month in (M - 1, M, P)]
    line = only(tell(covered(azure_usage=[], workload_usage=usage), "security", track="smb"), "net_customer_adds")
    assert (line.kind, line.before, line.after, line.points) == ("year_ago_up", 1, 0, -4)
    assert line.reason.startswith("a year before: on 2026-11-24: 30 paid licenses in 2025-10")


def test_the_cap_has_a_line_of_its_own(tell: Tell) -> None:
    usage = [seats(M, number, 30) for number in range(7)]
    found = lines(tell(covered(azure_usage=[], workload_usage=usage), "security", track="smb"), "net_customer_adds")
    assert [line.points for line in found] == [4] * 7 + [-8]
    assert (found[-1].kind, found[-1].part) == ("cap", "microsoft-365")
    assert "28 without the cap, 0 before" in found[-1].reason


def test_the_parts_of_a_metric_are_capped_together(tell: Tell) -> None:
    usage = [seats(M, number, 30) for number in range(5)]
    found = lines(tell(covered(azure_usage=[azure(M, 9, "700")], workload_usage=usage), "security", track="smb"), "net_customer_adds")
    assert (found[-1].kind, found[-1].part, found[-1].points) == ("cap", "", -4)


# ---- percentages --------------------------------------------------------------------------------------------------------


def test_a_percentage_is_split_between_both_totals(tell: Tell) -> None:
    """2,100 against 2,000 becomes 2,200 against 1,000: from 5% to 120%, each total's move valued at the mean of the other on both days."""
    rows = [azure(M - 1, 1, "2100"), azure(M, 1, "100"), azure(P - 1, 2, "1000"), azure(M - 24, 3, "1000")]
    found = lines(tell(covered(azure_usage=rows), "data-ai", track="enterprise"), "usage_growth")
    assert [(line.kind, line.tenant_id, line.points) for line in found] == [
        ("year_ago_down", tenant(3), Fraction(2150 * 1000 * 100, 2000 * 1000)),
        ("growth_up", tenant(1), 100 * (Fraction(1, 2000) + Fraction(1, 1000)) / 2 * 100),
        ("cap", "", -100),
    ]
    assert sum(line.points for line in found) == 15


def test_a_percentage_that_begins_is_a_gate(tell: Tell) -> None:
    rows = [azure(M - 12, 1, "1000"), azure(M, 1, "1100")]
    found = lines(tell(covered(azure_usage=rows), "data-ai", track="enterprise"), "usage_growth")
    assert [(line.kind, line.points) for line in found] == [("gate_opened", 10)]
    assert "there was nothing before (I-6)" in found[0].reason


def test_a_base_floor_opens(tell: Tell) -> None:
    usage = [seats(month, 1, 9, active, "Business Central", "csp1") for month, active in ((P - 1, 20), (P, 30), (M - 1, 22), (M, 33))]
    facts = covered(workload_usage=usage, workload_revenue=[revenue(M, 1, "1")])
    found = lines(tell(facts, "business-applications", track="smb"), "usage_growth")
    assert [(line.kind, line.points) for line in found] == [("gate_opened", 10)]
    assert "growth earns from 25,000 a year ago on: 30,000, 20,000 before" in found[0].reason


# ---- people -------------------------------------------------------------------------------------------------------------


def held(*rows: Any, **more: str) -> dict[str, list[Any]]:
    return {**covered(azure_usage=[], workload_usage=[]), "certifications": [*people(**more)["certifications"], *rows]}


def test_certified_and_expired(tell: Tell) -> None:
    rows = [certificate("N", "SC-100", date(2026, 11, 1)), certificate("O", "SC-100", expires=date(2026, 11, 10))]
    found = lines(tell(held(*rows, AZ_500="AB", SC_200="AB"), "security", track="smb"), "intermediate_certifications")
    assert [(line.kind, line.entity, line.points) for line in found] == [("certified", "N", 8), ("expired", "O", -8)]
    assert [line.reason for line in found] == ["holds SC-100 earned 2026-11-01", "SC-100 expired on 2026-11-10"]


def test_retired(tell: Tell) -> None:
    rows = held(certificate("O", "SC-400"), AZ_500="AB", SC_200="AB")
    found = tell(rows, "security", track="smb", from_=date(2026, 5, 31), to=date(2026, 6, 1))
    line = only(found, "intermediate_certifications")
    assert (line.kind, line.points) == ("retired", -8)
    assert "counted until 2026-05-31" in line.reason


def test_a_gate_opens_and_its_people_count_at_once(tell: Tell) -> None:
    rows = [certificate("N", "SC-200", date(2026, 11, 1), person_name="Nadia")]
    found = lines(tell(held(*rows, AZ_500="AB", SC_200="A", SC_100="AB"), "security", track="enterprise"), "intermediate_certifications")
    assert [(line.kind, line.points) for line in found] == [("gate_opened", Fraction(40, 3))]
    assert "2 of 2 people, 1 before (N: holds SC-200 earned 2026-11-01)" in found[0].reason
    assert found[0].name == "Nadia"


def test_a_person_behind_a_closed_gate_is_held_back(tell: Tell) -> None:
    rows = [certificate("N", "SC-100", date(2026, 11, 1))]
    found = lines(tell(held(*rows, AZ_500="A"), "security", track="enterprise"), "intermediate_certifications")
    assert [(line.kind, line.points) for line in found] == [("certified", Fraction(20, 3)), ("gate_holds", Fraction(-20, 3))]
    assert found[1].reason.count("of 2 people") == 2


def test_a_gate_that_earns_by_itself(tell: Tell) -> None:
    rows = [certificate("N", "SC-200", date(2026, 11, 1))]
    line = only(tell(held(*rows), "security", track="smb"), "intermediate_certifications")
    assert (line.kind, line.points) == ("gate_opened", 4)


def test_left(tell: Tell) -> None:
    before = held(AZ_500="AB", SC_200="AB", SC_100="AB")
    now = held(certificate("A", "SC-100", status="left"), AZ_500="AB", SC_200="AB", SC_100="B")
    line = only(tell(now, "security", before, track="smb"), "intermediate_certifications")
    assert (line.kind, line.entity, line.points, line.reason) == ("left", "A", -8, "SC-100 the person has left")


# ---- facts, rules, tracks -----------------------------------------------------------------------------------------------


def test_an_earlier_month_restated(tell: Tell) -> None:
    before = covered(azure_usage=[azure(M - 1, 1, "500")], workload_usage=[])
    now = covered(azure_usage=[azure(M - 1, 1, "650")], workload_usage=[])
    found = lines(tell(now, "security", before, track="smb"), "net_customer_adds")
    assert [(line.kind, line.points) for line in found] == [("restated", 4)]
    assert "on 2026-10-24 as known now: 650 USD" in found[0].reason


def test_a_rule_changed(tell: Tell) -> None:
    """AZ-500 or SC-500 meets step 1 from 2026-07-31 on: nothing else moves on that day."""
    rows = held(certificate("A", "SC-500"), SC_200="A", SC_100="A")
    found = tell(rows, "security", track="smb", from_=date(2026, 7, 30), to=date(2026, 7, 31))
    line = only(found, "intermediate_certifications")
    assert (line.kind, line.points, line.before, line.after) == ("rule_changed", 12, 4, 16)
    assert "edition 2026-07 instead of 2025" in line.reason
    assert "SC-500" in line.reason


def test_another_track_counts(tell: Tell) -> None:
    usage = [seats(M - 1, 1, 400), seats(M, 1, 400), seats(M, 2, 30), seats(M, 3, 30)]
    found = tell(covered(azure_usage=[], workload_usage=usage), "security")
    one = found.of("security")
    assert (one.before.track, one.after.track) == ("enterprise", "smb")
    assert [(line.kind, line.points) for line in one.lines] == [("track_changed", 6)]


def test_another_option_counts(tell: Tell) -> None:
    """One CPOR tenant earns 5 on both days; three CSP tenants, new in the last month, earn 7.5."""
    usage = [seats(month, 1, 50, active) for month, active in ((P - 1, 10), (P, 10), (M - 1, 45), (M, 45))]
    usage += [seats(month, number, 50, active, associations="csp1") for month, active in ((P, 10), (M, 45)) for number in (2, 3, 4)]
    line = only(tell(covered(workload_usage=usage), "modern-work", track="smb"), "deployments")
    assert (line.kind, line.part, line.before, line.after, line.points) == ("option_changed", "csp", 5, Fraction(15, 2), Fraction(5, 2))


# ---- what is asked ------------------------------------------------------------------------------------------------------


def test_no_change_has_no_lines(tell: Tell) -> None:
    found = tell(covered(azure_usage=[azure(M - 1, 1, "700")]), "security", from_=AS_OF, to=AS_OF)
    assert found.of("security").lines == ()
    assert found.records() == []


@pytest.mark.parametrize(
    ("track", "lacking", "qualified"),
    [
        (None, None, True),
        ("smb", None, True),
        # It has no deployments, and it is not the track that counts.
        ("enterprise", None, False),
        # A month of the year compared is missing: never presented as qualified (I-11).
        (None, M - 3, False),
    ],
)
def test_a_day_qualifies_by_the_track_that_counts_and_on_all_months(
    tell: Tell, track: str | None, lacking: int | None, qualified: bool
) -> None:
    usage = covered(azure_usage=[azure(M, number, "1000") for number in range(6)], workload_usage=[])
    kept = [row for row in usage["azure_usage"] if lacking is None or row["month"] != month_name(lacking)]
    found = tell({**usage, "azure_usage": kept, **people(AZ_500="A", SC_200="A", SC_100="ABCD")}, "security", track=track)
    one = found.of("security")
    assert (one.before.qualified, one.after.qualified) == (False, qualified)
    assert one.after.track == (track or "smb")
    assert bool(one.after.notes) is (lacking is not None)


def test_asked_backwards_every_number_has_the_opposite_sign(tell: Tell) -> None:
    facts = covered(azure_usage=[azure(M, 1, "700")])
    there, back = (tell(facts, "security", from_=first, to=last) for first, last in ((BEFORE, AS_OF), (AS_OF, BEFORE)))
    assert back == there.turned()
    assert [line.points for line in back.of("security").lines] == [-line.points for line in there.of("security").lines]
    assert (back.from_, back.to) == (AS_OF, BEFORE)
    assert (there.from_, there.to) == (BEFORE, AS_OF)


def test_unknown_names_are_refused(tell: Tell) -> None:
    facts = covered(azure_usage=[])
    with pytest.raises(AttainError, match="did you mean smb"):
        tell(facts, "security", track="smbs")
    with pytest.raises(AttainError, match="no partner"):
        tell(facts, "security", partner="1002")
    with pytest.raises(KeyError):
        tell(facts, "security").of("modern-work")
