"""A partner as a whole: every customer against every condition, every certificate and gate, usage month by month. All facts are by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from attain.errors import AttainError
from attain.explaining.eligibility import Eligibility
from attain.explaining.skilling import Skilling
from attain.explaining.trends import TrendMonth, Trends
from attain.workspace import Workspace
from tests.oracle.build import AS_OF, PARTNER, M, P, azure, certificate, covered, revenue, seats, tenant
from tests.scoring.disk import write_facts

ADDS = "security.net_customer_adds.azure"
SEATS = "security.net_customer_adds.microsoft-365"
TRACKS = {"security": "smb"}


def opened(folder: Path, facts: dict[str, list[Any]]) -> Workspace:
    workspace = Workspace.open(write_facts(facts, folder))
    assert not workspace.facts.report.rejects
    return workspace


def eligible(folder: Path, **facts: list[Any]) -> Eligibility:
    given: dict[str, list[Any]] = {"azure_usage": [], "workload_usage": [], **facts}
    customers = given.pop("customers", [])
    every = covered(**given) | ({"customers": customers} if customers else {})
    return opened(folder, every).eligibility(AS_OF, partner=PARTNER, tracks=TRACKS, designations=["security"])


def test_each_customer_stands_to_each_condition_as_its_usage_says(tmp_path: Path) -> None:
    found = eligible(
        tmp_path,
        azure_usage=[
            azure(M, 1, "600"),
            azure(P, 2, "900"),
            azure(M, 3, "400"),
            azure(M, 4, "700", associations=""),
            azure(M, 5, "10"),
        ],
        workload_usage=[seats(M, 1, 20, 10)],
        customers=[{"tenant_id": tenant(1), "name": "Zeta", "segment": "smb"}, {"tenant_id": tenant(2), "name": "Alfa", "segment": "smb"}],
    )
    assert [customer.name for customer in found.customers[:2]] == ["Alfa", "Zeta"]
    stands = {customer.tenant_id: customer.meets(ADDS) for customer in found.customers}
    assert stands == {tenant(1): "counts", tenant(2): "lost", tenant(3): "near", tenant(4): "unrecognized", tenant(5): "no"}
    assert found.counts(ADDS) == {"counts": 1, "near": 1, "unrecognized": 1, "lost": 1, "no": 1, "": 0}
    assert found.counts(SEATS)["counts"] == 1
    for asked, expected in (
        ({}, {1, 2, 3, 4, 5}),
        ({"criterion": SEATS}, {1}),
        ({"criterion": ADDS, "meets": "lost"}, {2}),
        ({"criterion": SEATS, "meets": "lost"}, set()),
        ({"criterion": ADDS, "meets": "counts"}, {1}),
        ({"meets": "unrecognized"}, {4}),
    ):
        assert {one.tenant_id for one in found.matching("", **asked)} == {tenant(number) for number in expected}, asked
    assert [one.tenant_id for text in ("ZET", tenant(4)) for one in found.matching(text)] == [tenant(1), tenant(4)]
    one = found.of(tenant(1))
    assert one is not None
    assert one.meets(SEATS) == "counts"
    assert "600 USD" in one.reason(ADDS)
    assert "200 short" in next(customer.reason(ADDS) for customer in found.customers if customer.tenant_id == tenant(3))
    assert found.of(tenant(77)) is None


def test_a_customer_stands_with_each_workload_where_the_condition_looks_at_workloads(tmp_path: Path) -> None:
    sold = [revenue(M, 1, "749.99", "Sales"), revenue(M, 1, "1500", "Finance"), revenue(P, 2, "1500", "Sales"), revenue(M, 2, "750")]
    workspace = opened(tmp_path, covered(workload_revenue=sold))
    tracks = {"business-applications": "enterprise"}
    found = workspace.eligibility(AS_OF, partner=PARTNER, tracks=tracks, designations=["business-applications"])
    (criterion,) = {one.key for one in found.criteria if one.metric == "net_customer_adds"}
    stands = {customer.tenant_id: {part.workload: part.meets for part in customer.parts[criterion]} for customer in found.customers}
    assert stands == {tenant(1): {"Finance": "counts", "Sales": "no"}, tenant(2): {"Sales": "near"}}
    assert {customer.tenant_id: customer.meets(criterion) for customer in found.customers} == {tenant(1): "counts", tenant(2): "near"}
    assert {customer.tenant_id: customer.counted_before(criterion) for customer in found.customers} == {tenant(1): False, tenant(2): True}
    assert [customer.reason(criterion)[:4] for customer in found.customers] == ["new:", "lost"]


def test_conditions_are_those_of_the_track_that_counts_and_say_what_they_ask(tmp_path: Path) -> None:
    found = eligible(tmp_path, azure_usage=[azure(M, 1, "1")])
    words = {criterion.key: criterion.condition for criterion in found.criteria}
    assert words[ADDS] == "at least 600 USD"
    assert words["security.deployments.microsoft-365"].endswith("at least 15% of users active")
    assert {criterion.track for criterion in found.criteria} == {"smb"}


def test_services_as_a_whole_and_growth_that_asks_nothing_are_no_conditions_on_customers(tmp_path: Path) -> None:
    workspace = opened(tmp_path, covered(azure_usage=[azure(M, 1, "600"), azure(M, 1, "600", service="Storage")]))
    found = workspace.eligibility(AS_OF, partner=PARTNER, tracks={"data-ai": "smb"}, designations=["data-ai"])
    assert [criterion.metric for criterion in found.criteria] == ["net_customer_adds"]
    assert [customer.tenant_id for customer in found.customers] == [tenant(1)]


def test_a_partner_the_facts_do_not_have_is_refused(tmp_path: Path) -> None:
    workspace = opened(tmp_path, covered(azure_usage=[]))
    with pytest.raises(AttainError) as refused:
        workspace.eligibility(AS_OF, partner="9", tracks=TRACKS)
    assert refused.value.code == "unknown-partner"


def skilled(folder: Path, *certificates: Any) -> Skilling:
    facts = {"partners": [{"partner_id": PARTNER, "account": "global"}], "certifications": list(certificates)}
    return opened(folder, facts).skilling(AS_OF, partner=PARTNER, tracks={"security": "smb"})


def test_a_gate_says_how_many_it_lacks_and_who_could_close_it(tmp_path: Path) -> None:
    found = skilled(
        tmp_path,
        certificate("ann", "AZ-500", expires=date(2026, 11, 1)),
        certificate("bob", "SC-200"),
        certificate("cid", "SC-200", status="not_linked"),
        certificate("dora", "SC-300", expires=date(2026, 12, 10)),
        certificate("eve", "SC-300", status="left"),
    )
    gates = {step.ref.step: step for step in found.steps if step.ref.is_gate}
    assert [(step.needed, step.holders, step.is_met, step.missing) for step in gates.values()] == [(1, 0, False, 1), (1, 1, True, 0)]
    # AZ-500 retired on 2026-08-31: what expired since cannot be renewed
    assert [(one.person_id, one.code, one.does) for one in found.closers] == [("ann", "AZ-500", "earn the certificate that replaces it")]
    states = {one.person_id: one.state for one in found.certificates}
    assert states == {"ann": "expired", "bob": "counts", "cid": "not_linked", "dora": "counts", "eve": "left"}
    assert [one.person_id for one in found.certificates if one.ends_within(AS_OF, 30)] == ["dora"]
    # From AS_OF to the last day of her certificate it is sixteen days.
    ending = {days: [one.person_id for one in found.certificates if one.ends_within(AS_OF, days)] for days in (15, 16)}
    assert ending == {15: [], 16: ["dora"]}
    assert found.people == 2

    def kept(text: str = "", **asked: Any) -> list[str]:
        return [one.person_id for one in found.matching(text, lambda _, person: f"Mark {person}", **asked)]

    assert kept() == [one.person_id for one in found.certificates]
    assert kept(state="left") == kept("MARK EVE") == ["eve"]
    assert sorted(kept("sc-300")) == ["dora", "eve"]
    assert kept(within=30) == kept("dora", within=30) == ["dora"]
    assert kept(within=0) == kept("bob", within=30) == []
    assert [ref.step for ref in next(one for one in found.certificates if one.person_id == "bob").serves] == ["step-2"]


def test_somebody_who_passed_but_is_not_linked_could_close_a_gate(tmp_path: Path) -> None:
    found = skilled(tmp_path, certificate("cid", "SC-200", status="not_linked"), certificate("eve", "SC-200", status="left"))
    assert [(one.person_id, one.does) for one in found.closers] == [("cid", "link the certificate to the company")]


@pytest.mark.parametrize(
    ("held", "does"),
    [
        ([certificate("ann", "SC-500", expires=date(2026, 11, 23))], [("SC-500", "renew it")]),
        ([certificate("ann", "SC-500", expires=date(2026, 11, 24))], []),
        (
            [certificate("ann", "SC-500", expires=date(2026, 11, 23), status="not_linked")],
            [("SC-500", "renew it and link it to the company")],
        ),
        ([certificate("ann", "AZ-500", status="not_linked")], [("AZ-500", "link the certificate to the company")]),
        (
            [certificate("ann", "AZ-500", expires=date(2026, 11, 23), status="not_linked")],
            [("AZ-500", "earn the certificate that replaces it")],
        ),
        ([certificate("ann", "AZ-500", earned=date(2026, 9, 1))], [("AZ-500", "earn the certificate that replaces it")]),
        (
            [certificate("ann", "SC-500", expires=date(2026, 11, 23)), certificate("ann", "AZ-500", status="not_linked")],
            [("AZ-500", "link the certificate to the company")],
        ),
    ],
)
def test_who_could_close_a_gate_is_told_what_makes_a_certificate_count(
    held: list[Any], does: list[tuple[str, str]], tmp_path: Path
) -> None:
    """I-14: linking one that has expired is not enough, and what has retired cannot be earned or renewed any more."""
    found = skilled(tmp_path, *held)
    assert [(one.code, one.does) for one in found.closers] == does


def test_without_certificates_nothing_is_said(tmp_path: Path) -> None:
    found = opened(tmp_path, covered(azure_usage=[azure(M, 1, "1")])).skilling(AS_OF, partner=PARTNER, tracks={"security": "smb"})
    assert (found.has_facts, found.steps, found.certificates, found.closers) == (False, (), (), ())


def followed(folder: Path, azure_usage: list[Any], workload_usage: list[Any]) -> Trends:
    facts = covered(azure_usage=azure_usage, workload_usage=workload_usage)
    return opened(folder, facts).trends(AS_OF, partner=PARTNER, tracks=TRACKS, designations=["security"])


def test_usage_that_no_association_recognizes_is_followed_as_none(tmp_path: Path) -> None:
    """No row has an association and none an offer that is left out: the condition looks at nothing."""
    workspace = opened(tmp_path, covered(azure_usage=[azure(M, 1, "5", associations="")]))
    found = workspace.trends(AS_OF, partner=PARTNER, tracks={"data-ai": "enterprise"}, designations=["data-ai"])
    assert {(month.customers, month.amount) for month in found.of["azure_usage"].months} == {(0, 0)}


def test_customers_are_kept_won_or_lost_against_the_same_month_a_year_before(tmp_path: Path) -> None:
    found = followed(
        tmp_path,
        [
            azure(P, 1, "5"),
            azure(M, 1, "7.5"),
            azure(P, 2, "5"),
            azure(M, 3, "1.25"),
            azure(M, 3, "0.25", service="Storage"),
            azure(M, 4, "50", associations=""),
            azure(M, 5, "99", partner="other"),
            azure(M, 6, "9", basis="list"),
        ],
        [seats(M, 1, 10, 4), seats(M, 2, 10, 0), seats(M - 1, 1, 10, 3)],
    )
    months = {month.month: month for month in found.of["azure_usage"].months}
    assert len(months) == 25
    # Storage is no service of the designation.
    assert months["2026-10"] == TrendMonth("2026-10", 2, 1, 1, 1, Decimal("8.75"))
    assert months["2025-10"] == TrendMonth("2025-10", 2, 0, 2, 0, Decimal("10.0000"))
    assert (months["2024-10"].existing, months["2024-10"].added, months["2024-10"].lost) == (None, None, None)
    users = {month.month: month for month in found.of["workload_usage"].months}
    assert (users["2026-10"].customers, users["2026-10"].amount, users["2026-09"].amount) == (1, Decimal(4), Decimal(3))
