"""What a rule says, in words: thresholds, lists, associations, weights, and what a pool counts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attain.rulebook.model import BaseFloor, Metric, Names, Pool, Range, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attain.rulebook.catalog import Catalog, Vocabulary
    from attain.rulebook.model import Assign, Rate, Recognized, Tracks

LABELS = {
    "services": "services counted",
    "offers": "offers counted",
    "workloads": "workloads counted",
    "recognized_by": "recognized by",
    "qualifies_if": "counts if",
    "active_share": "and active share",
    "already_deployed": "but left out if",
    "rates": "weights",
    "base_floor": "base needed",
    "full_marks": "full marks",
    "max_points": "points at most",
    "certificates": "certificates",
    "people": "people needed",
    "points": "points once met",
    "points_per_person": "points a person",
}
"""What the field of a dated leaf is called where people read it."""

TRACK_NAMES = {"enterprise": "Enterprise", "smb": "SMB", "single": "Single"}
"""What a track is called where people read it."""

_MEASURES = {
    "acr": "Azure consumed revenue",
    "paid_licenses": "paid licenses",
    "active_users": "active users",
    "revenue": "revenue",
    "consumption_value": "consumption value (users or capacity times a weight)",
}
_UNITS = {"acr": " USD", "revenue": " USD", "paid_licenses": "", "active_users": "", "consumption_value": ""}
_WINDOWS = {
    "ttm": "over twelve months",
    "month": "in the data month",
    "either_of_two_months": "in the data month or the one before",
    "from_association": "in the data month, from the association on",
}
_ENTITIES = {"tenant": "tenants", "tenant_workload": "pairs of tenant and workload", "service": "services"}
_COMPARISONS = {
    ("count", "difference"): "{entities} that count now, less those that counted a year ago",
    ("count", "level"): "{entities} that count now",
    ("sum", "difference"): "{measure} of {entities} that count now, less that of those that counted a year ago",
    ("sum", "level"): "{measure} of {entities} that count now",
    ("sum", "percent"): "growth of {measure} over a year ago, in percent, all {entities} that count together",
}


def number(value: Fraction | int) -> str:
    """Write a number exactly: thousands apart, a decimal where it ends, else a fraction."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return f"{exact.numerator:,}"
    scaled = exact * 10**6
    if scaled.denominator == 1:
        whole, rest = divmod(abs(scaled.numerator), 10**6)
        return f"{'-' if exact < 0 else ''}{whole:,}.{rest:06d}".rstrip("0")
    return f"{exact.numerator:,}/{exact.denominator:,}"


def range_words(range_: Range, unit: str = "") -> str:
    """Say a threshold or band: `at least 600 USD`, `5 to 300`, `more than 0, up to 12,000 USD`."""
    if range_.at_least is not None and range_.at_most is not None:
        said = f"{number(range_.at_least)} to {number(range_.at_most)}{unit}"
    else:
        bounds = (("at least ", range_.at_least), ("more than ", range_.above), ("up to ", range_.at_most), ("less than ", range_.below))
        said = ", ".join(f"{word}{number(bound)}" for word, bound in bounds if bound is not None)
        said = f"{said}{unit}" if said else "anything"
    return f"{said}, or above it now but inside it a year ago" if range_.promoted else said


def list_words(codes: Iterable[str], vocabulary: Vocabulary[Any]) -> str:
    """Name codes one after the other, in the order of the alphabet."""
    return ", ".join(sorted((vocabulary.name(code) for code in codes), key=str.casefold))


def names_words(names: Names, vocabulary: Vocabulary[Any]) -> str:
    """Say which names a rule keeps."""
    if names.all_but is not None:
        return f"all but {list_words(names.all_but, vocabulary)}"
    return "all" if names.members is None else list_words(names.members, vocabulary)


def recognized_words(recognized: Iterable[Recognized], catalog: Catalog) -> str:
    """Say which associations make usage count, and for which workloads where that differs."""
    said: list[str] = []
    for one in recognized:
        associations = ", ".join(catalog.associations.name(code) for code in one.associations)
        said.append(associations if one.workloads is None else f"{associations} for {list_words(one.workloads, catalog.workloads)}")
    return "; ".join(said)


def rates_words(rates: dict[str, Rate], catalog: Catalog) -> str:
    """Say what one unit of each workload weighs."""
    named = sorted((catalog.workloads.name(code), rate) for code, rate in rates.items())
    return ", ".join(f"{name} {number(rate.rate)}{' per unit of capacity' if rate.unit == 'capacity' else ''}" for name, rate in named)


def certificates_words(codes: Iterable[str], catalog: Catalog) -> str:
    """Name certificates by exam code, those without one by name; of a retired one also the last day on which it could be earned."""
    return ", ".join(f"{_certificate(code, catalog)}{_retired(code, catalog)}" for code in codes)


