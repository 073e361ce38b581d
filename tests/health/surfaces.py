"""Which command does what an operation of the REST interface does, one by one; or why none does.

An operation is `METHOD /path` below `/api/v1`. What is done for it is a command as it is typed after `attain` (several where an operation
does what several do), or a `Reason`. A command that no operation does has its reason in `COMMANDS_ALONE`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why something is done on one surface alone."""

    words: str


OWN_PERSON = Reason("it is about the person whose token calls; who runs a command on the server's machine is no account")
OWN_PROGRESS = Reason("progress in the course is that of a person who is signed in")
AT_ONCE = Reason("a command imports while one waits, and says itself how far it is")
ANSWERS_ITSELF = Reason("every command names the day and the facts it answers from, which are given to it")
P, D, PLACE, F = "/partners/{partner_id}", "/designations/{designation}", "/organizations/{organization}", "/portfolio/{organization}"

DONE_BY: dict[str, tuple[str, ...] | Reason] = {
    "GET /me": OWN_PERSON,
    "GET /me/tokens": OWN_PERSON,
    "DELETE /me/tokens/{token}": OWN_PERSON,
    "GET /publication": ANSWERS_ITSELF,
    # one partner
    "GET /partners": ("portfolio",),
    f"GET {P}": ("score", "status"),
    f"GET {P}{D}": ("score", "explain"),
    f"GET {P}{D}/history": ("history",),
    f"GET {P}{D}/metrics/{{metric}}/rows": ("explain",),
    f"GET {P}{D}/metrics/{{metric}}/parts": ("parts",),
    f"GET {P}/qualification": ("status",),
    f"GET {P}/customers": ("customers",),
    f"GET {P}/customers/{{tenant_id}}": ("customers",),
    f"GET {P}/skilling": ("skilling",),
    f"GET {P}/skilling/certificates": ("skilling",),
    f"GET {P}/trends": ("trends",),
    f"GET {P}/scores": ("score",),
    f"GET {P}/statuses": ("status",),
    f"GET {P}/difference": ("diff",),
    f"GET {P}/reconciliation": ("reconcile",),
    f"GET {P}/freshness": ("freshness",),
    # what next
    f"GET {P}/near": ("near",),
    f"GET {P}/seats": ("seats",),
    f"GET {P}/seats/goals": ("seats",),
    f"GET {P}/fragility/losses": ("fragility",),
    f"GET {P}/fragility/margins": ("fragility",),
    f"GET {P}/recommendations": ("recommend",),
    f"GET {P}/coverage": ("coverage",),
    f"GET {P}/coverage/missing": ("coverage",),
    f"GET {P}/coverage/checks": ("coverage",),
    f"GET {P}/forecast": ("forecast",),
    f"POST {P}/simulation": ("simulate",),
    f"POST {P}/path": ("plan",),
    f"GET {P}/rule-change": ("impact",),
    f"POST {P}/rule-change": ("impact",),
    # what is recorded
    f"GET {P}/claims": ("claims list",),
    f"POST {P}/claims": ("claims add",),
    f"PUT {P}/claims/{{claim}}": ("claims change",),
    f"DELETE {P}/claims/{{claim}}": ("claims remove",),
    f"GET {P}/scenarios": ("scenarios list",),
    f"POST {P}/scenarios": ("scenarios save",),
    f"GET {P}/scenarios/{{scenario}}": ("scenarios show",),
    f"PATCH {P}/scenarios/{{scenario}}": ("scenarios rename",),
    f"DELETE {P}/scenarios/{{scenario}}": ("scenarios remove",),
    f"GET {P}/scenarios/{{scenario}}/simulation": ("simulate",),
    f"GET {P}/purchases": ("purchases list",),
    f"POST {P}/purchases": ("purchases record",),
    f"DELETE {P}/purchases/{{purchase}}": ("purchases withdraw",),
    f"GET {P}/reported-numbers": ("reconcile",),
    f"POST {P}/reported-numbers": ("report-score",),
    f"GET {P}/evidence": ("cases list", "cases packs"),
    f"POST {P}/evidence": ("cases open",),
    f"PUT {P}/evidence/{{case}}": ("cases change",),
    f"DELETE {P}/evidence/{{case}}": ("cases remove",),
    f"POST {P}/evidence/{{case}}/packs": ("cases pack", "evidence"),
    f"POST {P}/evidence/{{case}}/packs/{{pack}}/again": ("cases again",),
    f"GET {P}/evidence/{{case}}/packs/{{pack}}/{{kind}}": ("cases download",),
    # files
    f"POST {P}/imports": ("import",),
    f"GET {P}/imports": AT_ONCE,
    f"GET {P}/imports/{{number}}": AT_ONCE,
    f"GET {P}/loads": ("loads",),
    f"GET {P}/loads/{{number}}/rejects": ("loads", "check"),
    # many resellers
    f"GET {F}/resellers": ("resellers list",),
    f"GET {F}/resellers/{{partner_id}}": ("resellers list",),
    f"GET {F}/cohorts": ("resellers cohorts",),
    f"GET {F}/others": ("resellers others",),
    f"GET {F}/calls": ("resellers calls",),
    f"GET {F}/resellers/{{partner_id}}/calls": ("resellers notes",),
    f"POST {F}/resellers/{{partner_id}}/calls": ("resellers call",),
    f"GET {F}/learning": ("resellers learning",),
    f"GET {F}/segments": ("segments list",),
    f"PUT {F}/segments": ("segments save",),
    f"GET {F}/segments/{{segment}}": ("segments show",),
    f"PATCH {F}/segments/{{segment}}": ("segments rename",),
    f"DELETE {F}/segments/{{segment}}": ("segments remove",),
    f"GET {F}/rule-changes": ("rules list", "rulebooks list"),
    f"GET {F}/rule-change": ("impact",),
    f"GET {F}/rulebooks": ("rulebooks list",),
    f"POST {F}/rulebooks": ("rulebooks keep",),
    f"DELETE {F}/rulebooks/{{rulebook}}": ("rulebooks remove",),
    f"GET {F}/rulebooks/files/{{name}}": ("rulebooks file",),
    f"GET {PLACE}/consents": ("consents list",),
    f"POST {PLACE}/consents": ("consents grant",),
    f"DELETE {PLACE}/consents/{{consent}}": ("consents revoke",),
    # alerts
    f"GET {PLACE}/alert-rules": ("alerts rules list", "alerts list"),
    f"POST {PLACE}/alert-rules": ("alerts rules add",),
    f"PATCH {PLACE}/alert-rules/{{rule}}": ("alerts rules change", "alerts rules on", "alerts rules off"),
    f"DELETE {PLACE}/alert-rules/{{rule}}": ("alerts rules remove",),
    f"GET {PLACE}/alerts": ("alerts noticed",),
    f"GET {PLACE}/alert-channels": ("alerts channels list", "alerts list"),
    f"POST {PLACE}/alert-channels": ("alerts channels add",),
    f"PUT {PLACE}/alert-channels/{{channel}}": ("alerts channels change",),
    f"PATCH {PLACE}/alert-channels/{{channel}}": ("alerts channels on", "alerts channels off"),
    f"DELETE {PLACE}/alert-channels/{{channel}}": ("alerts channels remove",),
    f"POST {PLACE}/alert-channels/{{channel}}/test": ("alerts test",),
    f"GET {PLACE}/alert-deliveries": ("alerts log",),
    f"GET {PLACE}/alert-deliveries/{{delivery}}": ("alerts log",),
    f"POST {PLACE}/alert-deliveries/{{delivery}}/retry": ("alerts retry",),
    # rules and lessons
    "GET /rules": ("rules list",),
    "GET /rules/programme": ("rules show",),
    "GET /rules/interpretations": ("rules show",),
    "GET /rules/sources": ("rules show",),
    "GET /rules/designations/{designation}": ("rules show",),
    "GET /rules/designations/{designation}/changes": ("rules diff",),
    "GET /playbook": ("playbook list",),
    "GET /playbook/{designation}": ("playbook list",),
    "GET /playbook/{designation}/search": ("playbook search",),
    "GET /playbook/{designation}/{number}": ("playbook show",),
    "GET /playbook/{designation}/{number}/progress": OWN_PROGRESS,
    "PUT /playbook/{designation}/{number}/progress": OWN_PROGRESS,
    "POST /playbook/{designation}/{number}/checks/{check}": OWN_PROGRESS,
    # people and organizations
    f"GET {PLACE}/members": ("members list",),
    f"PUT {PLACE}/members/{{member}}": ("members change",),
    f"DELETE {PLACE}/members/{{member}}": ("members remove",),
    f"GET {PLACE}/invitations": ("members invitations",),
    f"POST {PLACE}/invitations": ("members invite",),
    f"DELETE {PLACE}/invitations/{{invitation}}": ("members withdraw",),
    f"GET {PLACE}/tokens": ("tokens list",),
    f"DELETE {PLACE}/tokens/{{token}}": ("tokens revoke",),
    f"GET {PLACE}/organizations": ("organizations list",),
    f"POST {PLACE}/organizations": ("organizations make",),
    f"GET {PLACE}/organizations/{{place}}/partners": ("organizations partners",),
    f"PUT {PLACE}/organizations/{{place}}/partners/{{partner_id}}": ("organizations let-see",),
    f"DELETE {PLACE}/organizations/{{place}}/partners/{{partner_id}}": ("organizations take-away",),
    f"POST {PLACE}/personal-data/held": ("person export",),
    f"POST {PLACE}/personal-data/erase": ("person erase",),
    f"GET {PLACE}/audit": ("audit",),
}

MACHINE = Reason("it is done on the machine itself: to its files, its services or its settings")
DEVELOPING = Reason("it serves who writes rules, lessons or programs, with files of their own")
MANY_AT_ONCE = Reason("it works through a whole store, or through an account at Microsoft, for hours where need be")
COMMANDS_ALONE: dict[str, Reason] = {
    "alerts deliver": MACHINE,
    "assign": MACHINE,
    "backup": MACHINE,
    "demo": MACHINE,
    "doctor": MACHINE,
    "forget": MACHINE,
    "init": MACHINE,
    "openapi": DEVELOPING,
    "playbook lint": DEVELOPING,
    "pull billing": MANY_AT_ONCE,
    "pull datasets": MANY_AT_ONCE,
    "pull insights": MANY_AT_ONCE,
    "pull pal": MANY_AT_ONCE,
    "refresh": MANY_AT_ONCE,
    "restore": MACHINE,
    "rules lint": DEVELOPING,
    "rules schema": DEVELOPING,
    "serve": MACHINE,
    "sources list": DEVELOPING,
    "sources show": DEVELOPING,
    "store check": MACHINE,
    "store compact": MACHINE,
    "store export": MACHINE,
    "store import-archive": MACHINE,
    "store rebuild": MACHINE,
}
