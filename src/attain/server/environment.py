"""What the environment says: each variable read in one place, checked, with its default."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from attain.errors import AttainError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
SECRET_FILE = "secret-key"
DATABASE_FILE = "attain.sqlite3"
# Entra ID's words for people of many tenants, and the one tenant of everybody's personal accounts.
EVERYBODYS_TENANTS = frozenset({"common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"})
_SECRET_BYTES = 48
_TOKEN_LENGTH = 20


@dataclass(frozen=True)
class IdentityProvider:
    """An OpenID Connect provider people may sign in with. `trust_email` says that it owns the addresses it names.

    `tenant` is the Entra ID tenant whose accounts alone may sign in, by its id or its domain; empty for another provider.
    """

    name: str
    url: str
    client_id: str
    secret: str
    trust_email: bool
    tenant: str = ""

    @property
    def origin(self) -> str:
        """Scheme and host of the provider."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def home_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Name the folder of Attain's own data (`ATTAIN_HOME`), whether it is there or not."""
    named = environ.get("ATTAIN_HOME")
    if named:
        return Path(named).expanduser().resolve()
    data = environ.get("XDG_DATA_HOME")
    return ((Path(data) if data else Path.home() / ".local" / "share") / "attain").resolve()


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """Give the folder of Attain's own data, made on first use and closed to others."""
    return private_folder(home_folder(environ))


