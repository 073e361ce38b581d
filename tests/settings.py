"""Django's settings for tests: those of the server, on a database in memory, with what is slow on purpose made quick."""

# Settings that are set anew are what this module is for.
# pyright: reportConstantRedefinition=false

from __future__ import annotations

import os
import tempfile

# Read by the server's settings, which are imported next.
os.environ["ATTAIN_HOME"] = tempfile.mkdtemp(prefix="attain-tests-")
os.environ["ATTAIN_SECRET_KEY"] = "a key for tests"
GIVEN = ("ATTAIN_OIDC_", "ATTAIN_ENTRA_", "ATTAIN_DATABASE_", "ATTAIN_MAIL_", "ATTAIN_WEBHOOK_", "ATTAIN_URL")
for name in [name for name in os.environ if name.startswith(GIVEN)]:
    del os.environ[name]

from attain.server import environment  # noqa: E402 - the environment comes first
from attain.server.settings import *  # noqa: F403, E402 - settings are the names of a module

ASKED_FOR = os.environ.get("ATTAIN_TEST_DATABASE_URL", "")
DATABASES = {
    # The database that `make test-postgres` starts, as a server of the same address would use it.
    "default": environment.database(HOME, {"ATTAIN_DATABASE_URL": ASKED_FOR})  # noqa: F405 - one of the server's settings
    if ASKED_FOR
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STYLEGUIDE = True
CALLS_A_MINUTE = 1_000_000
