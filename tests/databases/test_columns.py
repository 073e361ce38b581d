"""Where the text of every column comes from, and that it fits: what facts and people say has room, or is refused above with its length."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum, auto
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.models import UniqueConstraint

from attain.alerts.lookouts import told_apart
from attain.alerts.models import SUBJECT_LENGTH
from attain.errors import AttainError
from attain.facts.schema import PARTNER_ID_LENGTH
from attain.people.audit import record
from attain.people.fitting import refuse
from attain.people.models import AuditEntry, Event, Organization, OrganizationPartner, User
from attain.published.models import NAME_FOLDED_LENGTH, Publication
from attain.recorded.models import Purchase, ReportedNumber, ResellerCall
from attain.rulebook.load import load_book
from tests.databases.rows import our_labels


class Origin(Enum):
    """Where the text of a column with a bound comes from."""

    OURS = auto()
    """This code writes it: a digest, a stamp, a word of a choice, a part of a name that it cuts by itself."""
    RULES = auto()
    """An id of the rulebook that comes with the software; no other is published or recorded by."""
    PARTNER = auto()
    """An id of a partner, which imports bound."""
    PERSON = auto()
    """A person types it, or an identity provider says it: forms and endpoints bound it, and what gets past them is refused."""


OURS, RULES, PARTNER, PERSON = Origin
COLUMNS: dict[str, dict[str, Origin]] = {
    "people.User": {"password": OURS, "email": PERSON},
    "people.Organization": {"name": PERSON, "slug": OURS, "rows_stamp": OURS},
    "people.OrganizationPartner": {"partner_id": PARTNER},
    "people.Segment": {"name": PERSON},
    "people.SegmentPartner": {"partner_id": PARTNER},
    "people.AuditEntry": {"partner_id": PARTNER, "address": OURS},
    "people.Invitation": {"email": PERSON, "secret_digest": OURS},
    "people.FirstRun": {"secret_digest": OURS},
    "people.Token": {"name": PERSON, "secret_digest": OURS, "start": OURS},
    "published.Publication": dict.fromkeys(("facts", "rulebook", "engine", "basis", "data_month", "claim", "rows_stamp"), OURS),
    "published.PublishedPartner": {"partner_id": PARTNER, "distributor_id": PARTNER, "name_folded": OURS, "kind": OURS, "facts": OURS},
    "published.PublishedDesignation": {
        **dict.fromkeys(("designation", "edition", "track"), RULES),
        **dict.fromkeys(("selected_by", "data_month", "status", "next_event"), OURS),
    },
    "published.PortfolioRow": {
        **dict.fromkeys(("partner_id", "distributor_id"), PARTNER),
        **dict.fromkeys(("designation", "track", "blocking"), RULES),
        **dict.fromkeys(("name_folded", "data_month", "status", "next_event", "month_statuses"), OURS),
    },
    "published.PublishedHistory": {"designation": RULES},
    "alerts.Channel": {"name": PERSON, "host": PERSON, "zone": PERSON},
    "alerts.Rule": {"partner_id": PARTNER, "designation": RULES, "metric": RULES},
    "alerts.Alert": {"partner_id": PARTNER, "designation": RULES, "metric": RULES, "subject": OURS},
    "alerts.Delivery": {"channel_name": PERSON, "recipient": PERSON, "code": OURS, "claim": OURS},
    "alerts.Attempt": {"code": OURS},
    "imports.ImportRun": {"partner_id": PARTNER, "claim": OURS},
    "learning.LessonProgress": {"designation": RULES, "lesson": OURS},
    "recorded.Purchase": {"partner_id": PARTNER, "designation": RULES, "track": RULES, "currency": PERSON, "reference": PERSON},
    "recorded.ReportedNumber": {"partner_id": PARTNER, "designation": RULES, "track": RULES, "metric": RULES},
    "recorded.CporClaim": {
        "partner_id": PARTNER,
        **dict.fromkeys(("claim_id", "workload", "note"), PERSON),
        **dict.fromkeys(("tenant_id", "association", "status"), OURS),
    },
    "recorded.SavedScenario": {"partner_id": PARTNER, "name": PERSON, "note": PERSON},
    "recorded.EvidenceCase": {"partner_id": PARTNER, "designation": RULES, "ticket_id": PERSON, "note": PERSON},
    "recorded.EvidencePack": {"ticket_id": PERSON, **dict.fromkeys(("basis", "rulebook", "engine", "content"), OURS)},
    "recorded.PackFile": {"name": OURS, "sha256": OURS},
    "recorded.ResellerCall": {"partner_id": PARTNER, "note": PERSON},
    "recorded.EditedRulebook": {"name": PERSON, "digest": OURS},
}
"""Every column of text with a bound that holds none of a few choices; one without a bound takes any text."""
NAMES_OF_FACTS = {
    "people.OrganizationPartner": ("name",),
    "published.PublishedPartner": ("name", "country"),
    "published.PublishedDesignation": ("reported_track",),
    "published.PortfolioRow": ("name", "country"),
    "alerts.Alert": ("partner_name", "text"),
}
"""Columns of text of facts that nothing bounds."""
WIDEST_ROW = 2704
"""Bytes that a row of an index of PostgreSQL takes."""
A_CHARACTER, A_NUMBER, A_TEXT, A_ROW = 4, 8, 4, 16
"""Bytes at most: a character in UTF-8, a number or day, what comes with a text, and what comes with a row."""
PATHS = {("imports.ImportRun", "store")}
"""Paths of this server's own disk, which are indexed whole: none is nearly as long."""