def secret_key(folder: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Give the key that signs sessions: `ATTAIN_SECRET_KEY`, else one made on first run, kept in the data folder for its owner alone."""
    named = environ.get("ATTAIN_SECRET_KEY")
    if named:
        return named
    path = folder / SECRET_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(_SECRET_BYTES))
    return path.read_text(encoding="ascii")


def database(folder: Path, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Give Django's settings of the database (`ATTAIN_DATABASE_URL`: sqlite or postgres), SQLite in the data folder where none is named."""
    named = environ.get("ATTAIN_DATABASE_URL")
    if not named:
        return _sqlite(folder / DATABASE_FILE)
    parts = urlsplit(named)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        # As elsewhere: three slashes name a file from here, four one from the root.
        return _sqlite(Path(path[1:])) if len(path) > 1 else _refuse_database("names no file")
    if parts.scheme in {"postgres", "postgresql"}:
        name = unquote(parts.path.lstrip("/"))
        if not name:
            return _refuse_database("names no database")
        try:
            port = parts.port
        except ValueError:
            return _refuse_database("has a port that is no number")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(port or ""),
            # A server that does not answer is a fault to show, not to wait for.
            "OPTIONS": {"connect_timeout": "10", **dict(parse_qsl(parts.query))},
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    return _refuse_database(f"starts with {parts.scheme or 'no scheme'}")


def names(name: str, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Read names with commas between them; none where nothing is named."""
    return [one for one in (part.strip() for part in environ.get(name, "").split(",")) if one]


def address(hosts_served: list[str], *, https: bool, environ: Mapping[str, str] = os.environ) -> str:
    """Give the address of the server as people open it (`ATTAIN_URL`), without a last slash; else one made from the first host served."""
    named = environ.get("ATTAIN_URL", "").strip().rstrip("/")
    if not named:
        host = next((name for name in hosts_served if name not in {"*", *LOCAL_HOSTS}), "")
        return f"http{'s' if https else ''}://{host}" if host else "http://localhost:8000"
    parts = urlsplit(named)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise AttainError("environment", f"{named!r} is no address of a server", "ATTAIN_URL", "write https://attain.example.com")
    return named


@dataclass(frozen=True)
class MailServer:
    """A mail server. `security` is starttls, tls or none; `sender` is the address that mails come from."""

    host: str
    port: int
    user: str
    password: str
    security: str
    sender: str


MAIL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def mail_server(environ: Mapping[str, str] = os.environ) -> MailServer | None:
    """Give the mail server (`ATTAIN_MAIL_HOST` and its like), None where none is named; AttainError for what does not fit together."""
    host = environ.get("ATTAIN_MAIL_HOST", "").strip()
    if not host:
        return None
    security = environ.get("ATTAIN_MAIL_SECURITY", "").strip().casefold() or "starttls"
    if security not in MAIL_PORTS:
        raise AttainError("environment", f"{security!r} is not known", "ATTAIN_MAIL_SECURITY", "write starttls, tls or none")
    sender = environ.get("ATTAIN_MAIL_FROM", "").strip()
    if "@" not in sender or not sender.isprintable():
        raise AttainError("environment", "mails need a sender", "ATTAIN_MAIL_FROM", "write attain@example.com")
    port = whole_number("ATTAIN_MAIL_PORT", MAIL_PORTS[security], environ)
    user, password = environ.get("ATTAIN_MAIL_USER", ""), environ.get("ATTAIN_MAIL_PASSWORD", "")
    if user and security == "none" and host not in LOCAL_HOSTS:
        hint = "take starttls or tls, or name no user"
        raise AttainError("environment", "the password would be sent in the clear", "ATTAIN_MAIL_SECURITY", hint)
    return MailServer(host, port, user, password, security, sender)


def hosts(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Give the host names that requests may be for (`ATTAIN_HOSTS`, with commas), this machine alone where none is named."""
    return names("ATTAIN_HOSTS", environ) or list(LOCAL_HOSTS)


def flag(name: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Read a switch: 1, true, yes or on; 0, false, no, off or nothing. AttainError for anything else."""
    value = environ.get(name, "").strip().casefold()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"", "0", "false", "no", "off"}:
        return False
    raise AttainError("environment", f"{environ[name]!r} is no switch", name, "write 1 or 0")


def whole_number(name: str, otherwise: int, environ: Mapping[str, str] = os.environ) -> int:
    """Read a number above 0, `otherwise` where none is named; AttainError for anything else."""
    value = environ.get(name, "").strip()
    if not value:
        return otherwise
    if value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    raise AttainError("environment", f"{value!r} is no whole number above 0", name, f"write {otherwise}, or leave it out")


def proxies(environ: Mapping[str, str] = os.environ) -> int:
    """Give how many proxies stand before the server (`ATTAIN_PROXIES`): one with HTTPS, else none, unless it says so."""
    value = environ.get("ATTAIN_PROXIES", "").strip()
    if not value:
        return int(flag("ATTAIN_HTTPS", environ))
    if value.isascii() and value.isdigit():
        return int(value)
    raise AttainError("environment", f"{value!r} is no number of proxies", "ATTAIN_PROXIES", "write 1 for one proxy, 0 for none")


def days_kept(name: str, environ: Mapping[str, str] = os.environ) -> int:
    """Read for how many days something is kept, 0 for ever where none is named; AttainError for anything else than a whole number."""
    value = environ.get(name, "").strip()
    if not value:
        return 0
    if value.isascii() and value.isdigit() and int(value) > 0:
        return int(value)
    raise AttainError("environment", f"{value!r} is no number of days above 0", name, "write 365 for a year, or leave it out to keep all")


def one_of(name: str, known: Collection[str], otherwise: str, environ: Mapping[str, str] = os.environ) -> str:
    """Read one of the words `known`, `otherwise` where none is named; AttainError for anything else."""
    value = environ.get(name, "").strip().casefold() or otherwise
    if value not in known:
        raise AttainError("environment", f"{value!r} is not known", name, did_you_mean(value, known))
    return value


def metrics_token(environ: Mapping[str, str] = os.environ) -> str:
    """Give the token of `/metrics` (`ATTAIN_METRICS_TOKEN`), empty where there is none; AttainError for one that is soon guessed."""
    token = environ.get("ATTAIN_METRICS_TOKEN", "").strip()
    if token and len(token) < _TOKEN_LENGTH:
        raise AttainError("environment", "the token is too short", "ATTAIN_METRICS_TOKEN", f"take at least {_TOKEN_LENGTH} characters")
    return token


def private_folder(folder: Path) -> Path:
    """Make a folder that is closed to others, where it is not there yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def identity_provider(environ: Mapping[str, str] = os.environ) -> IdentityProvider | None:
    """Give the OpenID Connect provider, None where none is named: `ATTAIN_ENTRA_TENANT` or `ATTAIN_OIDC_URL`, with its client.

    An Entra tenant of one's own names only addresses of its own people, so they are trusted; another provider's need its word that they
    are verified, or `ATTAIN_OIDC_TRUST_EMAIL=1`.
    """
    tenant = environ.get("ATTAIN_ENTRA_TENANT", "").strip().casefold()
    url = environ.get("ATTAIN_OIDC_URL", "").strip()
    if tenant in EVERYBODYS_TENANTS:
        raise AttainError("environment", f"{tenant} lets people of any tenant in", "ATTAIN_ENTRA_TENANT", "name your own tenant")
    everybodys = EVERYBODYS_TENANTS.intersection(urlsplit(url).path.casefold().split("/"))
    if (urlsplit(url).hostname or "").startswith("login.microsoftonline.") and everybodys:
        raise AttainError("environment", f"{min(everybodys)} lets people of any tenant in", "ATTAIN_OIDC_URL", "name your own tenant")
    if not (tenant or url):
        return None
    missing = [name for name in ("ATTAIN_OIDC_CLIENT_ID", "ATTAIN_OIDC_CLIENT_SECRET") if not environ.get(name)]
    if missing:
        raise AttainError("environment", "sign-in with OpenID Connect needs it", missing[0], "set it, or name no provider")
    return IdentityProvider(
        name=environ.get("ATTAIN_OIDC_NAME") or ("Microsoft" if tenant else "your organization"),
        url=url or f"https://login.microsoftonline.com/{tenant}/v2.0",
        client_id=environ["ATTAIN_OIDC_CLIENT_ID"],
        secret=environ["ATTAIN_OIDC_CLIENT_SECRET"],
        trust_email=bool(tenant) or flag("ATTAIN_OIDC_TRUST_EMAIL", environ),
        tenant=tenant,
    )


def openid_connect(provider: IdentityProvider | None) -> dict[str, Any]:
    """Give the settings of a provider as allauth reads them; of none where there is none."""
    told: dict[str, Any] = {"OAUTH_PKCE_ENABLED": True, "provider_class": "attain.people.openid_connect.OrganizationProvider", "APPS": []}
    if provider is None:
        return told
    app: dict[str, Any] = {
        "provider_id": "organization",
        "name": provider.name,
        "client_id": provider.client_id,
        "secret": provider.secret,
        "settings": {"server_url": provider.url, "verified_email": provider.trust_email, "tenant": provider.tenant},
    }
    return {**told, "APPS": [app]}


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            # A writer waits for another instead of failing; readers never wait.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        },
    }


def _refuse_database(fault: str) -> dict[str, Any]:
    hint = "write sqlite:////folder/attain.sqlite3 or postgres://user:password@host:5432/name"
    raise AttainError("environment", f"the address of the database {fault}", "ATTAIN_DATABASE_URL", hint)
