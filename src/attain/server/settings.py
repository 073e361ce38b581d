"""Django's settings, from the environment: docs/serve.md lists the variables."""

from __future__ import annotations

import os
import sys
from typing import Any

from csp.constants import NONE, SELF

from attain.server import environment, logs
from attain.server.environment import openid_connect

HOME = environment.home()
SECRET_KEY = environment.secret_key(HOME)
DEBUG = environment.flag("ATTAIN_DEBUG")
ALLOWED_HOSTS = environment.hosts()
HTTPS = environment.flag("ATTAIN_HTTPS")
PROXIES = environment.proxies()
"""How many proxies stand before the server and add to `X-Forwarded-For`."""
STORE = os.environ.get("ATTAIN_STORE", "")
"""The store or facts folder that is served; empty where there is none."""
PLAYBOOK = os.environ.get("ATTAIN_PLAYBOOK", "")
"""A folder of lessons of one's own; empty where there is none."""
DEMO_DAY = os.environ.get("ATTAIN_DEMO_DAY", "")
"""The day that pages take for today on demo facts (ISO); empty: the day it is."""

UPLOADS = HOME / "uploads"
"""Where uploaded files wait for their import."""
IMPORT_MEGABYTES = environment.whole_number("ATTAIN_IMPORT_MEGABYTES", 200)
"""The size up to which the files of one upload are taken, all together."""
CALLS_A_MINUTE = environment.whole_number("ATTAIN_CALLS_A_MINUTE", 600)
"""How many calls of the REST interface a person or token may make in a minute."""
KEEP_AUDIT_DAYS = environment.days_kept("ATTAIN_KEEP_AUDIT_DAYS")
KEEP_IMPORTS_DAYS = environment.days_kept("ATTAIN_KEEP_IMPORTS_DAYS")
KEEP_REJECTED_DAYS = environment.days_kept("ATTAIN_KEEP_REJECTED_DAYS")
KEEP_ALERTS_DAYS = environment.days_kept("ATTAIN_KEEP_ALERTS_DAYS")
"""For how many days the audit log, reports of imports, the text of rows set aside, and alerts that are over are kept; 0: for ever."""
FILE_UPLOAD_HANDLERS = ["attain.imports.uploads.BoundedUpload"]
FILE_UPLOAD_TEMP_DIR = environment.private_folder(UPLOADS)

STYLEGUIDE = DEBUG or environment.flag("ATTAIN_STYLEGUIDE")
"""Whether the page of all components is served."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "attain.people",
    "attain.published",
    "attain.alerts",
    "attain.imports",
    "attain.learning",
    "attain.recorded",
    "attain.web",
    "attain.api",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "lucide",
    "ninja",
]

MIDDLEWARE = [
    # First, so that a load balancer may ask on its own address, without HTTPS and without a line in the log each time.
    "attain.server.health.HealthMiddleware",
    "attain.server.metrics.MetricsMiddleware",
    "attain.server.proxies.ProxyMiddleware",
    "attain.server.watching.WatchMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "attain.server.plain_text.PlainTextMiddleware",
    "attain.web.keeping.KeepingMiddleware",
    "attain.web.last_partner.LastPartnerMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "attain.web.faults.FaultMiddleware",
]

ROOT_URLCONF = "attain.server.urls"
WSGI_APPLICATION = "attain.server.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "attain.web.shell.shell",
            ],
        },
    }
]

DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Counts of failed sign-ins must hold for every process of the server, so they are kept in the database.
# Django keeps 300 unless told, and forgets others beyond: whoever tries many addresses would have the counts forgotten.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "attain_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
# A template that names a missing file fails in the tests; a running server shows the page without it.
WHITENOISE_MANIFEST_STRICT = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host not in {*environment.LOCAL_HOSTS, "*"}]
CSRF_FAILURE_VIEW = "attain.web.faults.forgery"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
IDENTITY_PROVIDER = environment.identity_provider()
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # The form that starts a sign-in ends at the provider, by a redirect.
        "form-action": [SELF, *([IDENTITY_PROVIDER.origin] if IDENTITY_PROVIDER else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
# No account is mailed: links are made in Settings and handed over by the person who made them. Alerts have a mail server of their own.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MAIL_SERVER = environment.mail_server()
"""The mail server that alerts are sent by; None where none is named."""
WEBHOOK_HOSTS = environment.names("ATTAIN_WEBHOOK_HOSTS")
"""Hosts of one's own network that webhooks may go to, also without https."""
URL = environment.address(ALLOWED_HOSTS, https=HTTPS)
"""The address of this server as people open it, without a last slash: the links in messages begin with it."""

PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

ACCOUNT_ADAPTER = "attain.people.sign_in.AccountAdapter"
ACCOUNT_FORMS = {"change_password": "attain.web.entrance.password_form.PasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGOUT_REDIRECT_URL
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "10/m/user", "change_password": "5/m/user"}
SOCIALACCOUNT_ADAPTER = "attain.people.sign_in.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Attain"
MFA_ALLOW_UNVERIFIED_EMAIL = True

SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {"openid_connect": openid_connect(IDENTITY_PROVIDER)}

LOGGING_CONFIG = "attain.server.logs.configure"
LOGGING = logs.settings_of(
    environment.one_of("ATTAIN_LOG_FORMAT", logs.FORMATS, "text" if sys.stderr.isatty() else "json"),
    environment.one_of("ATTAIN_LOG_LEVEL", logs.LEVELS, "info"),
)
METRICS_TOKEN = environment.metrics_token()
"""What Prometheus must send to read `/metrics`; empty where nobody may."""
