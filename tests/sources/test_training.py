from __future__ import annotations

import stat
from pathlib import Path

import pytest

from attain.errors import AttainError
from attain.facts.same_person import best_ids
from attain.sources.cells import NIL_TENANT
from attain.sources.people import KEY_FILE, person_id, person_key
from tests.sources.folders import import_one, rejects, table, training, write_csv


def taken(tmp_path: Path, rows: list[dict[str, str]], **options: object) -> list[dict[str, str]]:
    write_csv(tmp_path / "f.csv", rows)
    import_one(tmp_path / "f.csv", tmp_path / "facts", **options)
    return table(tmp_path / "facts", "certifications")


def test_a_certificate_with_its_person_as_a_keyed_hash(tmp_path: Path) -> None:
    [row] = taken(tmp_path, [training()])
    key = person_key(tmp_path / "facts")
    assert row == {
        "partner_id": "101",
        "person_id": person_id(key, "mcp", "mc-1"),
        "person_name": "",
        "certification": "AZ-500",
        "earned_on": "2021-08-22",
        "expires_on": "2027-08-22",
        "status": "active",
    }
    assert len(row["person_id"]) == 32


def test_no_name_and_no_address_reaches_the_folder(tmp_path: Path) -> None:
    taken(tmp_path, [training(), training(MCPID=""), training(TrainingCompletionDate="soon")])
    held = b"".join(path.read_bytes() for path in (tmp_path / "facts").rglob("*") if path.is_file())
    for secret in (b"Ada", b"Byron", b"MC-1", b"contoso.example"):
        assert secret not in held


def test_names_are_kept_on_demand(tmp_path: Path) -> None:
    [row] = taken(tmp_path, [training()], keep_names=True)
    assert row["person_name"] == "Ada Byron"


def test_one_person_by_the_best_of_their_ids(tmp_path: Path) -> None:
    key = person_key(tmp_path / "facts")
    rows = [
        training(),
        training(TrainingTitle="SC-100"),
        training(MCPID="NULL", TrainingTitle="SC-200"),
        training(MCPID="", CorpEmail="ADA.BYRON@contoso.example", TrainingTitle="SC-300"),
    ]
    found = {row["certification"]: row["person_id"] for row in taken(tmp_path, rows)}
    # the first two rows say whose the mail address is
    assert found == dict.fromkeys(("AZ-500", "SC-100", "SC-200", "SC-300"), person_id(key, "mcp", "mc-1"))


def test_a_person_under_two_ids_counts_once(tmp_path: Path) -> None:
    """Section 1: a person counts once. One certificate told under both ids is one, with the later expiry; nobody else is drawn in."""
    rows = [
        training(MCPID="", ExpirationDate="2026-08-22"),
        training(),
        training(MCPID="MC-2", CorpEmail="", TrainingTitle="SC-100"),
        training(MCPID="", CorpEmail="bob@contoso.example", TrainingTitle="SC-100"),
    ]
    found = taken(tmp_path, rows)
    assert sorted((row["certification"], row["expires_on"]) for row in found) == [("AZ-500", "2027-08-22"), *[("SC-100", "2027-08-22")] * 2]
    assert len({row["person_id"] for row in found}) == 3


@pytest.mark.parametrize(
    ("same", "goes_by"),
    [
        ([], {}),
        ([("mail", "mcp"), ("aad", "mcp")], {"mail": "mcp", "aad": "mcp", "mcp": "mcp"}),
        ([("mail", "aad"), ("aad", "mcp")], {"mail": "mcp", "aad": "mcp", "mcp": "mcp"}),
        ([("mail", "mcp2"), ("mail", "mcp1")], {"mail": "mcp1", "mcp1": "mcp1", "mcp2": "mcp1"}),
        ([("a", "b"), ("b", "a")], {"a": "a", "b": "a"}),
        ([("a", "b"), ("c", "d")], {"a": "b", "b": "b", "c": "d", "d": "d"}),
    ],
)
def test_of_several_ids_the_best_is_taken(same: list[tuple[str, str]], goes_by: dict[str, str]) -> None:
    assert best_ids(same) == best_ids(reversed(same)) == goes_by


def test_a_rest_report_knows_people_by_their_directory_id(tmp_path: Path) -> None:
    row = {column: cell for column, cell in training().items() if column not in {"MCPID", "CorpEmail"}} | {"AADUserId": "0F"}
    [found] = taken(tmp_path, [row])
    assert found["person_id"] == person_id(person_key(tmp_path / "facts"), "aad", "0f")


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    first = person_key(tmp_path)
    assert person_key(tmp_path) == first
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert person_key(tmp_path / "other") != first
    assert [path.name for path in tmp_path.glob(".attain-person-key*")] == [KEY_FILE]


def test_a_broken_key_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("gone", encoding="ascii")
    with pytest.raises(AttainError) as caught:
        person_key(tmp_path)
    assert caught.value.code == "person-key-broken"


def test_exams_and_trainings_are_left_out_but_not_an_assessment_that_counts(tmp_path: Path) -> None:
    rows = [
        training(),
        training(TrainingType="Exam"),
        training(TrainingType="Assessment", TrainingTitle="Teams Meetings and Meeting Rooms Technical Assessment"),
        training(TrainingType="Assessment", TrainingTitle="Sales assessment"),
    ]
    write_csv(tmp_path / "f.csv", rows)
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert {row["certification"] for row in table(tmp_path / "facts", "certifications")} == {"AZ-500", "teams-meetings-assessment"}
    assert report.left_out == {"training of type Assessment": 1, "training of type Exam": 1}


