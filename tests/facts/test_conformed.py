"""What the contract says of good rows: codes, amounts, roll-up (I-10), associations, references."""

from __future__ import annotations

import pytest

from attain.facts.facts import Facts
from tests.facts.conftest import AZURE, CERTIFICATES, LINKS, OTHER, PARTNERS, REVENUE, SEATS, TENANT, Folder, rows

ROLL_UP = ("A,Contoso,DE,reseller,global,,D", "B,Contoso Bern,CH,reseller,location,A,D", "D,Distributor,DE,distributor,global,,")


def _seen(facts: Facts, table: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in rows(facts, table)]


def test_names_come_by_code_name_alias_and_old_name_whatever_case_and_punctuation(folder: Folder) -> None:
    services = (
        "Key Vault",
        "key-vault",
        "KEY VAULT",
        "Security Center",
        "Azure Defender",
        "Microsoft Defender for Cloud",
        "Quantum Toaster",
        "quantum  toaster!",
    )
    facts = folder.azure(*(f"2026-10,A,{TENANT},s{number},{service},,pal,1," for number, service in enumerate(services))).load()
    assert _seen(facts, "azure_usage", "service", "acr") == [
        ("key-vault", 30_000),
        ("microsoft-defender-for-cloud", 30_000),
        ("Quantum Toaster", 20_000),
    ]
    assert list(facts.unknown["service"]) == ["Quantum Toaster"]
    assert len(facts.unknown["service"]["Quantum Toaster"]) <= 3


def test_an_unknown_name_comes_with_the_nearest_of_the_catalog(folder: Folder) -> None:
    facts = folder.azure(f"2026-10,A,{TENANT},s1,Key Valt,Free Trail,pal,1,").load()
    assert facts.unknown["service"]["Key Valt"][0] == "Key Vault"
    assert facts.unknown["offer"]["Free Trail"][0] == "Trial"


def test_an_empty_offer_is_paid_and_an_empty_basis_is_acr_and_bases_are_never_summed(folder: Folder) -> None:
    facts = folder.azure(
        f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,",
        f"2026-10,A,{TENANT},s1,Key Vault,Trial,pal,2,ACR",
        f"2026-10,A,{TENANT},s1,Key Vault,Trial,pal,4,billed",
    ).load()
    assert sorted(_seen(facts, "azure_usage", "offer", "basis", "acr")) == [
        ("paid", "acr", 10_000),
        ("trial", "acr", 20_000),
        ("trial", "billed", 40_000),
    ]
    assert facts.months["azure_usage"] == {"acr": (24321,), "billed": (24321,)}


def test_amounts_are_rounded_half_even_per_key_and_then_summed(folder: Folder) -> None:
    amounts = ("0.00005", "0.00015", "0.000250000000000001", "-0.00005", "-0.00015", "1e-4", "+2.5E0", ".5", "7.")
    facts = folder.azure(*(f"2026-10,A,{TENANT},s{number},Key Vault,,pal,{amount}," for number, amount in enumerate(amounts))).load()
    detail = facts.scan("azure_detail").sort("subscription_id").collect()["acr"].to_list()
    assert detail == [0, 2, 3, 0, -2, 1, 25_000, 5_000, 70_000]
    assert facts.scan("azure_usage").collect()["acr"].to_list() == [sum(detail)]


def test_tenants_come_with_or_without_hyphens(folder: Folder) -> None:
    folder.azure(f"2026-10,A,{TENANT.replace('-', '').upper()},s1,Key Vault,,pal,1,", f"2026-10,A,{TENANT},s2,Key Vault,,pal,1,")
    assert _seen(folder.load(), "azure_usage", "tenant_id", "acr") == [(TENANT, 20_000)]


def test_months_come_as_months_or_any_date_in_them(folder: Folder) -> None:
    folder.azure(
        *(
            f"{month},A,{TENANT},s{number},Key Vault,,pal,1,"
            for number, month in enumerate(("2026-10", "2026-10-31", "2026-10-01T00:00:00Z"))
        )
    )
    assert _seen(folder.load(), "azure_usage", "month", "acr") == [("2026-10", 30_000)]


def test_empty_counts_are_zero_and_are_listed(folder: Folder) -> None:
    facts = folder.write("workload_usage", SEATS, f"2026-10,A,{TENANT},Intune,cpor,12.0,,,").load()
    assert _seen(facts, "workload_usage", "paid_licenses", "assigned_licenses", "active_users", "capacity") == [(12, 0, 0, 0)]
    assert facts.report.warnings == tuple(
        f"workload_usage.csv: empty cells of {name} count 0: 1" for name in ("active_users", "assigned_licenses", "capacity")
    )


