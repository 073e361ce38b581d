from __future__ import annotations

import json
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.facts.facts import check
from attain.sources import filing, gather, importing
from attain.sources.importing import ImportReport, import_files
from attain.sources.intake import Options, parse_share
from tests.sources.folders import S1, S2, T1, T2, amounts, ea, focus, import_one, table, training, usage, write_csv


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    return tmp_path / "facts"


def held(facts: Path) -> dict[str, bytes]:
    return {path.relative_to(facts).as_posix(): path.read_bytes() for path in sorted(facts.rglob("*")) if path.is_file()}


def deliver(facts: Path, name: str, rows: list[dict[str, str]], **options: object) -> ImportReport:
    return import_one(write_csv(facts.parent / name, rows), facts, **options)


def test_the_folder_is_one_that_a_load_accepts(facts: Path) -> None:
    deliver(facts, "cost.csv", [ea()])
    deliver(facts, "usage.csv", [usage(), usage(CustomerTenantId=T2)])
    deliver(facts, "people.csv", [training(), training(TrainingCompletionDate="soon"), training(TrainingTitle="SC-100")])
    loaded, refusal = check(facts)
    assert refusal is None
    assert {report.table: (report.rows, report.kept) for report in loaded.report.files} == {
        "azure_usage": (2, 2),
        "partners": (2, 2),
        "customers": (2, 2),
        "certifications": (2, 2),
    }
    assert loaded.report.rejects == ()


def test_the_same_bytes_again_change_nothing(facts: Path) -> None:
    first = deliver(facts, "f.csv", [ea()])
    before = held(facts)
    again = deliver(facts, "renamed.csv", [ea()])
    assert held(facts) == before
    assert again.already
    assert not first.already
    assert (again.kept, again.sums, again.months) == (first.kept, first.sums, first.months)


def test_the_same_bytes_with_other_choices_replace_their_rows(facts: Path) -> None:
    deliver(facts, "f.csv", [ea()])
    deliver(facts, "f.csv", [ea()], partner="900", basis="billed")
    assert amounts(facts, "partner_id", "basis") == {("900", "billed"): "3.0000"}


def test_a_file_whose_rows_were_removed_by_hand_is_imported_again(facts: Path) -> None:
    deliver(facts, "f.csv", [ea()])
    for path in (facts / "azure_usage").iterdir():
        path.unlink()
    assert not deliver(facts, "f.csv", [ea()]).already
    assert amounts(facts, "basis")["billed",] == "3.0000"


def test_a_newer_export_replaces_the_subscriptions_and_months_it_covers(facts: Path) -> None:
    old = [ea(), ea(SubscriptionId=S2), ea(Date="08/31/2023"), ea(MeterCategory="Sentinel", Cost="9")]
    deliver(facts, "old.csv", old, basis="billed")
    report = deliver(facts, "new.csv", [ea(Cost="4"), ea(Date="10/31/2023")], basis="billed")
    assert amounts(facts, "month", "subscription_id", "service") == {
        ("2023-08-01", S1, "Key Vault"): "3.0000",
        ("2023-09-01", S1, "Key Vault"): "4.0000",
        ("2023-09-01", S2, "Key Vault"): "3.0000",
        ("2023-10-01", S1, "Key Vault"): "3.0000",
    }
    [(name, count)] = report.replaced.items()
    assert (name.startswith("azure_usage/old-"), count) == (True, 2)


def test_the_two_exports_of_one_month_stand_beside_each_other(facts: Path) -> None:
    deliver(facts, "actual.csv", [ea()], basis="billed")
    deliver(facts, "amortized.csv", [ea()], basis="amortized")
    # one SHA-256, two choices: the later choice stands
    assert amounts(facts, "basis") == {("amortized",): "3.0000"}
    deliver(facts, "actual.csv", [ea(Cost="2")], basis="billed")
    assert amounts(facts, "basis") == {("amortized",): "3.0000", ("billed",): "2.0000"}