def test_an_unknown_certificate_is_kept_and_reported_with_the_nearest(tmp_path: Path) -> None:
    write_csv(tmp_path / "f.csv", [training(TrainingTitle="Azure Security Enginer Associate")])
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    [row] = table(tmp_path / "facts", "certifications")
    assert row["certification"] == "Azure Security Enginer Associate"
    [warning] = [warning for warning in report.warnings if "Enginer" in warning]
    assert "earns nothing; nearest: Microsoft Certified: Azure Security Engineer Associate" in warning


@pytest.mark.parametrize(
    ("label", "status"),
    [
        ("", "active"),
        ("Active", "active"),
        ("ACTIVATED", "active"),
        ("Expired", "active"),
        ("Not linked", "not_linked"),
        ("Inactive", "not_linked"),
        ("Left", "left"),
    ],
)
def test_activation(tmp_path: Path, label: str, status: str) -> None:
    [row] = taken(tmp_path, [training(ActivationStatus=label)])
    assert row["status"] == status


def test_rows_that_cannot_be_believed_are_set_aside(tmp_path: Path) -> None:
    good = [training(MCPID=f"MC-{number}") for number in range(12)]
    bad = [
        training(ActivationStatus="Blue"),
        training(ActivationStatus="Expired", ExpirationDate=""),
        training(ExpirationDate="2020-01-01"),
        training(MCPID="", CorpEmail=""),
        training(MpnId="", PGAMpnId="0"),
    ]
    write_csv(tmp_path / "f.csv", good + bad)
    report = import_one(tmp_path / "f.csv", tmp_path / "facts")
    assert [(row["column"], row["reason"]) for row in rejects(report)] == [
        ("ActivationStatus", "unknown: Active, Not linked and Left are known"),
        ("ActivationStatus", "expired, but no date says when"),
        ("ExpirationDate", "lies before it was earned, 2021-08-22"),
        ("MCPID", "nothing says who was certified"),
        ("MpnId", "no partner is named: say --partner"),
    ]


def test_of_several_rows_for_one_certificate_the_latest_stands(tmp_path: Path) -> None:
    rows = [
        training(ExpirationDate="2028-08-22") | {"Month": "2026-10-01"},
        training(ExpirationDate="2027-08-22", ActivationStatus="Left") | {"Month": "2026-11-01"},
        training(ExpirationDate="2029-08-22") | {"Month": "2026-09-01"},
    ]
    [row] = taken(tmp_path, rows)
    assert (row["expires_on"], row["status"]) == ("2027-08-22", "left")


def test_a_certificate_that_does_not_expire(tmp_path: Path) -> None:
    [row] = taken(tmp_path, [training(ExpirationDate="NULL")])
    assert row["expires_on"] == ""


def test_the_partner_may_be_given_for_the_file(tmp_path: Path) -> None:
    row = {column: cell for column, cell in training().items() if column not in {"MpnId", "PGAMpnId"}}
    [found] = taken(tmp_path, [row], partner="900")
    assert found["partner_id"] == "900"


def test_a_file_that_identifies_nobody_is_refused(tmp_path: Path) -> None:
    row = {column: cell for column, cell in training().items() if column not in {"MCPID", "CorpEmail"}}
    with pytest.raises(AttainError, match="no column says who was certified"):
        taken(tmp_path, [row])


@pytest.mark.parametrize("nobody", ["0", "-1", "0.0", "N/A", "nan", "-", NIL_TENANT])
def test_the_number_of_nobody_is_no_person(tmp_path: Path, nobody: str) -> None:
    rows = [training(MCPID=nobody), training(MCPID=nobody, CorpEmail="grace@contoso.example"), training(MCPID=nobody, CorpEmail="")]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    key = person_key(tmp_path / "facts")
    mails = ("ada.byron@contoso.example", "grace@contoso.example")
    assert {row["person_id"] for row in table(tmp_path / "facts", "certifications")} == {person_id(key, "mail", mail) for mail in mails}
    assert [row["reason"] for row in rejects(report)] == ["nothing says who was certified"]


def test_a_number_that_a_program_wrote_with_decimals_is_the_same_person(tmp_path: Path) -> None:
    rows = [training(MCPID="990"), training(MCPID="990.0", TrainingCompletionDate="2022-01-01")]
    assert len({row["person_id"] for row in taken(tmp_path, rows)}) == 1


@pytest.mark.parametrize(("month", "earned"), [("5/1/2026", "2026-03-04"), ("1/5/2026", "2026-04-03")])
def test_the_months_of_a_file_show_how_it_writes_its_days(tmp_path: Path, month: str, earned: str) -> None:
    rows = [training(TrainingCompletionDate="3/4/2026", Month=""), training(TrainingCompletionDate="3/4/2026", Month=month)]
    header = training() | {"Month": ""}
    assert {row["earned_on"] for row in taken(tmp_path, [header | row for row in rows])} == {earned}


def test_a_number_that_a_spreadsheet_shortened_is_no_person(tmp_path: Path) -> None:
    rows = [*[training()] * 4, training(MCPID="9.90124E+08"), training(MCPID="9.90124E+08", CorpEmail="grace@contoso.example")]
    report = import_one(write_csv(tmp_path / "f.csv", rows), tmp_path / "facts")
    assert {row["column"] for row in rejects(report)} == {"MCPID"}
    assert all("shortened" in row["reason"] for row in rejects(report))
    assert len({row["person_id"] for row in table(tmp_path / "facts", "certifications")}) == 1


@pytest.mark.parametrize("never", ["", "N/A", "-", "Never", "Does not expire", "NULL"])
def test_words_for_a_certificate_that_does_not_expire(tmp_path: Path, never: str) -> None:
    rows = [training(), training(MCPID="MC-2", CorpEmail="grace@contoso.example", ExpirationDate=never)]
    assert sorted(row["expires_on"] for row in taken(tmp_path, rows)) == ["", "2027-08-22"]
