"""Every command below the heading where a person looks for it, with its module and what help says of it in a line.

So a module is imported when its command is asked for, and not for help, which names them all.
"""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """A command: the module of `attain.cli` that registers it, and the first paragraph of its help."""

    module: str
    summary: str


PANELS: dict[str, dict[str, Listed]] = {
    "Begin": {
        "demo": Listed(
            "demo", "Write a folder of made-up facts: Contoso, Fabrikam, Northwind, Tailspin, and as many other partners as you like."
        ),
        "init": Listed("store", "Make a store, into which attain import puts files and which keeps every version of them."),
        "check": Listed(
            "facts", "Check a facts folder: tables, rows, months, unknown names, what is missing; rows set aside go to a CSV file."
        ),
    },
    "Bring files in": {
        "sources": Listed("sources", "The kinds of files that attain import reads; alone it lists them."),
        "import": Listed(
            "imports",
            "Read files that partners have into a facts folder or a store, saying what each was taken for and what became of its rows.",
        ),
        "pull": Listed(
            "pull",
            "Files straight from Partner Center, Microsoft Graph and Azure. Sign-in data comes from the environment: ATTAIN_TENANT_ID, "
            "ATTAIN_CLIENT_ID, and ATTAIN_CLIENT_SECRET and ATTAIN_REFRESH_TOKEN where you have them.",
        ),
        "assign": Listed(
            "assign",
            "List the subscriptions whose usage has no partner or tenant; or say whose one is, with a row of the associations table.",
        ),
        "report-score": Listed(
            "report_score", "Note what Microsoft's score card shows; what no option says is asked for, metric by metric."
        ),
        "purchases": Listed("purchases", "Purchases and renewals of designations: list, record, withdraw."),
        "loads": Listed(
            "loads", "List what was imported into a store, oldest first; each number can be scored again with --store-version."
        ),
        "store": Listed("store", "Keeping a store well: check, rebuild, compact, export, import-archive."),
    },
    "Scores and reasons": {
        "score": Listed("score", "Score partners in designations on a day: every partner and designation unless some are named."),
        "explain": Listed("score", "Show the rows behind one metric: what counts, what does not, and why."),
        "parts": Listed(
            "insights", "Split a metric by location, or one customer's part of it by subscription or workload: a year ago and now."
        ),
        "status": Listed("status", "Show the status of partners in designations on a day, with the reason and the next date that matters."),
        "history": Listed("history", "Show scores and statuses over time, with the days from which other rules applied."),
        "diff": Listed(
            "diff", "Show why the scores of a partner changed between two days: lines whose points add up exactly to the change."
        ),
        "reconcile": Listed(
            "reconcile", "Compare the scores that Microsoft reported with ours, and show what could explain where they differ."
        ),
        "evidence": Listed(
            "evidence",
            "Write an evidence pack: reported against recomputed, the rows behind each number, the rules with their sources, "
            "and all versions.",
        ),
        "cases": Listed("cases", "Cases of evidence: tickets and reviews, and the packs kept with them."),
    },
    "Insights": {
        "customers": Listed(
            "insights", "Hold every customer against the conditions of the tracks that count: which it meets, and why or why not."
        ),
        "skilling": Listed(
            "insights", "Show steps and gates of the tracks that count, with how many people hold what they need; or each certificate."
        ),
        "trends": Listed("insights", "Follow customers kept, won and lost, Azure consumed revenue and active users month by month."),
        "freshness": Listed(
            "insights", "Say of each usage table which months are there and when the next is due, and which metrics a missing table blocks."
        ),
    },
    "What next": {
        "near": Listed(
            "standing", "List near misses and what is at risk: customers and people just below and just above each condition, by points."
        ),
        "seats": Listed(
            "coverage", "Show seats bought, assigned and active, and what it gives to bring the active share to what a metric asks for."
        ),
        "fragility": Listed(
            "standing",
            "Show what the loss of one person, one certificate or one customer would break, and how much each metric could lose.",
        ),
        "coverage": Listed(
            "coverage",
            "Show which associations cover what customers use, what none recognizes, and the points that missing ones would add.",
        ),
        "claims": Listed("claims", "The register of CPOR claims: list, add, change, remove. Nothing is claimed from here."),
        "forecast": Listed("forecast", "Forecast a partner's scores to the end of the qualification window and twelve months on."),
        "simulate": Listed(
            "simulate",
            "Show what a scenario would do to a partner's scores: customers, amounts, associations and certificates that change.",
        ),
        "scenarios": Listed("scenarios", "Saved scenarios of the simulator: list, show, save, rename, remove."),
        "recommend": Listed(
            "plan", "Say for each designation what to do first: at most five things, with points, effort and the last day to begin."
        ),
        "plan": Listed("plan", "Find the cheapest actions that reach a target by a day; each plan is played through the score."),
        "impact": Listed(
            "impact",
            "Show what other rules would do to scores on a day: before, after, who gains and who loses. "
            "Every partner unless some are named.",
        ),
    },
    "Many resellers": {
        "portfolio": Listed(
            "portfolio",
            "List partners side by side: points short, what alone is in the way, status, next date, risk ahead, unclaimed points.",
        ),
        "resellers": Listed(
            "resellers", "A distributor's resellers as published, each as far as it consents: list, call list, cohorts, counts."
        ),
        "segments": Listed("segments", "Segments of a distributor: list, show, save, rename, remove."),
        "consents": Listed("consents", "What a reseller lets distributors see of it: list, grant, revoke."),
    },
    "Rules and lessons": {
        "rules": Listed("rules", "What the rulebook says, what changed between editions, and whether it is sound."),
        "rulebooks": Listed("rulebooks", "Edited rules kept on the server: list, keep, remove, and take a file to edit."),
        "playbook": Listed("playbook", "The lessons of the course: list, search and read them, and check your own."),
    },
    "Run the web workspace": {
        "serve": Listed("serve", "Serve the web workspace. The first time it prints the link that makes the first Global admin."),
        "refresh": Listed(
            "refresh",
            "Import new files, publish scores, statuses and histories for the web workspace, forget what is old, and tell of what changed.",
        ),
        "alerts": Listed("alerts", "Alerts: rules and channels, what was noticed, sending, and the log of deliveries."),
        "doctor": Listed(
            "doctor", "Check all that a server needs, as the user of the server, and say how to mend what is not well; nothing is changed."
        ),
        "backup": Listed(
            "backup", "Back up the database and the store, while the server runs. Keys are left out: it says which to keep yourself."
        ),
        "restore": Listed(
            "backup", "Restore a backup into an empty database (ATTAIN_HOME, ATTAIN_DATABASE_URL) and a new store; both are checked."
        ),
        "openapi": Listed(
            "openapi",
            "Print the OpenAPI document of the REST interface, as `/api/v1/openapi.json` gives it, for tools that make clients of it.",
        ),
    },
    "People and organizations": {
        "organizations": Listed("organizations", "Organizations of the server and the partners that they see: list, make, change."),
        "members": Listed("members", "People of an organization: list, change roles, remove, invite."),
        "tokens": Listed("audit", "Tokens of an organization's services: list, revoke. They are made in the browser alone."),
        "audit": Listed("audit", "Show what happened in an organization, newest first: its own entries, and the sign-ins of its members."),
        "person": Listed("person", "What is held on one person: export, erase."),
        "forget": Listed("person", "Remove what is older than the settings ATTAIN_KEEP_..._DAYS say, as `attain refresh` does too."),
    },
}
"""Commands by heading, in the order in which they are used."""