def test_focus_and_an_export_of_one_subscription_are_never_counted_twice(facts: Path) -> None:
    deliver(facts, "export.csv", [ea(Date="09/30/2024")])
    deliver(facts, "focus.csv", [focus()])
    assert amounts(facts, "service", "basis") == {
        ("Storage Accounts", "amortized"): "4.0000",
        ("Storage Accounts", "billed"): "3.0000",
        ("Storage Accounts", "list"): "5.0000",
    }


def test_a_newer_azure_usage_replaces_the_months_of_its_partners(facts: Path) -> None:
    deliver(facts, "cost.csv", [ea(Date="10/31/2026")], basis="billed")
    deliver(facts, "old.csv", [usage(), usage(CustomerTenantId=T2), usage(MPNID="102"), usage(Month="9/1/2026")])
    deliver(facts, "new.csv", [usage(ACR_USD="7"), usage(Month="11/1/2026")])
    assert amounts(facts, "month", "partner_id", "tenant_id", "basis") == {
        ("2026-09-01", "101", T1, "acr"): "12.5000",
        ("2026-10-01", "101", T1, "acr"): "7.0000",
        ("2026-10-01", "102", T1, "acr"): "12.5000",
        ("2026-11-01", "101", T1, "acr"): "12.5000",
        ("2026-10-01", "", "", "billed"): "3.0000",
    }


def test_a_newer_list_of_certificates_replaces_the_time_it_covers(facts: Path) -> None:
    earned = ("1 Jan 2020", "1 Jan 2022", "1 Jan 2024")
    deliver(facts, "old.csv", [training(TrainingCompletionDate=day, MCPID=f"MC-{place}") for place, day in enumerate(earned)])
    deliver(facts, "new.csv", [training(TrainingCompletionDate=day, MCPID="MC-9") for day in ("1 Jun 2021", "1 Jun 2023")])
    assert sorted(row["earned_on"] for row in table(facts, "certifications")) == ["2020-01-01", "2021-06-01", "2023-06-01", "2024-01-01"]


def test_a_file_all_of_whose_rows_are_replaced_goes(facts: Path) -> None:
    deliver(facts, "old.csv", [ea()])
    deliver(facts, "new.csv", [ea(Cost="5")])
    assert [path.name.split("-")[0] for path in (facts / "azure_usage").iterdir()] == ["new"]


def test_two_files_of_one_command_that_overlap_are_refused(facts: Path) -> None:
    one = write_csv(facts.parent / "one.csv", [ea()])
    two = write_csv(facts.parent / "two.csv", [ea(Cost="5")])
    with pytest.raises(AttainError) as caught:
        import_files([one, two], facts, Options())
    assert str(caught.value) == (
        f"two.csv: one.csv and two.csv both tell of month 2023-09-01, subscription_id {S1}, basis billed "
        "(parts of one export: say --parts; two states of one export: give the newer alone)"
    )
    assert held(facts) == {}


def test_parts_of_one_export_are_added_up(facts: Path) -> None:
    paths = [write_csv(facts.parent / f"part_{place}.csv", [ea(Cost=str(place))]) for place in (1, 2, 3)]
    [report] = import_files(paths, facts, Options(parts=True, basis="billed"))
    assert amounts(facts, "basis") == {("billed",): "6.0000"}
    assert (report.files, report.rows_in) == (("part_1.csv", "part_2.csv", "part_3.csv"), 3)
    [again] = import_files(paths[::-1], facts, Options(parts=True, basis="billed"))
    assert again.already


def test_one_file_given_twice_is_refused(facts: Path) -> None:
    path = write_csv(facts.parent / "f.csv", [ea()])
    with pytest.raises(AttainError, match="the same bytes are given twice"):
        import_files([path, path], facts, Options(parts=True))


def test_nothing_of_a_command_is_kept_where_one_file_is_refused(facts: Path) -> None:
    deliver(facts, "before.csv", [ea()])
    before = held(facts)
    good = write_csv(facts.parent / "good.csv", [usage()])
    bad = write_csv(facts.parent / "bad.csv", [ea(Date="09/21/2023"), ea(Date="21/09/2023")])
    with pytest.raises(AttainError):
        import_files([good, bad], facts, Options())
    assert held(facts) == before


