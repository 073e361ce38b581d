"""What each kind of change does to the tables, worked out by hand, and what is said of one that cannot be made."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from attain.advise.applying import apply_changes
from attain.advise.expected import read_expected
from attain.advise.hypothesis import Hypotheses, score_of_facts
from attain.advise.partner_facts import PartnerFacts
from attain.advise.scenario import Scenario, read_change, read_changes, read_scenario, write_scenario
from attain.advise.simulation import COLUMNS, records, simulate
from attain.errors import AttainError
from tests.advise.drawn import numbers
from tests.advise.small import ACME, BIRCH, CEDAR, DUNE, LAST, small


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> Hypotheses:
    return small(tmp_path_factory.mktemp("small"))


def changed(partner: Hypotheses, *texts: str) -> PartnerFacts:
    held = apply_changes(partner, read_changes(texts))
    assert numbers(score_of_facts(partner, held)) == numbers(partner.score(held))
    return held


def points(partner: Hypotheses, held: PartnerFacts, metric: str, track: str = "smb") -> Fraction:
    return partner.score(held).of["security"].points[track][metric]


def months(held: PartnerFacts, table: str, tenant: str, column: str) -> dict[int, int]:
    rows = held.frames[table].filter(tenant_id=tenant).group_by("month").agg(pl.col(column).sum()).sort("month")
    return {LAST - month: amount for month, amount in rows.iter_rows()}


def test_the_small_partner_is_as_described(partner: Hypotheses) -> None:
    """Acme counts (1,200 of 600 in twelve months, 0 a year ago): 4 points; Cedar is lost in Microsoft 365: 0, not less."""
    score = partner.current.of["security"]
    assert score.selected == "smb"
    assert score.points["smb"] == {
        "net_customer_adds": 4,
        "intermediate_certifications": 16,
        "usage_growth": Fraction(1200, 750),
        "deployments": Fraction(20, 6),
    }


def test_no_change_is_the_same_object(partner: Hypotheses) -> None:
    assert apply_changes(partner, ()) is partner.today
    found = simulate(partner, Scenario())
    assert found.changed == ()
    assert all(metric.moves == () and metric.change == 0 for one in found.designations for metric in one.metrics)


def test_a_new_customer_of_a_workload_begins_without_users(partner: Hypotheses) -> None:
    held = changed(partner, "add_usage tenant=Elm workload=intune seats=50 active_users=20 associations=cpor months=3 segment=smb")
    elm = held.frames["customers"].filter(name="Elm")["tenant_id"].item()
    assert months(held, "workload_usage", elm, "active_users") == {2: 0, 1: 20, 0: 20}
    assert months(held, "workload_usage", elm, "paid_licenses") == {2: 50, 1: 50, 0: 50}
    # Elm replaces Cedar, which is lost: 0 of net adds in Microsoft 365 instead of -1, and both were cut at 0.
    assert points(partner, held, "net_customer_adds") == 4
    two = changed(
        partner, *(f"add_usage tenant={name} workload=Intune seats=50 active_users=20 associations=cpor" for name in ("Elm", "Fir"))
    )
    assert points(partner, two, "net_customer_adds") == 8


def test_an_existing_customer_had_the_same_a_year_before(partner: Hypotheses) -> None:
    held = changed(partner, "add_usage tenant=Elm service=Sentinel acr_usd=500.5 associations=pal+csp1 existing=true")
    elm = held.frames["customers"].filter(name="Elm")["tenant_id"].item()
    assert months(held, "azure_usage", elm, "acr") == dict.fromkeys(range(24), 5_005_000)
    assert held.frames["azure_usage"].filter(tenant_id=elm)["associations"].unique().to_list() == [1 + 4]
    assert points(partner, held, "net_customer_adds") == points(partner, partner.today, "net_customer_adds")


def test_usage_of_a_known_workload_is_added_to_what_is_there(partner: Hypotheses) -> None:
    held = changed(
        partner, "add_usage tenant=Birch workload=Intune seats=10 active_users=5 first_active_users=5 associations=cpor months=1"
    )
    assert months(held, "workload_usage", BIRCH, "paid_licenses")[0] == 100
    assert months(held, "workload_usage", BIRCH, "active_users")[0] == 25
    row = held.frames["workload_usage"].filter(tenant_id=BIRCH, month=LAST)
    assert row.height == 1
    assert row["associations"].item() == 1 << 4


def test_amounts_change_by_percent_or_to_a_number(partner: Hypotheses) -> None:
    held = changed(partner, "change_usage tenant=acme percent=50")
    assert months(held, "azure_usage", ACME, "acr") == dict.fromkeys(range(12), 1_500_000)
    held = changed(partner, "change_usage tenant=Acme service=Sentinel acr_usd=1000 months=2")
    assert [months(held, "azure_usage", ACME, "acr")[ago] for ago in (0, 1, 2)] == [10_000_000, 10_000_000, 1_000_000]
    assert points(partner, held, "usage_growth") == Fraction(3000, 750)
    held = changed(partner, "change_usage tenant=Birch active_share=33")
    assert months(held, "workload_usage", BIRCH, "active_users")[0] == 30  # 29.7 of 90 seats
    assert months(held, "workload_usage", BIRCH, "active_users")[1] == 20
    held = changed(partner, "change_usage tenant=Birch workload=Intune seats=50 active_users=7")
    row = held.frames["workload_usage"].filter(tenant_id=BIRCH, month=LAST).row(0, named=True)
    assert (row["paid_licenses"], row["assigned_licenses"], row["active_users"]) == (50, 50, 7)


def test_a_customer_is_lost_or_kept(partner: Hypotheses) -> None:
    lost = changed(partner, "drop_customer tenant=Dune")
    assert months(lost, "azure_usage", DUNE, "acr") == dict.fromkeys(range(12, 24), 400_000)
    kept = changed(partner, "keep_customer tenant=Cedar")
    # A year ago: October 2025 and the two months before it, of which only October lies within the year that is kept up.
    assert months(kept, "workload_usage", CEDAR, "active_users") == {0: 30, 1: 30, 2: 30, 12: 30, 13: 30, 14: 30}
    assert (
        changed(partner, "keep_customer tenant=Acme")
        .frames["azure_usage"]
        .sort(pl.all())
        .equals(partner.today.frames["azure_usage"].sort(pl.all()))
    )


def test_an_association_comes_and_goes(partner: Hypotheses) -> None:
    claimed = changed(partner, "add_association tenant=Birch association=cpor since=2026-09-15")
    masks = claimed.frames["workload_usage"].filter(tenant_id=BIRCH).sort("month", descending=True)["associations"].to_list()
    assert masks[:3] == [16, 16, 0]
    # Birch makes up for Cedar, which is lost; with Cedar kept it is one more.
    assert points(partner, claimed, "deployments") == Fraction(20, 6)
    both = changed(partner, "add_association tenant=Birch association=cpor since=2026-09-15", "keep_customer tenant=Cedar")
    assert points(partner, both, "deployments") == 2 * Fraction(20, 6)
    unlinked = changed(partner, "remove_association tenant=Acme association=pal")
    assert points(partner, unlinked, "net_customer_adds") == 0


def test_certificates_come_and_go(partner: Hypotheses) -> None:
    metric = "intermediate_certifications"
    assert points(partner, changed(partner, "certify person=Zoe certification=SC-300"), metric) == 24
    assert points(partner, changed(partner, "certify person=Ada certification='SC-100'"), metric) == 24
    assert points(partner, changed(partner, "certify person=Zoe certification=SC-300 earned_on=2027-01-01"), metric) == 16
    assert points(partner, changed(partner, "renew_certificate person=Cleo certification=SC-300 expires_on=2027-03-11"), metric) == 24
    assert points(partner, changed(partner, "remove_certificate person=Ada certification=SC-200"), metric) == 4
    assert points(partner, changed(partner, "remove_person person=Ada"), metric) == 0
    renewed = changed(partner, "renew_certificate person=p1 certification=sc-200 expires_on=2027-12-15")
    assert renewed.frames["certifications"].filter(person_id="p1").height == 2


def test_changes_follow_each_other(partner: Hypotheses) -> None:
    held = changed(partner, "add_usage tenant=Elm service=Sentinel acr_usd=100 associations=pal", "change_usage tenant=Elm percent=-50")
    elm = held.frames["customers"].filter(name="Elm")["tenant_id"].item()
    assert months(held, "azure_usage", elm, "acr") == dict.fromkeys(range(12), 500_000)
    assert (
        apply_changes(partner, read_changes(["remove_person person=Ada"]), start=held).frames["azure_usage"] is held.frames["azure_usage"]
    )


def test_moves_add_up_to_what_changed(partner: Hypotheses) -> None:
    texts = [
        "add_association tenant=Birch association=cpor",
        "drop_customer tenant=Acme",
        "certify person=Zoe certification=SC-100",
        "remove_certificate person=Ada certification=AZ-500",
    ]
    found = simulate(partner, Scenario(changes=read_changes(texts)))
    moved = 0
    for one in found.designations:
        assert sum((metric.change for metric in one.metrics), Fraction(0)) == one.change
        for metric in one.metrics:
            assert sum((move.points for move in metric.moves), Fraction(0)) == metric.change
            moved += len(metric.moves)
    assert moved >= 4
    rows = records(found)
    assert all(set(row) == set(COLUMNS) for row in rows)
    assert [row["change"] for row in rows if row["metric"] == "total"] == [found.designations[0].change]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("certifi person=Ada certification=SC-200", "no change 'certifi' (did you mean certify?)"),
        ("certify persn=Ada certification=SC-200", "no field 'persn' (did you mean person?)"),
        ("certify person=Ada", "certification: the field is missing"),
        ("certify person", "no field with a value"),
        ("certify person=Ada person=Ben", "given twice"),
        ("certify person='Ada", "close the quotation mark"),
        ("certify person=Ada certification=SC-200 earned_on=soon", "earned_on: 'soon' is no day; write it as 2026-11-24"),
        ("certify person=Ada certification=SC-200 earned_on=0", "earned_on: '0' is no day"),
        ("keep_customer tenant=Acme since=2026-13", "since: '2026-13' is no month; write it as 2026-10, or as a day in it"),
        ("change_usage tenant=Birch workload=Intune active_share=101", "active_share: '101': input should be less than or equal to 100"),
        ("certify person=Ada certification=SC-200 earned_on=2026-02-01 expires_on=2026-01-01", "before earned_on"),
        ("add_usage tenant=A service=Sentinel associations=pal", "a service has acr_usd"),
        ("add_usage tenant=A workload=Intune seats=5 revenue_usd=7 associations=cpor", "seats and active_users, or revenue_usd"),
        ("add_usage tenant=A service=Sentinel workload=Intune acr_usd=1 associations=pal", "not both"),
        ("add_usage tenant=A service=Sentinel acr_usd=1 associations=pall", "did you mean pal?"),
        ("add_usage tenant=A workload=Intune seats=-5 associations=cpor", "seats"),
        ("change_usage tenant=A", "say what changes"),
        ("change_usage tenant=A percent=-101", "more than 100 percent"),
        ("change_usage tenant=A active_share=50 active_users=5 workload=Intune", "not both"),
        ("add_association tenant=A association=csp", "did you mean csp"),
    ],
)
def test_a_change_that_is_wrong_says_what(text: str, said: str) -> None:
    with pytest.raises(AttainError) as refused:
        read_change(text)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("drop_customer tenant=Acmee", "no customer 'Acmee' (did you mean Acme?)"),
        ("remove_person person=Adda", "did you mean Ada?"),
        ("certify person=Ada certification=SC-2000", "did you mean"),
        ("add_usage tenant=Elm service=Sentinal acr_usd=5 associations=pal", "no service 'Sentinal' (did you mean"),
        ("add_usage tenant=Elm workload=Sales revenue_usd=5 associations=csp1", "the facts have no workload_revenue"),
        ("remove_certificate person=Ben certification=SC-200", "Ben holds no SC-200 (holds SC-100)"),
        ("change_usage tenant=Acme workload=Intune seats=5", "has no such usage in the months"),
        ("renew_certificate person=Ada certification=SC-200 expires_on=2026-02-09", "before 2026-02-10, on which Ada earned SC-200"),
        ("add_association tenant=Acme association=cpor workload=Intune", "no such usage since then"),
    ],
)
def test_a_change_that_finds_nothing_says_so(partner: Hypotheses, text: str, said: str) -> None:
    with pytest.raises(AttainError) as refused:
        apply_changes(partner, read_changes(["certify person=Zoe certification=SC-300", text]))
    assert said in str(refused.value)
    assert refused.value.where.startswith(f"change 2, {text.split(maxsplit=1)[0]}")


CHANGES = (
    "add_usage tenant=Elm workload=Intune seats=50 active_users=20 associations=cpor+csp1",
    "add_usage tenant=Elm service=Sentinel acr_usd=1/3 associations=pal existing=true",
    "change_usage tenant=Acme percent=12.5",
    "drop_customer tenant=Dune",
    "keep_customer tenant=Cedar",
    "add_association tenant=Birch association=cpor since=2026-01-01",
    "remove_association tenant=Acme association=pal service=Sentinel",
    "certify person=Ada certification=SC-100 earned_on=2026-11-01",
    "renew_certificate person=Ada certification=SC-200 expires_on=2027-12-15",
    "remove_certificate person=Ben certification=SC-100",
    "remove_person person=Cleo",
)


@pytest.mark.parametrize("name", ["kept.yaml", "kept.json"])
def test_a_scenario_is_kept_and_replayed(name: str, tmp_path: Path) -> None:
    scenario = Scenario(name="Ümlaut", note="two: things", changes=read_changes(CHANGES))
    write_scenario(scenario, tmp_path / name)
    assert read_scenario(tmp_path / name) == scenario


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("changes:\n- do: certfy\n  person: Ada\n", ":2: there is no change 'certfy' (did you mean certify?)"),
        ("changes:\n- person: Ada\n", "does not say what it does"),
        ("changes:\n- do: certify\n  person: Ada\n  certificate: SC-200\n  certification: SC-200\n", "there is no field 'certificate'"),
        ("changes:\n- do: certify\n  person: Ada\n", "the field 'certification' is missing"),
        ("change: []\n", "there is no field 'change' (did you mean changes?)"),
        ("changes:\n- do: change_usage\n  tenant: A\n  percent: 1.5\n", "1.5 is not exact as it stands"),
    ],
)
def test_a_scenario_file_that_is_wrong_says_where(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AttainError) as refused:
        read_scenario(path)
    assert said in str(refused.value)
    assert "wrong.yaml" in str(refused.value)


def test_a_month_may_be_given_for_a_day_in_it() -> None:
    (whole,) = read_changes(["add_association tenant=Birch association=cpor since=2026-09"])
    (day,) = read_changes(["add_association tenant=Birch association=cpor since=2026-09-01"])
    assert whole == day
    assert read_expected("percent=5 from=2027-01") == read_expected("percent=5 from=2027-01-01")
    with pytest.raises(AttainError, match="from: '0' is no month; write it as 2026-10"):
        read_expected("percent=5 from=0")
