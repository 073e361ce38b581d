"""Sending one message by its channel, and what an answer means: delivered, worth another try, or not."""

from __future__ import annotations

import json
import smtplib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from attain.alerts.models import ChannelKind
from attain.alerts.outbound import Unreached, post
from attain.alerts.sealing import opened
from attain.alerts.writing import LINES_IN_CARD, LINES_IN_MAIL, as_card, as_json, as_text, message_of, signature
from attain.errors import AttainError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from attain.alerts.models import Channel, Delivery
    from attain.alerts.writing import Tellable

AGAIN = frozenset({408, 425, 429})
"""Answers of a web server beside 5xx that ask for another try."""
MAIL_SECONDS = 20


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt. `again` says whether another may do; `after` is how many seconds the receiver asked to wait."""

    sent: bool
    code: str
    words: str
    again: bool = False
    after: int | None = None


def send(delivery: Delivery, channel: Channel, told: Tellable, names_of: Callable[[Collection[str]], Mapping[str, str]]) -> Outcome:
    """Send a delivery and say what came of it; faults of the receiver and of the channel are outcomes too."""
    try:
        if ChannelKind(channel.kind) is ChannelKind.MAIL:
            return _mail(delivery, told, names_of)
        return _posted(delivery, channel, told, names_of)
    except Unreached as error:
        return Outcome(sent=False, code="", words=str(error), again=True)
    except AttainError as error:
        return Outcome(sent=False, code="", words=f"{error.message}; {error.hint}" if error.hint else error.message)


def _posted(delivery: Delivery, channel: Channel, told: Tellable, names_of: Callable[[Collection[str]], Mapping[str, str]]) -> Outcome:
    sent_at = int(time.time())
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Attain", "Attain-Delivery": str(delivery.identity)}
    if ChannelKind(channel.kind) is ChannelKind.TEAMS:
        body = json.dumps(as_card(message_of(delivery, told, names_of, LINES_IN_CARD)), ensure_ascii=False).encode()
    else:
        body = as_json(delivery, told, sent_at)
        headers["Attain-Timestamp"] = str(sent_at)
        headers["Attain-Signature"] = signature(opened(channel.sealed_secret), sent_at, body)
    answer = post(opened(channel.sealed_url), body, headers)
    if 200 <= answer.status < 300:
        return Outcome(sent=True, code=str(answer.status), words="Delivered")
    again = answer.status >= 500 or answer.status in AGAIN
    words = "The address leads elsewhere, which is not followed" if 300 <= answer.status < 400 else f"Refused with {answer.status}"
    return Outcome(sent=False, code=str(answer.status), words=words, again=again, after=answer.retry_after)


def _mail(delivery: Delivery, told: Tellable, names_of: Callable[[Collection[str]], Mapping[str, str]]) -> Outcome:
    server = settings.MAIL_SERVER
    if server is None:
        raise AttainError("no-mail", "this server sends no mail", "channel", "name a mail server in ATTAIN_MAIL_HOST")
    message = message_of(delivery, told, names_of, LINES_IN_MAIL)
    domain = server.sender.rpartition("@")[2].rstrip(">")
    mail = EmailMessage(
        subject=message.title,
        body=as_text(message),
        from_email=server.sender,
        to=[delivery.recipient],
        headers={"Message-ID": f"<{delivery.identity}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    backend = EmailBackend(
        host=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.security == "starttls",
        use_ssl=server.security == "tls",
        timeout=MAIL_SECONDS,
    )
    try:
        backend.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        code = next((given[0] for given in error.recipients.values()), 550)
        return _mail_refused(code, "The mail server refused the recipient")
    except smtplib.SMTPAuthenticationError as error:
        return Outcome(sent=False, code=str(error.smtp_code), words="The mail server refused the user or password", again=True)
    except smtplib.SMTPResponseException as error:
        return _mail_refused(error.smtp_code, "The mail server refused the message")
    except (smtplib.SMTPException, OSError):
        return Outcome(sent=False, code="", words="The mail server was not reached", again=True)
    return Outcome(sent=True, code="250", words="Delivered")


def _mail_refused(code: int, words: str) -> Outcome:
    return Outcome(sent=False, code=str(code), words=words, again=code < 500)