def test_too_many_faults_stop_the_import_and_say_where_they_are(facts: Path) -> None:
    rows = [ea() for _ in range(98)] + [ea(Cost=cost) for cost in "xyzuvw"]
    path = write_csv(facts.parent / "f.csv", rows)
    with pytest.raises(AttainError) as caught:
        import_files([path], facts, Options())
    assert caught.value.code == "too-many-rejects"
    told = "; ".join(f"f.csv, row {row}, column Cost: '{cost}' not a number" for row, cost in enumerate("xyzuv", 100))
    assert caught.value.message == f"6 of 104 rows have a fault; nothing is kept. The first: {told}"
    assert list(held(facts)) == ["rejects/f.csv"]


def test_one_percent_of_faults_is_borne(facts: Path) -> None:
    path = write_csv(facts.parent / "f.csv", [ea() for _ in range(99)] + [ea(Cost="x")])
    [report] = import_files([path], facts, Options())
    assert (report.kept, report.rejected) == (99, 1)


def test_rows_of_others_do_not_water_the_share_down(facts: Path) -> None:
    path = write_csv(facts.parent / "f.csv", [focus(BilledCost="x"), focus(), *(focus(ProviderName="AWS") for _ in range(200))])
    with pytest.raises(AttainError, match="1 of 2 rows have a fault"):
        import_files([path], facts, Options())


def test_the_faults_of_an_earlier_try_go_with_a_good_one(facts: Path) -> None:
    deliver(facts, "f.csv", [ea(), ea(), ea(Cost="x")])
    assert (facts / "rejects" / "f.csv").exists()
    deliver(facts, "f.csv", [ea(), ea()])
    assert not (facts / "rejects" / "f.csv").exists()