def _retired(code: str, catalog: Catalog) -> str:
    last_day = catalog.certifications[code].retired_on if code in catalog.certifications else None
    return "" if last_day is None else f" (retired {last_day})"


def _certificate(code: str, catalog: Catalog) -> str:
    if code not in catalog.certifications:
        return code
    return code if catalog.certifications[code].exams else catalog.certifications[code].name


def value_words(field: str, value: Any, part: Metric | Pool | Step, catalog: Catalog) -> str:
    """Say the value of one dated leaf of `part`: its `field` tells what kind of value it is."""
    if isinstance(value, Names):
        return names_words(value, getattr(catalog, field))
    if isinstance(value, Range):
        return _condition_words(field, value, part)
    if isinstance(value, BaseFloor):
        side = "now" if value.side == "now" else "a year ago"
        return f"at least {number(value.at_least)}{_unit(part)} {side}"
    if field == "recognized_by":
        return recognized_words(value, catalog)
    if field == "rates":
        return rates_words(value, catalog)
    if field == "certificates":
        return certificates_words(value, catalog)
    if field == "full_marks" and isinstance(part, Pool):
        return f"{number(value)}{'%' if part.compare == 'percent' else f' {part.unit}'}"
    return number(value)


def members(field: str, value: Any, catalog: Catalog) -> dict[str, str] | None:
    """Name the members of a list value by code, to tell what joined and what left; None where the value is no list."""
    listed: Any = value
    if isinstance(value, Names):
        vocabulary: Vocabulary[Any] = getattr(catalog, field)
        return None if value.members is None else {code: vocabulary.name(code) for code in value.members}
    if field == "certificates":
        codes: tuple[str, ...] = listed
        return {code: _certificate(code, catalog) for code in codes}
    if field == "recognized_by":
        recognized: tuple[Recognized, ...] = listed
        if len(recognized) == 1 and recognized[0].workloads is None:
            return {code: catalog.associations.name(code) for code in recognized[0].associations}
    return None


def pool_words(pool: Pool) -> str:
    """Say in one sentence what a pool counts."""
    said = _COMPARISONS.get((pool.value, pool.compare), "{measure} of {entities}")
    return f"{said.format(entities=_ENTITIES[pool.entity], measure=_MEASURES[pool.measure])}; {_basis_words(pool)}"


def _basis_words(pool: Pool) -> str:
    if pool.value == "sum" or (pool.table == "workload_usage" and pool.measure != "consumption_value"):
        return _WINDOWS[pool.window]
    return f"judged by {_MEASURES[pool.measure]} {_WINDOWS[pool.window]}"


def tracks_words(tracks: Tracks) -> str:
    """Say which tracks there are and which one counts."""
    if tracks.choose == "single":
        return "one track for every partner"
    names = " and ".join(TRACK_NAMES[name] for name in tracks.names)
    if tracks.choose == "best":
        return f"{names}; the one with more points counts, {TRACK_NAMES[tracks.names[0]]} where they are equal"
    return f"{names}; which one counts is assigned"


def assign_words(assign: Assign, catalog: Catalog) -> str:
    """Say when the SMB track, or the Enterprise track, is assigned."""
    under = f"under {recognized_words(assign.recognized_by, catalog)}"
    if assign.kind == "customer_segments":
        share = range_words(assign.share, "%") if assign.share is not None else "any share"
        acr = f" and Azure consumed revenue over twelve months is {range_words(assign.acr, ' USD')}" if assign.acr is not None else ""
        segments = " or ".join(assign.segments or ())
        offers = "" if assign.offers is None else f", offers {names_words(assign.offers, catalog.offers)}"
        return f"SMB if {share} of customers are in segment {segments}{acr}, else Enterprise ({under}{offers})"
    count = range_words(assign.workload_count) if assign.workload_count is not None else "any number of"
    revenue = range_words(assign.revenue, " USD") if assign.revenue is not None else "any"
    return f"Enterprise if {count} workloads each have a tenant with {revenue} revenue now and a year ago, else SMB ({under})"


def _condition_words(field: str, value: Range, part: Metric | Pool | Step) -> str:
    if field in {"active_share", "already_deployed"}:
        return range_words(value, "%") + (" when associated" if field == "already_deployed" else "")
    if isinstance(part, Pool) and part.table == "workload_usage" and part.measure != "consumption_value":
        return range_words(value, " paid licenses in any one workload")
    return range_words(value, _unit(part))


def _unit(part: Metric | Pool | Step) -> str:
    return _UNITS[part.measure] if isinstance(part, Pool) else ""
