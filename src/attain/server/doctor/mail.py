"""The mail server of alerts: that it answers, keeps what is sent to itself, and lets Attain in. No mail is sent."""

from __future__ import annotations

import smtplib
import ssl
from typing import TYPE_CHECKING

from attain.errors import AttainError
from attain.server import environment
from attain.server.doctor.finding import note, ok, wrong

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from attain.server.doctor.finding import Finding

SUBJECT = "mail"
SECONDS = 10


def mail(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Ask the mail server that the environment names."""
    try:
        found = environment.mail_server(environ)
    except AttainError:
        # Said with the settings.
        return
    if found is None:
        yield note(SUBJECT, "no mail server is named, so alerts are not mailed", "name one in ATTAIN_MAIL_HOST, or use webhooks")
        return
    where = f"{found.host}:{found.port}"
    try:
        with _connected(found) as server:
            server.ehlo()
            if found.security == "starttls":
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
            if found.user:
                server.login(found.user, found.password)
            server.noop()
    except smtplib.SMTPAuthenticationError:
        yield wrong(SUBJECT, f"{where} does not let {found.user} in", "check ATTAIN_MAIL_USER and ATTAIN_MAIL_PASSWORD")
    except smtplib.SMTPNotSupportedError:
        yield wrong(SUBJECT, f"{where} does not speak what ATTAIN_MAIL_SECURITY asks for", "take starttls, tls or none as it does")
    except OSError as error:
        said = error.strerror or str(error) or type(error).__name__
        mend = "check ATTAIN_MAIL_HOST, ATTAIN_MAIL_PORT and ATTAIN_MAIL_SECURITY"
        yield wrong(SUBJECT, f"{where}: {said}", mend)
    else:
        yield ok(SUBJECT, f"{where} answers, mails come from {found.sender}")


def _connected(found: environment.MailServer) -> smtplib.SMTP:
    if found.security == "tls":
        return smtplib.SMTP_SSL(found.host, found.port, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(found.host, found.port, timeout=SECONDS)