def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(facts: Path) -> None:
    deliver(facts, "f.csv", [ea(), ea(), ea(Cost="=1+1")])
    assert ",'=1+1," in (facts / "rejects" / "f.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(("text", "share"), [("1%", (1, 100)), ("0.01", (1, 100)), ("0", (0, 1)), ("100%", (1, 1)), ("0.5 %", (1, 200))])
def test_a_share(text: str, share: tuple[int, int]) -> None:
    assert parse_share(text) == share


@pytest.mark.parametrize("text", ["", "x", "-1%", "2", "101%"])
def test_what_is_no_share(text: str) -> None:
    with pytest.raises(AttainError):
        parse_share(text)


# The user's own files


def test_a_table_that_is_one_file_is_left_alone(facts: Path) -> None:
    facts.mkdir()
    (facts / "azure_usage.csv").write_text("month\n", encoding="utf-8")
    with pytest.raises(AttainError) as caught:
        deliver(facts, "f.csv", [ea()])
    assert caught.value.hint == "move it into a folder: azure_usage/azure_usage.csv"
    assert list(held(facts)) == ["azure_usage.csv"]


def test_customers_in_a_file_of_the_user_are_theirs(facts: Path) -> None:
    facts.mkdir()
    (facts / "customers.csv").write_text(f"tenant_id,alias\n{T1},mine\n", encoding="utf-8")
    report = deliver(facts, "f.csv", [usage()])
    assert "customers.csv is yours and is left as it is: names, segments and accounts of this file are not taken over" in report.warnings
    assert not (facts / "customers").exists()
    assert check(facts)[1] is None


def test_keys_that_the_user_keeps_beside_the_imported_ones_are_theirs(facts: Path) -> None:
    (facts / "customers").mkdir(parents=True)
    (facts / "customers" / "own.csv").write_text(f"tenant_id,name\n{T1.upper()},Mine\n", encoding="utf-8")
    deliver(facts, "f.csv", [usage(), usage(CustomerTenantId=T2)])
    assert [row["tenant_id"] for row in table(facts, "customers")] == [T2]


def test_an_empty_cell_never_wipes_a_name(facts: Path) -> None:
    deliver(facts, "old.csv", [usage(), usage(CustomerTenantId=T2, CustomerName="Kept")])
    deliver(facts, "new.csv", [usage(CustomerName="Adatum Group", CustomerTpid="", CustomerSegment="")])
    assert [(row["name"], row["tpid"], row["segment"]) for row in table(facts, "customers")] == [
        ("Adatum Group", "77", "smb"),
        ("Kept", "77", "smb"),
    ]


# Interruptions


def test_an_import_that_breaks_before_its_plan_changes_nothing(facts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(facts, "old.csv", [ea()])
    before = held(facts)

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(importing, "put_in_place", broken)
    with pytest.raises(OSError, match="disk full"):
        deliver(facts, "new.csv", [ea(Cost="5")])
    assert held(facts) == before
    monkeypatch.undo()
    deliver(facts, "new.csv", [ea(Cost="5")])
    assert amounts(facts, "basis")["billed",] == "5.0000"


def test_an_import_that_breaks_within_its_plan_is_finished_by_the_next(facts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(facts, "old.csv", [ea(), ea(SubscriptionId=S2)], basis="billed")
    carry_out = filing._carry_out

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(filing, "_carry_out", interrupted)
    with pytest.raises(KeyboardInterrupt):
        deliver(facts, "new.csv", [ea(Cost="5")], basis="billed")
    assert sorted(amounts(facts, "subscription_id").values()) == ["3.0000", "3.0000"]
    monkeypatch.setattr(filing, "_carry_out", carry_out)
    assert deliver(facts, "new.csv", [ea(Cost="5")], basis="billed").already
    assert amounts(facts, "subscription_id") == {(S1,): "5.0000", (S2,): "3.0000"}
    assert not (facts / filing.STAGING).exists()


def test_two_imports_at_once_are_refused(facts: Path) -> None:
    (facts / filing.STAGING).mkdir(parents=True)
    with pytest.raises(AttainError, match="another import into this folder is running"):
        deliver(facts, "f.csv", [ea()])


# Size


def test_a_file_that_does_not_fit_in_memory_gives_the_same_rows(facts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        usage(ACR_USD=f"{number}.00001", SubscriptionId=f"s{number % 40}", PartnerAttributionType=("PAL", "DPOR")[number % 2])
        for number in range(200)
    ]
    path = write_csv(facts.parent / "f.csv", rows)
    whole = import_one(path, facts)
    monkeypatch.setattr(gather, "IN_MEMORY", 7)
    spilled = import_one(path, facts.parent / "other")
    assert spilled == whole
    assert table(facts.parent / "other", "azure_usage") == table(facts, "azure_usage")
    assert table(facts.parent / "other", "customers") == table(facts, "customers")
    assert not (facts.parent / "other" / filing.STAGING).exists()


# What is recorded


def test_the_record_names_file_digest_choices_and_counts(facts: Path) -> None:
    deliver(facts, "f.csv", [ea(), ea(Cost="4")], partner="900")
    [entry] = json.loads((facts / ".attain-imports.json").read_text(encoding="utf-8"))["imports"]
    assert entry["source"] == "azure_ea_cost"
    assert entry["files"][0]["name"] == "f.csv"
    assert len(entry["files"][0]["sha256"]) == 64
    assert entry["options"]["partner"] == "900"
    assert entry["columns"] == [list(ea())]
    assert (entry["rows"]["in"], entry["rows"]["kept"], entry["rows"]["months"]) == (2, 2, ["2023-09"])
    assert (facts / entry["tables"]["azure_usage"]).exists()


@pytest.mark.parametrize("text", ["", "{}", '{"version": 9, "imports": []}', '{"version": 1, "imports": [{"source": "x"}]}'])
def test_a_record_that_cannot_be_read_stops_the_import(facts: Path, text: str) -> None:
    facts.mkdir()
    (facts / ".attain-imports.json").write_text(text, encoding="utf-8")
    with pytest.raises(AttainError) as caught:
        deliver(facts, "f.csv", [ea()])
    assert caught.value.code.startswith("ledger-")


@pytest.mark.parametrize("name", ["Höhe & Co (2).csv", "_hidden.csv", "....csv", "x" * 200 + ".csv"])
def test_odd_names_of_files_make_files_that_a_load_reads(facts: Path, name: str) -> None:
    deliver(facts, name, [ea()], basis="billed")
    loaded, refusal = check(facts)
    assert refusal is None
    assert sum(report.kept for report in loaded.report.files) == 1
