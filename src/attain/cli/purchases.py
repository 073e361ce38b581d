"""`attain purchases`: designations bought or renewed at Microsoft, as they are recorded on the server."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from attain.cli import acting
from attain.cli.acting import InNameOf, OfPartner, OfStore
from attain.cli.options import FileFormat, Output, OutputFormat, check_output, day_of

if TYPE_CHECKING:
    from attain.advise.columns import Columns
    from attain.recorded.recording import Recorder

purchases = typer.Typer(no_args_is_help=True, help="Purchases and renewals of designations: list, record, withdraw.")
COLUMNS: Columns = {
    "purchase": "count",
    "designation": "text",
    "enrolled_on": "day",
    "paid_on": "day",
    "anniversary": "day",
    "track": "text",
    "amount": "amount",
    "currency": "text",
    "reference": "text",
    "recorded_by": "text",
    "counts": "yes",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(purchases, name="purchases")


@purchases.command("list")
def list_(partner: OfPartner, file_format: FileFormat = OutputFormat.table, output: Output = None) -> None:
    """List what was recorded as bought, the latest first; what was withdrawn no longer counts."""
    check_output(file_format, output)
    acting.connect()
    from attain.recorded.models import Purchase

    acting.check_partner(partner)
    own = ("designation", "enrolled_on", "paid_on", "anniversary", "track", "currency", "reference", "recorded_by")
    rows = [
        {
            "purchase": one.pk,
            "amount": None if one.amount is None else Fraction(one.amount),
            "counts": one.withdrawn_at is None,
        }
        | {name: getattr(one, name) for name in own}
        for one in Purchase.objects.filter(partner_id=partner)
    ]
    acting.show(COLUMNS, rows, file_format, output, "No purchase is recorded.")


@purchases.command("record")
def record(
    partner: OfPartner,
    designation: Annotated[str, typer.Argument(metavar="DESIGNATION", help="The designation, such as security.")],
    enrolled_on: Annotated[str, typer.Option(metavar="DAY", help="The day from which it holds.")],
    paid_on: Annotated[str | None, typer.Option(metavar="DAY", help="The day of the payment; it began without one unless given.")] = None,
    anniversary: Annotated[
        str | None, typer.Option(metavar="DAY", help="The anniversary; counted from the payment, as the rules say, unless given.")
    ] = None,
    track: Annotated[str, typer.Option(help="As the agreement names it; as the rules say unless given.")] = "",
    amount: Annotated[str | None, typer.Option(metavar="AMOUNT", help="What was paid, such as 4730.00.")] = None,
    currency: Annotated[str, typer.Option(metavar="CODE", help="Its currency by three letters, such as USD.")] = "",
    reference: Annotated[str, typer.Option(metavar="TEXT", help="The number of the order or invoice.")] = "",
    store: OfStore = "",
    organization: InNameOf = "",
) -> None:
    """Record a purchase or renewal and publish the partner's status anew."""
    enrolled, paid = day_of(enrolled_on, "--enrolled-on"), None if paid_on is None else day_of(paid_on, "--paid-on")
    until = None if anniversary is None else day_of(anniversary, "--anniversary")
    price = None if amount is None else _amount(amount)
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise typer.BadParameter(f"{currency!r} is no currency; name it by three letters, such as USD", param_hint="--currency")
    recorder = _recorder(partner, organization, "record", store)
    from attain.published import served

    holds, account = acting.published(partner)
    made = recorder.purchase(
        designation, enrolled, paid_on=paid, anniversary=until, track=track, amount=price, currency=currency, reference=reference
    )
    served.republish(account, holds)
    print(f"Purchase {made.pk} is recorded: {made}.")


@purchases.command("withdraw")
def withdraw(
    partner: OfPartner,
    purchase: Annotated[int, typer.Argument(metavar="PURCHASE", help="The purchase's number; attain purchases list shows it.")],
    store: OfStore = "",
    organization: InNameOf = "",
) -> None:
    """Take back a purchase that was recorded by mistake: it stays in the list and no longer counts."""
    recorder = _recorder(partner, organization, "withdraw", store)
    from attain.published import served

    holds, account = acting.published(partner)
    gone = recorder.withdraw(purchase)
    served.republish(account, holds)
    print(f"Purchase {gone.pk} no longer counts: {gone}.")


def _recorder(partner: str, organization: str, what: str, store: str) -> Recorder:
    acting.connect(store)
    from attain.people.roles import Access

    return acting.recorder(partner, organization, Access.ENROLL, f"purchases {what}")


def _amount(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(-1)
    exponent = found.as_tuple().exponent
    if not found.is_finite() or found < 0 or not isinstance(exponent, int) or exponent < -2 or found >= Decimal(10) ** 10:
        raise typer.BadParameter(f"{text!r} is no amount; write it as 4730.00", param_hint="--amount")
    return found