def _bounded() -> dict[str, dict[str, models.CharField[Any, Any]]]:
    return {
        model._meta.label: {
            field.name: field for field in model._meta.concrete_fields if isinstance(field, models.CharField) and not field.choices
        }
        for label in our_labels()
        for model in apps.get_app_config(label).get_models()
    }


def test_every_bound_has_its_reason_and_no_reason_is_left_over() -> None:
    assert {label: set(columns) for label, columns in COLUMNS.items()} == {
        label: set(found) for label, found in _bounded().items() if found
    }


def test_a_column_of_a_partner_takes_every_id_that_imports_take() -> None:
    found = {(label, name): _bounded()[label][name].max_length for label, of in COLUMNS.items() for name in of if of[name] is PARTNER}
    assert len(found) > 12
    assert set(found.values()) == {PARTNER_ID_LENGTH}


def test_names_of_facts_have_no_bound() -> None:
    kinds = {type(apps.get_model(label)._meta.get_field(name)) for label, names in NAMES_OF_FACTS.items() for name in names}
    assert kinds == {models.TextField}


def test_ids_of_the_rulebook_fit() -> None:
    book = load_book()
    editions = [one for designation in book.designations.values() for one in designation.editions]
    ids = {
        "designation": [*book.designations],
        "edition": [one.id for one in editions],
        "track": [name for one in book.designations.values() for entry in one.tracks if entry.value for name in entry.value.names],
        "metric": [metric.id for one in book.designations.values() for metric in one.metrics],
    }
    ids["blocking"] = ids["metric"]
    checked = 0
    for label, columns in COLUMNS.items():
        for name in (name for name, origin in columns.items() if origin is RULES):
            longest = max(map(len, ids[name]))
            assert 0 < longest <= (_bounded()[label][name].max_length or 0), (label, name)
            checked += 1
    assert checked > 15


def _widest(field: models.Field[Any, Any], origin: Origin | None) -> int:
    """Give how many bytes a value of a column takes at most in an index."""
    if isinstance(field, models.CharField):
        # What this code and its rulebook write is ASCII, but for parts of names.
        width = 1 if field.choices or (origin in {OURS, RULES} and field.name != "name_folded") else A_CHARACTER
        return A_TEXT + width * (field.max_length or WIDEST_ROW)
    return WIDEST_ROW if isinstance(field, models.TextField | models.JSONField | models.BinaryField) else A_NUMBER


def test_no_row_is_too_wide_for_an_index_of_postgresql() -> None:
    widths: dict[str, int] = {}
    for label in our_labels():
        for model in apps.get_app_config(label).get_models():
            meta = model._meta
            indexed = {index.name: tuple(index.fields) for index in meta.indexes}
            indexed |= {one.name: tuple(one.fields) for one in meta.constraints if isinstance(one, UniqueConstraint)}
            every: list[Any] = [*meta.concrete_fields]
            indexed |= {f"{meta.label}.{one.name}": (one.name,) for one in every if one.unique or one.db_index}
            assert all(indexed.values()), "an index of expressions is not measured here"
            for name, columns in indexed.items():
                fields = [one for one in every if one.name in {column.lstrip("-") for column in columns}]
                assert len(fields) == len(columns)
                origins = COLUMNS.get(meta.label, {})
                widths[name] = A_ROW + sum(_widest(one, origins.get(one.name)) for one in fields if (meta.label, one.name) not in PATHS)
    assert len(widths) > 40
    assert {name: width for name, width in widths.items() if width > WIDEST_ROW} == {}
    assert max(widths.values()) > 3 * NAME_FOLDED_LENGTH * A_CHARACTER, "the widest is one of three long texts"