def test_azure_usage_across_locations_is_taken_once_the_larger_with_associations_united(folder: Folder) -> None:
    folder.write("partners", PARTNERS, *ROLL_UP).azure(
        f"2026-10,A,{TENANT},s1,Key Vault,,pal,100,",
        f"2026-10,B,{TENANT},s1,Key Vault,,csp2,120.5,",
        f"2026-10,B,{TENANT},s2,Key Vault,,pal+csp2,-7,",
        f"2026-10,D,{TENANT},s1,Key Vault,,csp1,120.5,",
    )
    facts = folder.load()
    assert _seen(facts, "azure_usage", "partner_id", "associations", "acr") == [("A", "pal+csp2", 1_135_000), ("D", "csp1", 1_205_000)]
    assert _seen(facts, "azure_detail", "location_id", "partner_id", "subscription_id", "acr") == [
        ("A", "A", "s1", 1_000_000), ("B", "A", "s1", 1_205_000), ("B", "A", "s2", -70_000), ("D", "D", "s1", 1_205_000),
    ]  # fmt: skip


def test_workload_usage_across_locations_takes_each_count_by_itself_and_revenue_is_summed(folder: Folder) -> None:
    folder.write("partners", PARTNERS, *ROLL_UP)
    folder.write("workload_usage", SEATS, f"2026-10,A,{TENANT},Intune,cpor,100,90,10,0", f"2026-10,B,{TENANT},Intune,csp1,80,95,20,0")
    folder.write("workload_revenue", REVENUE, f"2026-10,A,{TENANT},Sales,dpor,100", f"2026-10,B,{TENANT},Sales,csp1,50.5")
    facts = folder.load()
    assert _seen(facts, "workload_usage", "partner_id", "associations", "paid_licenses", "assigned_licenses", "active_users") == [
        ("A", "csp1+cpor", 100, 95, 20)
    ]
    assert _seen(facts, "workload_revenue", "partner_id", "associations", "revenue") == [("A", "dpor+csp1", 1_505_000)]


def test_a_person_at_two_locations_is_one_person(folder: Folder) -> None:
    folder.write("partners", PARTNERS, *ROLL_UP).write(
        "certifications",
        CERTIFICATES,
        "A,p1,Ada,AZ-500,2025-01-01,2027-01-01,left",
        "B,p1,Ada,Azure Security Engineer Associate,2025-01-01,2026-01-01,",
        "B,p2,Bo,AZ-500,2025-01-01,2026-01-01,active",
        "A,p2,Bo,AZ-500,2025-01-01,,active",
    )
    found = _seen(folder.load(), "certifications", "partner_id", "person_id", "expires_on", "status")
    assert [(partner, person, str(expires), status) for partner, person, expires, status in found] == [
        ("A", "p1", "2026-01-01", "active"),
        ("A", "p2", "None", "active"),
    ]


def test_every_account_in_partners_or_in_facts_is_listed_with_what_is_known_of_it(folder: Folder) -> None:
    folder.write("partners", PARTNERS, *ROLL_UP, "E,,,,,F,B").azure(f"2026-10,X,{TENANT},s1,Key Vault,,pal,100,")
    facts = folder.load()
    assert _seen(facts, "accounts", "partner_id", "name", "distributor_id") == [
        ("A", "Contoso", "D"),
        ("D", "Distributor", None),
        ("F", None, None),
        ("X", None, None),
    ]
    assert _seen(facts, "locations", "partner_id", "account") == [("A", "A"), ("B", "A"), ("D", "D"), ("E", "F"), ("X", "X")]
    assert facts.report.warnings == ("partners of usage rows without a row in partners, 1 in all: X; their rows are kept",)


def test_a_tenant_without_a_row_in_customers_is_kept_with_a_warning(folder: Folder) -> None:
    facts = folder.write("customers", "tenant_id,name", f"{OTHER},x").azure(f"2026-10,X,{TENANT},s1,Key Vault,,pal,100,").load()
    assert facts.report.warnings == (f"tenants of usage rows without a row in customers, 1 in all: {TENANT}; their rows are kept",)
    assert facts.report.files[-1].kept == 1


BARE = AZURE.replace(",associations", "")


@pytest.mark.parametrize(
    ("link", "associations"),
    [
        (f"A,{TENANT},pal,,,", "pal"),
        (f"B,{TENANT},pal,,,", "pal"),
        (f"A,{TENANT},Partner Admin Link,s1,,", "pal"),
        (f"A,{TENANT},pal,s2,,", ""),
        (f"A,{OTHER},pal,,,", ""),
        (f"D,{TENANT},pal,,,", ""),
        (f"A,{TENANT},pal,,2026-10-31,", "pal"),
        (f"A,{TENANT},pal,,2026-11-01,", ""),
        (f"A,{TENANT},pal,,2020-01-01,2026-10-01", "pal"),
        (f"A,{TENANT},pal,,2020-01-01,2026-09-30", ""),
        (f"A,{TENANT},pal,,2026-10-07,2026-10-07", "pal"),
    ],
)
def test_the_associations_table_speaks_for_bare_rows_in_months_with_an_active_day(folder: Folder, link: str, associations: str) -> None:
    folder.write("partners", PARTNERS, *ROLL_UP).write("associations", LINKS, link).write(
        "azure_usage", BARE, f"2026-10,A,{TENANT},s1,Key Vault,,1,"
    )
    facts = folder.load()
    assert _seen(facts, "azure_usage", "partner_id", "associations") == [("A", associations)]
    assert len(facts.masks["azure_usage"]) == 1


