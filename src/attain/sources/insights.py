"""What the reports of Partner Center Insights have in common."""

from __future__ import annotations

VIEWER = "Executive report viewer (columns of revenue and of people are hidden from others); sign in with the Partner Program account"


def download(report: str) -> str:
    """Say where to get a report, in words."""
    return (
        f"Partner Center > Insights > Downloads hub > New report > {report}: all columns, the longest time range, no filters, CSV or TSV."
    )
