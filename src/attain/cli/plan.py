"""`attain plan`: the cheapest actions after which a designation reaches its target by a day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from attain.cli.loading import open_workspace, say_basis
from attain.cli.options import AsOf, Basis, FactsPath, MaxRejects, RefreshDay, day_of


def register(app: typer.Typer) -> None:
    """Add the command `plan` to the command line."""
    app.command("plan")(plan)


def plan(
    facts: FactsPath,
    as_of: AsOf,
    partner: Annotated[str, typer.Option(help="The partner; a location means its global account.")],
    designation: Annotated[str, typer.Option(help="The designation to reach.")],
    target: Annotated[str | None, typer.Option(help="Points to reach. [default: those that qualify]", show_default=False)] = None,
    by: Annotated[str | None, typer.Option(help="The day by which. [default: 180 days on]", show_default=False)] = None,
    costs: Annotated[Path | None, typer.Option(help="A file of what actions take, YAML or JSON.")] = None,
    basis: Basis = "acr",
    refresh_day: RefreshDay = None,
    max_rejects: MaxRejects = "1%",
) -> None:
    """Find the cheapest actions that reach a target, replayed through the score."""
    from fractions import Fraction

    from attain.advise.action_costs import read_costs
    from attain.advise.cheapest import cheapest
    from attain.explaining.words import number

    day, last = day_of(as_of), None if by is None else day_of(by, "--by")
    try:
        aim = None if target is None else Fraction(target)
    except (ValueError, ZeroDivisionError) as error:
        raise typer.BadParameter(f"{target!r} is no number of points", param_hint="--target") from error
    taken = None if costs is None else read_costs(costs)
    workspace = open_workspace(facts, max_rejects)
    say_basis(workspace, basis)
    advice = workspace.advice(day, partner=partner, designations=[designation], basis=basis, refresh_day=refresh_day)
    found = cheapest(advice.hypotheses, designation, target=aim, by=last, costs=taken)
    shown = workspace.shown
    print(f"{found.designation}: {shown(day, found.before)} on {found.by} with usage held, to reach {number(found.target)}.")
    print(f"{found.considered} actions considered. A plan by Attain on the assumptions named; it entitles to nothing.")
    if not found.plans:
        print("No plan of these actions reaches it by then." if found.proven else "No plan was found; the search gave up.")
    for place, one in enumerate(found.plans, 1):
        proof = (
            "the least cost of the actions considered" if one.optimal and found.proven else f"at least USD {number(one.bound)} is needed"
        )
        print(f"\nPlan {place}: {shown(day, one.total)} points on the {one.track} track, USD {number(one.cost)} ({proof})")
        for action in sorted(one.actions, key=lambda each: each.acts_on):
            print(f"  {action.words}: USD {number(action.cost)}, {action.days} days, acts on {action.acts_on}")
        print(f"  All come off with a likelihood of {int(one.likelihood * 100)}%.")
        if not one.worth_it:
            print(f"  Not worth it: it costs more than the USD {number(found.worth)} that it is worth.")
