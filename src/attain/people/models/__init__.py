"""What is kept about people: accounts, organizations and members, invitations, tokens, the audit log."""

from __future__ import annotations

from attain.people.models.audit import AuditEntry, Event
from attain.people.models.invitations import FirstRun, Invitation
from attain.people.models.organizations import Consent, Member, Organization, OrganizationKind, OrganizationPartner, Segment, SegmentPartner
from attain.people.models.stamps import Stamping, StampingRows, new_stamp
from attain.people.models.tokens import Token, TokenScope
from attain.people.models.users import User

__all__ = [
    "AuditEntry",
    "Consent",
    "Event",
    "FirstRun",
    "Invitation",
    "Member",
    "Organization",
    "OrganizationKind",
    "OrganizationPartner",
    "Segment",
    "SegmentPartner",
    "Stamping",
    "StampingRows",
    "Token",
    "TokenScope",
    "User",
    "new_stamp",
]
