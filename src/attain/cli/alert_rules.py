"""`attain alerts rules`: what an organization wants to hear of: list, add, change, on, off, remove."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import OfOrganization
from attain.cli.options import FileFormat, Output, OutputFormat, check_output

if TYPE_CHECKING:
    from attain.advise.columns import Columns
    from attain.alerts.models import Rule
    from attain.alerts.setting_up import RuleAsked
    from attain.people.access import Granted
    from attain.people.models import Organization

rules = typer.Typer(no_args_is_help=True, help="Rules of alerts: list, add, change, turn on or off, remove.")
RuleNumber = Annotated[int, typer.Argument(metavar="RULE", help="The rule's number; attain alerts rules list shows it.")]
OfPartner = Annotated[str | None, typer.Option("--partner", metavar="ID", help="This partner alone; empty: all that it sees.")]
OfDesignation = Annotated[str | None, typer.Option("--designation", metavar="DESIGNATION", help="This designation alone; empty: all.")]
OfMetric = Annotated[str | None, typer.Option("--metric", metavar="METRIC", help="Of a rule about points: this metric; empty: the total.")]
Bound = Annotated[str | None, typer.Option(metavar="POINTS", help="The bound in points; empty: what holds unless it is set.")]
Days = Annotated[str | None, typer.Option(metavar="DAYS", help="How many days ahead, or overdue; empty: what holds unless it is set.")]
ByChannel = Annotated[
    list[str] | None, typer.Option("--channel", metavar="NAME", help="A channel that tells; may be given more than once.")
]
COLUMNS: Columns = {
    "rule": "count",
    "kind": "text",
    "partner_id": "text",
    "designation": "text",
    "metric": "text",
    "bound": "amount",
    "days": "count",
    "channels": "text",
    "active": "yes",
    "looked_on": "day",
}


@rules.command("list")
def list_(organization: OfOrganization, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List the rules of an organization; bound and days are empty where they are what holds unless set."""
    check_output(file_format, output)
    place = acting.organization(organization)
    from attain.alerts.models import Rule

    rows = [_row(rule) for rule in Rule.objects.filter(organization=place).prefetch_related("channels")]
    acting.show(COLUMNS, rows, file_format, output, "There is no rule.")


@rules.command("add")
def add(
    organization: OfOrganization,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND",
            help="What to look out for: first_qualified, under, at_risk, certificate, renewal, unrecognized, restated or stale.",
        ),
    ],
    partner: OfPartner = None,
    designation: OfDesignation = None,
    metric: OfMetric = None,
    bound: Bound = None,
    days: Days = None,
    channel: ByChannel = None,
) -> None:
    """Make a rule."""
    place = acting.organization(organization)
    from attain.alerts.setting_up import RuleAsked, save_rule

    asked = _with(RuleAsked(kind), place, partner, designation, metric, bound, days, channel)
    made = save_rule(_granted(place, "add"), None, asked)
    print(f"Rule {made.pk} is made: {_words(made)}.")


@rules.command("change")
def change(
    organization: OfOrganization,
    rule: RuleNumber,
    partner: OfPartner = None,
    designation: OfDesignation = None,
    metric: OfMetric = None,
    bound: Bound = None,
    days: Days = None,
    channel: ByChannel = None,
    no_channel: Annotated[bool, typer.Option("--no-channel", help="It tells by no channel any more.")] = False,
) -> None:
    """Change what is said of a rule; its kind stays. One that comes to ask for something else begins anew."""
    place = acting.organization(organization)
    from attain.alerts.setting_up import RuleAsked, rule_of, save_rule

    if channel and no_channel:
        raise typer.BadParameter("say one of --channel and --no-channel", param_hint="--no-channel")
    found = rule_of(place, rule)
    asked = _with(RuleAsked.of(found), place, partner, designation, metric, bound, days, [] if no_channel else channel)
    changed = save_rule(_granted(place, "change"), None, asked, found)
    print(f"Rule {changed.pk} is changed: {_words(changed)}.")


@rules.command("on")
def on(organization: OfOrganization, rule: RuleNumber) -> None:
    """Turn a rule on; what it would have told while it was off is noted and not told."""
    _switch(organization, rule, active=True)


@rules.command("off")
def off(organization: OfOrganization, rule: RuleNumber) -> None:
    """Turn a rule off."""
    _switch(organization, rule, active=False)


@rules.command("remove")
def remove(organization: OfOrganization, rule: RuleNumber) -> None:
    """Remove a rule with what it noticed; what was delivered stays in the log."""
    place = acting.organization(organization)
    from attain.alerts.setting_up import remove as take_away
    from attain.alerts.setting_up import rule_of

    take_away(_granted(place, "remove"), None, rule_of(place, rule))
    print(f"Rule {rule} is removed.")


def _switch(organization: str, rule: int, *, active: bool) -> None:
    place = acting.organization(organization)
    from attain.alerts.setting_up import rule_of, switch

    switch(_granted(place, "on" if active else "off"), None, rule_of(place, rule), active=active)
    print(f"Rule {rule} is {'on' if active else 'off'}.")


def _with(
    asked: RuleAsked,
    place: Organization,
    partner: str | None,
    designation: str | None,
    metric: str | None,
    bound: str | None,
    days: str | None,
    channel: list[str] | None,
) -> RuleAsked:
    """Give a rule with what options say of it; what none says stays."""
    from attain.alerts.setting_up import channel_named

    asked = asked if partner is None else replace(asked, partner_id=partner)
    asked = asked if designation is None else replace(asked, designation=designation)
    asked = asked if metric is None else replace(asked, metric=metric)
    asked = asked if bound is None else replace(asked, bound=_points(bound) if bound else None)
    asked = asked if days is None else replace(asked, days=_whole(days) if days else None)
    return asked if channel is None else replace(asked, channels=[channel_named(place, name).pk for name in channel])


def _points(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise typer.BadParameter(f"{text!r} is no number of points; write it as 75 or 72.5", param_hint="--bound") from error


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise typer.BadParameter(f"{text!r} is no number of days", param_hint="--days")
    return int(text)


def _row(rule: Rule) -> dict[str, object]:
    from fractions import Fraction

    from attain.published.shapes import exact

    return {
        "rule": rule.pk,
        "kind": rule.kind,
        "partner_id": rule.partner_id,
        "designation": rule.designation,
        "metric": rule.metric,
        "bound": None if rule.bound_micro is None else Fraction(exact(rule.bound_micro)),
        "days": rule.days,
        "channels": ", ".join(channel.name for channel in rule.channels.all()),
        "active": rule.active,
        "looked_on": rule.looked_on,
    }


def _words(rule: Rule) -> str:
    from attain.alerts.setting_up import words_of

    return f"{rule}, {words_of(rule, rule.channels.all())}"


def _granted(place: Organization, what: str) -> Granted:
    from attain.people.roles import Access

    return acting.granted(place, Access.SET_ALERTS, f"alerts rules {what}")