def test_wide_and_narrow_associations_unite_and_one_given_twice_counts_once(folder: Folder) -> None:
    folder.write(
        "associations",
        LINKS,
        f"A,{TENANT},pal,,,",
        f"A,{TENANT},pal,s1,,",
        f"A,{TENANT},pal,,2026-01-01,",
        f"A,{TENANT},csp1,s1,,",
        f"A,{TENANT},dpor,,,",
    )
    folder.write("azure_usage", BARE, f"2026-10,A,{TENANT},s1,Key Vault,,1,")
    assert _seen(folder.load(), "azure_usage", "associations") == [("pal+dpor+csp1",)]


@pytest.mark.parametrize(
    ("cell", "basis", "associations"),
    [("", "", ""), ("csp1", "", "csp1"), ("", "billed", "pal"), ("csp1", "billed", "csp1"), ("", "ACR", "")],
)
def test_the_associations_table_never_adds_to_a_source_that_carries_associations(
    folder: Folder, cell: str, basis: str, associations: str
) -> None:
    folder.write("associations", LINKS, f"A,{TENANT},pal,,,").azure(f"2026-10,A,{TENANT},s1,Key Vault,,{cell},1,{basis}")
    assert _seen(folder.load(), "azure_usage", "associations") == [(associations,)]


def test_a_scope_may_be_a_workload_by_any_of_its_names(folder: Folder) -> None:
    folder.write("associations", LINKS, f"A,{TENANT},cpor,intune,,", f"A,{TENANT},csp1,Quantum-Toaster,,", f"A,{TENANT},dpor,sub-7,,")
    header = SEATS.replace(",associations", "")
    folder.write(
        "workload_usage",
        header,
        f"2026-10,A,{TENANT},Intune,1,1,1,1",
        f"2026-10,A,{TENANT},quantum toaster,1,1,1,1",
        f"2026-10,A,{TENANT},Exchange Online,1,1,1,1",
    )
    found = {row["workload"]: row["associations"] for row in rows(folder.load(), "workload_usage")}
    assert found == {"intune": "cpor", "quantum toaster": "csp1", "exchange-online": ""}


@pytest.mark.parametrize("named", [OTHER, OTHER.upper().replace("-", " "), OTHER.replace("-", ""), "Exchange Online"])
def test_a_workload_may_even_be_named_by_a_guid(folder: Folder, named: str) -> None:
    folder.write("associations", LINKS, f"A,{TENANT},pal,{OTHER},,")
    folder.write("workload_usage", SEATS.replace(",associations", ""), f"2026-10,A,{TENANT},{named},1,1,1,1")
    assert _seen(folder.load(), "workload_usage", "associations") == [("" if named == "Exchange Online" else "pal",)]


def test_a_row_whose_scope_is_the_subscription_fills_partner_and_tenant_of_cost_rows(folder: Folder) -> None:
    folder.write("associations", LINKS, f"A,{TENANT},pal,s1,2026-10-05,", f"C,{TENANT},csp1,S1,,", f"C,{TENANT},csp1,s1,,")
    folder.azure(
        "2026-09,,,s1,Key Vault,,,8,billed",
        "2026-10,,,s1,Key Vault,,,1,billed",
        "2026-10,,,s9,Key Vault,,,2,billed",
        "2026-10,A,,s1,Sentinel,,,4,billed",
    )
    facts = folder.load()
    assert _seen(facts, "azure_usage", "month", "partner_id", "tenant_id", "associations", "service", "acr") == [
        ("2026-09", "C", TENANT, "csp1", "key-vault", 80_000),
        ("2026-10", "A", TENANT, "pal", "key-vault", 10_000),
        ("2026-10", "A", TENANT, "pal", "sentinel", 40_000),
        ("2026-10", "C", TENANT, "csp1", "key-vault", 10_000),
    ]
    assert _seen(facts, "unassigned", "subscription_id", "acr") == [("s9", 20_000)]
    assert (facts.report.files[0].kept, facts.report.files[0].unassigned) == (4, 1)


def test_a_subscription_that_names_two_tenants_fills_nothing(folder: Folder) -> None:
    folder.write("associations", LINKS, f"A,{TENANT},pal,s1,,", f"A,{OTHER},pal,s1,,").azure("2026-10,,,s1,Key Vault,,,1,billed")
    assert _seen(folder.load(), "unassigned", "subscription_id", "acr") == [("s1", 10_000)]


def test_unassigned_rows_count_for_the_months_covered(folder: Folder) -> None:
    facts = folder.azure("2026-09,,,s1,Key Vault,,,1,billed").load()
    assert facts.months["azure_usage"] == {"billed": (24320,)}
    assert facts.scan("azure_usage").collect().height == 0
