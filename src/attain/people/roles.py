"""Roles, what each may see and do, and for what: one partner, one organization, or the whole programme."""

from __future__ import annotations

from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    """What a member is in an organization."""

    GLOBAL_ADMIN = "global_admin", "Global admin"
    PARTNER_ADMIN = "partner_admin", "Partner admin"
    EXECUTIVE_REPORT_VIEWER = "executive_report_viewer", "Executive report viewer"
    DISTRIBUTOR_MANAGER = "distributor_manager", "Distributor manager"
    LEARNER = "learner", "Learner"

    @property
    def words(self) -> str:
        """What it is called."""
        return str(self.label)


class Reach(StrEnum):
    """What an access is asked for."""

    NOBODY = "nobody"
    PERSON = "person"
    ORGANIZATION = "organization"
    PARTNER = "partner"
    RESELLER = "reseller"
    PROGRAMME = "programme"


class Access(StrEnum):
    """What a page or an endpoint needs."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    MEMBERSHIP = "membership"
    INSIGHTS = "insights"
    DATA = "data"
    IMPORT = "import"
    ENROLL = "enroll"
    PLAN = "plan"
    EVIDENCE = "evidence"
    EXPORT = "export"
    RULES = "rules"
    PLAYBOOK = "playbook"
    LEARN = "learn"
    CONSENT = "consent"
    PORTFOLIO = "portfolio"
    PORTFOLIO_NOTES = "portfolio_notes"
    RESELLER_TOTALS = "reseller_totals"
    RESELLER_DETAIL = "reseller_detail"
    ALERTS = "alerts"
    SET_ALERTS = "set_alerts"
    PEOPLE = "people"
    OPERATE = "operate"

    @property
    def reach(self) -> Reach:
        """What it is asked for: a partner in the URL, an organization in the URL, or neither."""
        return _REACH.get(self, Reach.PARTNER)

    @property
    def words(self) -> str:
        """What it is called on a page that refuses it."""
        return _WORDS[self]


_REACH = {
    Access.PUBLIC: Reach.NOBODY,
    Access.SIGNED_IN: Reach.PERSON,
    Access.RULES: Reach.PROGRAMME,
    Access.PLAYBOOK: Reach.PROGRAMME,
    Access.LEARN: Reach.PROGRAMME,
    Access.CONSENT: Reach.ORGANIZATION,
    Access.PORTFOLIO: Reach.ORGANIZATION,
    Access.PORTFOLIO_NOTES: Reach.ORGANIZATION,
    Access.ALERTS: Reach.ORGANIZATION,
    Access.SET_ALERTS: Reach.ORGANIZATION,
    Access.PEOPLE: Reach.ORGANIZATION,
    Access.OPERATE: Reach.ORGANIZATION,
    Access.RESELLER_TOTALS: Reach.RESELLER,
    Access.RESELLER_DETAIL: Reach.RESELLER,
}

_WORDS = {
    Access.PUBLIC: "This page",
    Access.SIGNED_IN: "This page",
    Access.MEMBERSHIP: "The Membership workspace",
    Access.INSIGHTS: "Insights",
    Access.DATA: "Data",
    Access.IMPORT: "Importing files",
    Access.ENROLL: "Recording a purchase",
    Access.PLAN: "Planning",
    Access.EVIDENCE: "Making evidence packs",
    Access.EXPORT: "Downloading",
    Access.RULES: "Reading the rules",
    Access.PLAYBOOK: "The Playbook",
    Access.LEARN: "Keeping one's progress in the Playbook",
    Access.CONSENT: "Sharing with a distributor",
    Access.PORTFOLIO: "The Portfolio",
    Access.PORTFOLIO_NOTES: "Keeping notes and call lists",
    Access.RESELLER_TOTALS: "Seeing a reseller's totals",
    Access.RESELLER_DETAIL: "Seeing a reseller's details",
    Access.ALERTS: "Reading alerts",
    Access.SET_ALERTS: "Setting up alerts",
    Access.PEOPLE: "Managing people and roles",
    Access.OPERATE: "Setting up organizations, in the organization that sees every partner,",
}

_OPEN = frozenset({Access.PUBLIC, Access.SIGNED_IN})
_DISTRIBUTOR = frozenset({Access.PORTFOLIO, Access.PORTFOLIO_NOTES, Access.RESELLER_TOTALS, Access.RESELLER_DETAIL})
_ALERTS = frozenset({Access.ALERTS, Access.SET_ALERTS})
_READER = frozenset({Access.INSIGHTS, Access.RULES, Access.PLAYBOOK, Access.LEARN, Access.EXPORT})

GRANTS: dict[Role, frozenset[Access]] = {
    Role.GLOBAL_ADMIN: frozenset(Access),
    Role.PARTNER_ADMIN: _OPEN
    | _READER
    | _ALERTS
    | {Access.MEMBERSHIP, Access.DATA, Access.IMPORT, Access.ENROLL, Access.PLAN, Access.EVIDENCE, Access.CONSENT},
    Role.EXECUTIVE_REPORT_VIEWER: _OPEN | _READER,
    Role.DISTRIBUTOR_MANAGER: _OPEN | _DISTRIBUTOR | _ALERTS,
    Role.LEARNER: _OPEN | {Access.PLAYBOOK, Access.LEARN},
}

SEES_NAMES = frozenset({Role.GLOBAL_ADMIN, Role.PARTNER_ADMIN})
"""Roles that see the names of certified people; another member does where a Global admin allows it."""


def roles_with(access: Access) -> list[Role]:
    """Name the roles that have an access, in the order of `Role`."""
    return [role for role in Role if access in GRANTS[role]]
