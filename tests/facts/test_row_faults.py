"""Each fault of a row, with its exact line."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from attain.errors import AttainError
from attain.facts.schema import PARTNER_ID_LENGTH
from tests.facts.conftest import CERTIFICATES, LINKS, OTHER, PARTNERS, REVENUE, SEATS, TENANT, Folder

ENROLLMENTS = "partner_id,designation,enrolled_on,paid_on,anniversary,track"

DECIMALS = "write digits and a decimal point, such as -1234.56"
NO_THOUSANDS = "leave out thousands separators and use a decimal point, such as 1234.56"
ACCOUNTS_HINT = "a location names its global account, and a global account no other"
CODES = "pal, dpor, csp1, csp2, cpor, cpor_osa, cpor_osu, cpor_revrec, cpor_revrec_performance"
KEEP = "keep the right one of the rows"
SHORTENED = "a spreadsheet shortened (make the column text in the spreadsheet, and fill in the whole id)"
NO_TEXT = "has a character that is no text, NUL (export the file again, or take the character out)"
GUID_HINT = "a tenant id looks like 0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (f"2026-13,A,{TENANT},s,Key Vault,,pal,1,", "column month: '2026-13' is no month (write it as 2026-10, or as a date in it)"),
        (f"0000-01,A,{TENANT},s,Key Vault,,pal,1,", "column month: '0000-01' is no month (write it as 2026-10, or as a date in it)"),
        (f"October,A,{TENANT},s,Key Vault,,pal,1,", "column month: 'October' is no month (write it as 2026-10, or as a date in it)"),
        (f"2026-02-30,A,{TENANT},s,Key Vault,,pal,1,", "column month: '2026-02-30' is no month (write it as 2026-10, or as a date in it)"),
        (f"1926-10,A,{TENANT},s,Key Vault,,pal,1,", "column month: '1926-10' is a month outside 2000 to 2099 (check the year)"),
        (f",A,{TENANT},s,Key Vault,,pal,1,", "column month: the cell is empty (it must be filled in)"),
        ("2026-10,A,contoso.com,s,Key Vault,,pal,1,", f"column tenant_id: 'contoso.com' is no GUID ({GUID_HINT})"),
        (
            "2026-10,A,0f8fad5bd9cb-469fa16570867728950e,s,Key Vault,,pal,1,",
            f"column tenant_id: '0f8fad5bd9cb-469fa16570867728950e' is no GUID ({GUID_HINT})",
        ),
        (f"2026-10,4.50123E+06,{TENANT},s,Key Vault,,pal,1,", f"column partner_id: '4.50123E+06' is an id that {SHORTENED}"),
        (f'2026-10,A,{TENANT},"4,5E+12",Key Vault,,pal,1,', f"column subscription_id: '4,5E+12' is an id that {SHORTENED}"),
        (f"2026-10,A,{TENANT},s, ,,pal,1,", "column service: the cell is empty (it must be filled in)"),
        (
            f"2026-10,A,{TENANT},s,Key Vault,,pal+OTHER,1,",
            f"column associations: 'pal+OTHER' is no association (one of {CODES}, joined by +)",
        ),
        (
            f"2026-10,A,{TENANT},s,Key Vault,,Partner Admn Link,1,",
            "column associations: 'Partner Admn Link' is no association (did you mean Partner Admin Link?)",
        ),
        (f"2026-10,A,{TENANT},s,Key Vault,,pal,,", "column acr_usd: the cell is empty (it must be filled in)"),
        (
            f'2026-10,A,{TENANT},s,Key Vault,,pal,"1,234.50",',
            f"column acr_usd: '1,234.50' is no plain decimal amount ({NO_THOUSANDS})",
        ),
        (
            f"2026-10,A,{TENANT},s,Key Vault,,pal,$12,",
            "column acr_usd: '$12' is no plain decimal amount (leave out the currency; amounts are US dollars)",
        ),
        (
            f"2026-10,A,{TENANT},s,Key Vault,,pal,NaN,",
            f"column acr_usd: 'NaN' is no plain decimal amount ({DECIMALS})",
        ),
        (
            f"2026-10,A,{TENANT},s,Key Vault,,pal,1000000000,",
            "column acr_usd: '1000000000' is a billion US dollars or more in one row (check the unit and the currency)",
        ),
        (
            f"2026-10,A,{TENANT},s,Key Vault,,pal,999999999.99995,",
            "column acr_usd: '999999999.99995' is a billion US dollars or more in one row (check the unit and the currency)",
        ),
        (
            f"2026-10,A,{TENANT},s,Key Vault,,pal,1e99,",
            "column acr_usd: '1e99' is a billion US dollars or more in one row (check the unit and the currency)",
        ),
        (f"2026-10,A,{TENANT},s,Key Vault,,pal,1,bill", "column basis: 'bill' is no basis (did you mean billed?)"),
    ],
)
def test_an_azure_row_with_a_fault_is_set_aside_with_one_line(folder: Folder, row: str, line: str) -> None:
    folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,", row)
    assert folder.rejects() == [f"azure_usage.csv, row 3, {line}"]
    assert folder.load().scan("azure_usage").collect().height == 1


@pytest.mark.parametrize(
    ("table", "header", "row", "line"),
    [
        (
            "workload_usage",
            SEATS,
            f"2026-10,A,{TENANT},Intune,cpor,-5,,,",
            "column paid_licenses: '-5' is negative (a count is 0 or more; leave the cell empty if it is unknown)",
        ),
        (
            "workload_usage",
            SEATS,
            f"2026-10,A,{TENANT},Intune,cpor,12.5,,,",
            "column paid_licenses: '12.5' is no whole number (write digits only, such as 1200)",
        ),
        (
            "workload_usage",
            SEATS,
            f"2026-10,A,{TENANT},Intune,cpor,,,1000000000,",
            "column active_users: '1000000000' is larger than any license or user count (check the column)",
        ),
        ("workload_usage", SEATS, f"2026-10,,{TENANT},Intune,cpor,5,,,", "column partner_id: the cell is empty (it must be filled in)"),
        ("workload_usage", SEATS, "2026-10,A,,Intune,cpor,5,,,", "column tenant_id: the cell is empty (it must be filled in)"),
        (
            "workload_revenue",
            REVENUE,
            f"2026-10,A,{TENANT},Sales,dpor,(5)",
            f"column revenue_usd: '(5)' is no plain decimal amount ({DECIMALS})",
        ),
        (
            "certifications",
            CERTIFICATES,
            "A,p1,,AZ-500,2026-05-02,2026-05-01,",
            "column expires_on: '2026-05-01' lies before earned_on, 2026-05-02 (check the two dates)",
        ),
        ("certifications", CERTIFICATES, "A,p1,,AZ-500,02.05.2026,,", "column earned_on: '02.05.2026' is no date (write it as 2026-10-31)"),
        (
            "certifications",
            CERTIFICATES,
            "A,p1,,AZ-500,2026-05-02,,gone",
            "column status: 'gone' is no status (one of active, not_linked, left, or empty)",
        ),
        (
            "associations",
            LINKS,
            f"A,{TENANT},pal,,2026-05-02,2026-05-01",
            "column ended_on: '2026-05-01' lies before started_on, 2026-05-02 (check the two dates)",
        ),
        (
            "enrollments",
            ENROLLMENTS,
            "A,security,2026-05-08,,2026-05-08,",
            "column anniversary: '2026-05-08' is not after enrolled_on, 2026-05-08 (check the two dates)",
        ),
        ("associations", LINKS, f"A,{TENANT},,,,", "column association: the cell is empty (it must be filled in)"),
        ("partners", PARTNERS, "A,,,resaler,,,", "column kind: 'resaler' is no kind (did you mean reseller?)"),
        (
            "partners",
            PARTNERS,
            "B,,,,location,,",
            f"column global_id: is not the id of another account, but the row is a location ({ACCOUNTS_HINT})",
        ),
        (
            "partners",
            PARTNERS,
            "B,,,,global,C,",
            f"column global_id: 'C' is another account, but the row says it is global itself ({ACCOUNTS_HINT})",
        ),
    ],
)
def test_a_row_with_a_fault_is_set_aside_with_one_line(folder: Folder, table: str, header: str, row: str, line: str) -> None:
    folder.write(table, header, row)
    assert folder.rejects() == [f"{table}.csv, row 2, {line}"]


def test_a_location_below_a_location_is_set_aside(folder: Folder) -> None:
    folder.write("partners", PARTNERS, "A,,,,global,,", "B,,,,location,A,", "C,,,,location,B,")
    hint = ACCOUNTS_HINT
    assert folder.rejects() == [f"partners.csv, row 4, column global_id: 'B' is a location itself, not a global account ({hint})"]


def test_a_row_with_too_few_or_too_many_cells_is_set_aside_and_later_rows_keep_their_numbers(folder: Folder) -> None:
    folder.azure(
        f"2026-10,A,{TENANT}",
        f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,",
        f"2026-10,A,{TENANT},s2,Key Vault,,pal,1,000,",
        "",
        f"2026-10,A,{TENANT},s3,Key Vault,,pal,x,",
    )
    hint = "put a cell with a comma or a line break into quotation marks"
    assert folder.rejects() == [
        f"azure_usage.csv, row 2: the row has 3 cells, the header 9 ({hint})",
        f"azure_usage.csv, row 4: the row has 10 cells, the header 9 ({hint})",
        f"azure_usage.csv, row 6, column acr_usd: 'x' is no plain decimal amount ({DECIMALS})",
    ]
    report = folder.load().report.files[0]
    assert (report.rows, report.kept, report.repeated, report.rejected) == (4, 1, 0, 3)


def test_a_key_that_repeats_with_other_values_sets_all_its_rows_aside(folder: Folder) -> None:
    folder.azure(
        f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,",
        f"2026-10-31,A,{TENANT.upper()},s1,KEY-VAULT,paid,pal,2,acr",
        f"2026-10,A,{TENANT},s2,Key Vault,,pal,3,",
    )
    assert folder.rejects() == [
        f"azure_usage.csv, row 2, column acr_usd: '1' has the key of row 3 in azure_usage.csv, with another acr_usd ({KEEP})",
        f"azure_usage.csv, row 3, column acr_usd: '2' has the key of row 2 in azure_usage.csv, with another acr_usd ({KEEP})",
    ]
    assert folder.load().scan("azure_usage").collect()["acr"].to_list() == [30_000]


def test_a_key_that_repeats_with_other_associations_is_no_repeat(folder: Folder) -> None:
    folder.azure(f"2026-10,A,{TENANT},s1,Key Vault,,pal,1,", f"2026-10,A,{TENANT},s1,Key Vault,,,1,")
    assert [line.split(": ")[0] for line in folder.rejects()] == [f"azure_usage.csv, row {row}, column associations" for row in (2, 3)]


def test_a_row_that_repeats_is_kept_once_and_counted(folder: Folder) -> None:
    folder.write(
        "azure_usage/a",
        "month,partner_id,tenant_id,subscription_id,service,offer,associations,acr_usd,basis",
        *[f"2026-10,A,{TENANT},s1,Key Vault,,pal,1.00,"] * 2,
    )
    folder.write(
        "azure_usage/b",
        "basis,month,partner_id,tenant_id,subscription_id,service,offer,associations,acr_usd",
        f"acr,2026-10-07,A,{TENANT},s1,key vault,Paid,Partner Admin Link,1e0",
    )
    facts = folder.load()
    assert [(file.file, file.rows, file.kept, file.repeated) for file in facts.report.files] == [
        ("azure_usage/a.csv", 2, 1, 1),
        ("azure_usage/b.csv", 1, 0, 1),
    ]
    assert facts.scan("azure_usage").collect()["acr"].to_list() == [10_000]


def test_keys_that_clash_across_files_name_both(folder: Folder) -> None:
    header = "tenant_id,name"
    folder.write("customers/a", header, f"{TENANT},Contoso").write("customers/b", header, f"{OTHER},Fabrikam", f"{TENANT},Contoso Ltd")
    assert folder.rejects() == [
        f"customers/a.csv, row 2, column name: 'Contoso' has the key of row 3 in customers/b.csv, with another name ({KEEP})",
        f"customers/b.csv, row 3, column name: 'Contoso Ltd' has the key of row 2 in customers/a.csv, with another name ({KEEP})",
    ]


def _one_bad_in(folder: Folder, count: int) -> Folder:
    return folder.azure(
        *(f"2026-10,A,{TENANT},s{number},Key Vault,,pal,1," for number in range(count - 1)), f"2026-10,A,{TENANT},s,Key Vault,,pal,x,"
    )


def test_one_row_in_a_hundred_may_be_set_aside(folder: Folder) -> None:
    facts = _one_bad_in(folder, 100).load(Fraction(1, 100))
    assert facts.report.files[0].rejected == 1


def test_more_than_one_row_in_a_hundred_stops_the_load_and_nothing_is_kept(folder: Folder) -> None:
    with pytest.raises(AttainError) as caught:
        _one_bad_in(folder, 99).load(Fraction(1, 100))
    assert str(caught.value) == (
        "1 of 99 rows of azure_usage are set aside, more than 1%; the first: azure_usage.csv, row 100, column acr_usd: "
        f"'x' is no plain decimal amount ({DECIMALS}) "
        "(run attain check on the folder to see them all; mend the rows, or allow more with --max-rejects)"
    )
    assert list((folder.path / ".attain").iterdir()) == []


def test_a_small_table_is_not_hidden_behind_a_large_one(folder: Folder) -> None:
    folder.azure(*(f"2026-10,A,{TENANT},s{number},Key Vault,,pal,1," for number in range(300)))
    folder.write("certifications", CERTIFICATES, "A,p1,,AZ-500,02.05.2026,,")
    with pytest.raises(AttainError, match="1 of 1 rows of certifications are set aside, more than 1%"):
        folder.load(Fraction(1, 100))


def test_the_row_set_aside_is_shown_as_it_was_given(folder: Folder) -> None:
    folder.write("customers", "tenant_id,name,remark", '" =1+1 ","Contoso, Ltd",new')
    assert [(reject.value, reject.given) for reject in folder.found()] == [("=1+1", '" =1+1 "'.strip('"') + ',"Contoso, Ltd",new')]


def test_rows_about_people_that_are_set_aside_name_nobody(folder: Folder) -> None:
    header = f"{CERTIFICATES},mail"
    folder.write(
        "certifications",
        header,
        "A,p1,Ada Byron,AZ-104,soon,,,ada@byron.example",
        "A,p2,Bea Byron,AZ-104,2026-01-01,2025-01-01,,bea@byron.example",
        "A,p3,Cem Byron,AZ-104,2026-01-01,,,cem@byron.example",
        "A,p3,Dan Byron,AZ-104,2026-01-01,,,cem@byron.example",
        "A,p4,Eve Byron,AZ-104,2026-01-01,,,eve@byron.example,more,cells",
    )
    found = folder.found()
    assert [reject.row for reject in found] == [2, 3, 4, 5, 6]
    assert [reject.given for reject in found[:2]] == ["A,p1,,AZ-104,soon,,,", "A,p2,,AZ-104,2026-01-01,2025-01-01,,"]
    assert found[2].column == "person_name"
    for kept in (folder.path / ".attain").rglob("facts.json"):
        text = kept.read_text(encoding="utf-8")
        assert "p1" in text
        assert "Byron" not in text
        assert "byron" not in text


def _too_long(length: int) -> str:
    return f"has {length} characters, more than {PARTNER_ID_LENGTH} (no id is that long: check the column)"


@pytest.mark.parametrize("letter", ["A", "\N{CHART WITH UPWARDS TREND}"])
def test_an_id_of_a_partner_may_be_so_long_and_no_longer(folder: Folder, letter: str) -> None:
    most, more = letter * PARTNER_ID_LENGTH, letter * (PARTNER_ID_LENGTH + 1)
    folder.write("partners", PARTNERS, f"{most},Whole,,,,,{most}", f"{more},Long,,,,,", f"L,Location,,,location,{more},", f"R,,,,,,{more}")
    folder.azure(f"2026-10,{most},{TENANT},s,Key Vault,,pal,1,", f"2026-10,{more},{TENANT},s,Key Vault,,pal,1,")
    said = _too_long(PARTNER_ID_LENGTH + 1)
    assert folder.rejects() == [
        f"azure_usage.csv, row 3, column partner_id: {more!r} {said}",
        f"partners.csv, row 3, column partner_id: {more!r} {said}",
        f"partners.csv, row 4, column global_id: {more!r} {said}",
        f"partners.csv, row 5, column distributor_id: {more!r} {said}",
    ]
    accounts = folder.load().scan("accounts").collect()
    assert accounts.select("partner_id", "distributor_id").rows() == [(most, most)]


def test_a_name_may_be_of_any_length(folder: Folder) -> None:
    name = "N" * 5_000
    folder.write("partners", PARTNERS, f"A,{name},{name},,,,")
    assert folder.rejects() == []
    assert folder.load().scan("accounts").collect().select("name", "country").rows() == [(name, name)]


@pytest.mark.parametrize(
    ("table", "header", "row", "column"),
    [
        ("partners", PARTNERS, "A\0,Name,,,,,", "partner_id"),
        ("partners", PARTNERS, "A,Na\0me,,,,,", "name"),
        ("partners", PARTNERS, "A,Name,\0,,,,", "country"),
        ("workload_revenue", REVENUE, f"2026-10,A,{TENANT},Power\0 BI,pal,1", "workload"),
        ("certifications", CERTIFICATES, "A,p\0,,AZ-104,2026-01-01,,", "person_id"),
    ],
)
def test_text_with_nul_is_set_aside_for_no_database_keeps_it_alike(folder: Folder, table: str, header: str, row: str, column: str) -> None:
    # A CSV file that has one at its head is refused as a whole.
    good = row.replace("\0", "").replace("A,", "B,")
    cells = [dict(zip(header.split(","), one.split(","), strict=True)) for one in (good, row)]
    pl.DataFrame(cells).write_parquet(folder.path / f"{table}.parquet")
    (line,) = folder.rejects()
    assert line.startswith(f"{table}.parquet, row 2, column {column}: ")
    assert line.endswith(NO_TEXT)


def test_an_anniversary_after_the_enrollment_and_none_are_kept(folder: Folder) -> None:
    folder.write("enrollments", ENROLLMENTS, "A,security,2026-05-08,,2026-05-09,", "B,security,2026-05-08,,,")
    assert folder.load().scan("enrollments").collect().height == 2
