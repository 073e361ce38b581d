"""Actions that may move a designation by a day: associations to set, certificates to earn, customers to raise or to keep."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.advise.association_guide import GROUPS, PREFERENCE
from attain.advise.changes import AddAssociation
from attain.advise.partner_facts import AZURE
from attain.advise.people_actions import PeopleActions
from attain.advise.plans import Action
from attain.advise.raising import Raising
from attain.advise.recognition import products
from attain.advise.timing import Timing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from attain.advise.action_costs import ActionCosts, ActionKind
    from attain.advise.hypothesis import Hypotheses
    from attain.advise.recognition import Lack

CUSTOMERS = 24
"""So many customers are thought of at most for associations, and so many for all the rest."""
WAYS = 48
"""So many ways to take the actions on one customer together are weighed at most; what comes later is left out."""
ALTERNATIVES = 2
"""So many kinds of association are proposed for the same usage at most, the easiest first."""
ZERO = Fraction(0)


def actions(future: Hypotheses, designation: str, start: dt.date, costs: ActionCosts) -> list[Action]:
    """List actions that, begun on `start`, act by the day of `future`, whose facts are those that are assumed for that day."""
    found = _made(Timing(future, start, dated=True), designation, costs)
    return [action for action in found if action.acts_on <= future.on]


def undated_actions(hypotheses: Hypotheses, designation: str, costs: ActionCosts) -> list[Action]:
    """List the same actions on the facts of today, as if what they do had always been there: what a simulator is asked."""
    return _made(Timing(hypotheses, hypotheses.on, dated=False), designation, costs)


def association_kind(code: str) -> ActionKind:
    """Say which kind of action sets an association."""
    if code.startswith("csp"):
        return "link_csp"
    if code.startswith("cpor"):
        return "claim_cpor"
    return "link_dpor" if code == "dpor" else "link_pal"


def _made(timing: Timing, designation: str, costs: ActionCosts) -> list[Action]:
    raised = sorted(Raising(timing, designation, costs).made(), key=lambda one: one.way < 0)
    near = list(dict.fromkeys(one.action.group for one in raised))[:CUSTOMERS]
    usage = [*_associations(timing, costs), *(one.action for one in raised if one.action.group in near)]
    return [*_few(_once(usage)), *PeopleActions(timing, designation, costs).made()]


def _associations(timing: Timing, costs: ActionCosts) -> Iterator[Action]:
    """Set associations on usage that no track's metrics recognize, the customers with most of it first."""
    by_tenant: dict[str, dict[ActionKind, list[tuple[str, str, str]]]] = defaultdict(lambda: defaultdict(list))
    weight: Counter[str] = Counter()
    names: dict[str, str] = {}
    for one in products(timing.hypotheses, every_track=True):
        for lack in one.lacks:
            names[one.tenant_id] = one.customer or one.tenant_id
            weight[one.tenant_id] += math.ceil(lack.amount)
            for code in _easiest(lack):
                by_tenant[one.tenant_id][association_kind(code)].append((one.table, one.product, code))
    for tenant, _ in weight.most_common(CUSTOMERS):
        for kind, some in by_tenant[tenant].items():
            takes = costs.of(kind)
            changes = tuple(
                AddAssociation(
                    tenant=tenant,
                    association=code,
                    service=product if table == AZURE else None,
                    workload=None if table == AZURE else product,
                    since=timing.since(kind, takes),
                )
                for table, product, code in dict.fromkeys(some)
            )
            codes = ", ".join(dict.fromkeys(GROUPS.get(code) or code.upper().replace("_", " ") for _, _, code in some))
            words = f"{codes} at {names[tenant]}"
            acts_on = timing.acts_on(kind, takes)
            yield Action(kind, tenant, kind, tenant, words, changes, takes.cost_usd, takes.days, takes.likelihood_percent, acts_on)


def _easiest(lack: Lack) -> list[str]:
    """Choose the easiest association of each of the easiest kinds."""
    by_kind: dict[ActionKind, str] = {}
    for code in sorted(lack.eligible, key=PREFERENCE.index):
        by_kind.setdefault(association_kind(code), code)
    return list(by_kind.values())[:ALTERNATIVES]


def _once(found: Iterable[Action]) -> list[Action]:
    """Leave out what several pools ask for alike."""
    return list({(action.tenant_id, action.lever, action.changes): action for action in found}.values())


def _few(found: list[Action]) -> list[Action]:
    """Keep so many actions on each customer that the ways to take them together stay few."""
    levels: dict[str, Counter[str]] = defaultdict(Counter)
    kept: list[Action] = []
    for action in found:
        own = levels[action.group]
        own[action.lever] += 1
        if math.prod(count + 1 for count in own.values()) > WAYS:
            own[action.lever] -= 1
        else:
            kept.append(action)
    return kept