@pytest.mark.parametrize(("label", "name"), [(label, name) for label, of in COLUMNS.items() for name in of if of[name] is PERSON])
def test_what_a_person_types_fits_or_is_refused_with_its_length(label: str, name: str) -> None:
    model, longest = apps.get_model(label), _bounded()[label][name].max_length or 0
    refuse(model(**{name: "é" * longest}), [name])
    with pytest.raises(AttainError, match=f"has {longest + 1:,} characters, more than {longest:,}") as raised:
        refuse(model(**{name: "é" * (longest + 1)}), [name])
    assert (raised.value.code, raised.value.where) == ("does-not-fit", name)
    # Of fields that are not written nothing is said.
    refuse(model(**{name: "é" * (longest + 1)}), ["pk"])


def test_what_an_alert_is_about_fits_and_stays_told_apart() -> None:
    longest = "p" * SUBJECT_LENGTH
    assert told_apart(longest) == longest
    beyond = {told_apart(longest + more) for more in ("1", "2", "2" * 1_000)}
    assert len(beyond) == 3
    assert max(map(len, beyond)) <= SUBJECT_LENGTH


NUMBERS = [("days", 2**31), ("bound_micro", 2**63)]


@pytest.mark.parametrize(("name", "beyond"), NUMBERS)
def test_a_number_fits_or_is_refused(name: str, beyond: int) -> None:
    rule = apps.get_model("alerts.Rule")
    for fits in (beyond - 1, -beyond, None):
        refuse(rule(**{name: fits}), [name])
    for more in (beyond, -beyond - 1):
        with pytest.raises(AttainError, match="is not between"):
            refuse(rule(**{name: more}), [name])


def test_an_amount_fits_or_is_refused() -> None:
    for fits in ("9999999999.99", "-9999999999.99"):
        refuse(Purchase(amount=Decimal(fits)), ["amount"])
    for more in ("10000000000", "-10000000000", "NaN", "Infinity"):
        with pytest.raises(AttainError, match="at most 10 digits"):
            refuse(Purchase(amount=Decimal(more)), ["amount"])


@pytest.mark.parametrize("text", ["a\0", "\0", "\ud83d", "a\udc80"])
def test_no_text_is_refused_in_every_kind_of_column(text: str) -> None:
    purchase, event, pack = Purchase(reference=text), AuditEntry(detail=text), apps.get_model("recorded.EvidencePack")
    several = (purchase, "reference"), (event, "detail"), (pack(inputs={"a": [{"b": text}]}), "inputs"), (pack(inputs={text: []}), "inputs")
    for row, name in several:
        with pytest.raises(AttainError, match="no text"):
            refuse(row, [name])
    refuse(Purchase(reference="tab\tline\n\N{CHART WITH UPWARDS TREND}"))


@pytest.mark.django_db
def test_what_is_saved_is_looked_at_first() -> None:
    place = Organization.objects.create(name="n" * 200, slug="long")
    for name in ("n" * 201, "n\0"):
        with pytest.raises(AttainError, match="name has"):
            Organization.objects.create(name=name, slug="longer")
    place.name = "n" * 201
    place.save(update_fields=["slug"])
    with pytest.raises(AttainError, match="name has 201"):
        place.save()
    assert Organization.objects.get(slug="long").name == "n" * 200


@pytest.mark.django_db
def test_long_text_comes_back_whole() -> None:
    long = "Übergröße \N{CHART WITH UPWARDS TREND} " * 400
    place = Organization.objects.create(name="place", slug="place")
    OrganizationPartner.objects.create(organization=place, partner_id="\N{CHART WITH UPWARDS TREND}" * PARTNER_ID_LENGTH, name=long)
    User.objects.create_user("a@b.example", name=long)
    record(Event.IMPORTED, None, organization=place, actor=long, detail=long)
    ResellerCall.objects.create(organization=place, partner_id="1", recorded_by=long)
    now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    Publication.objects.create(day=now.date(), store=long, started_at=now, claimed_at=now)
    number = ReportedNumber.objects.create(
        partner_id="1", as_of=now.date(), designation="security", metric="total", points=1, recorded_by=long
    )
    entry = AuditEntry.objects.get()
    said = [OrganizationPartner.objects.get().name, User.objects.get().name, entry.actor, entry.detail, Publication.objects.get().store]
    assert [*said, ResellerCall.objects.get().recorded_by, ReportedNumber.objects.get(pk=number.pk).recorded_by] == [long] * 7
