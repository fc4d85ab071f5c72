"""Settings: every one can be set by the environment (see README, configuration table).

Defaults serve a development machine on loopback. With `DEBUG=0` and `TESTING=0` the key
and the passwords of the service accounts are demanded.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from convergence import database, shapes, ticks
from convergence import environment as env
from convergence.doors import Door

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Site ---------------------------------------------------------------------------
DEBUG = env.boolean("DEBUG", False)
TESTING = env.boolean("TESTING", False)
_SERVES = not (DEBUG or TESTING)
SECRET_KEY = env.secret("SECRET_KEY", "development-only-not-a-secret", demanded=_SERVES)
INSTITUTION = env.text("INSTITUTION", "Académie de Poitiers")
MAIL_DOMAIN = env.text("MAIL_DOMAIN", "ac-poitiers.test")
SUPPORT_PHONE = env.text("SUPPORT_PHONE", "")
SUPPORT_URL = env.text("SUPPORT_URL", "")
PASSWORD_HELP_URL = env.text("PASSWORD_HELP_URL", "")

DOORS = (
    Door(
        "nominative",
        env.text("NOMINATIVE_HOST", "messagerie.localhost"),
        env.text("NOMINATIVE_NAME", "Messagerie"),
    ),
    Door(
        "functional",
        env.text("FUNCTIONAL_HOST", "bal.localhost"),
        env.text("FUNCTIONAL_NAME", "Boîtes fonctionnelles"),
    ),
)
ALLOWED_HOSTS = [door.host for door in DOORS]
ADMIN_PATH = env.path("ADMIN_PATH", "administration/")
ROOT_URLCONF = "convergence.urls"
WSGI_APPLICATION = "convergence.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "convergence",
    "accounts",
    "mail",
    "contacts",
    "agenda",
]

MIDDLEWARE = [
    "convergence.middleware.HostMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "convergence.middleware.SecurityHeadersMiddleware",
    "convergence.compression.CompressionMiddleware",
    "convergence.middleware.RequestLogMiddleware",
    "convergence.middleware.BodySizeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.VisitMiddleware",
    "convergence.middleware.ErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": (
                [
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ]
                if DEBUG
                else [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            "django.template.loaders.filesystem.Loader",
                            "django.template.loaders.app_directories.Loader",
                        ],
                    )
                ]
            ),
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "convergence.context.site",
                "accounts.context.banners",
                "accounts.context.choices",
            ],
        },
    }
]

# --- Database -----------------------------------------------------------------------
_SQLITE = f"sqlite:///{quote(str(BASE_DIR / 'convergence.sqlite3'))}"
DATABASE_URL = env.text("DATABASE_URL", _SQLITE)
DATABASES = {"default": database.configuration(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: cache, broker -----------------------------------------------------------
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "convergence.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.text("CACHE_PREFIX", "convergence"),
    }
}

# --- People and sessions ------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.DirectoryBackend",
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
# as fast as through the cache (0.2 ms), and an ended session cannot come back from it
SESSION_ENGINE = "accounts.sessions"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_IDLE = timedelta(minutes=env.number("SESSION_IDLE_MINUTES", 240))
SESSION_IDLE_SHARED = timedelta(minutes=env.number("SESSION_IDLE_SHARED_MINUTES", 15))
SESSION_ABSOLUTE = timedelta(hours=env.number("SESSION_ABSOLUTE_HOURS", 12))
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
HTTPS = env.boolean("HTTPS", False)
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "convergence.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
PROXY_COUNT = env.number("PROXY_COUNT", 0)

# how long the audit is kept; below half a year it could not serve an inquiry
AUDIT_DAYS = env.number("AUDIT_DAYS", 365, low=180, high=1095)

AXES_ENABLED = True
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = env.number("SIGN_IN_FAILURES", 6)
AXES_COOLOFF_TIME = timedelta(minutes=env.number("SIGN_IN_COOLOFF_MINUTES", 10))
# slower than any hash of the directory, so that time tells nothing
SIGN_IN_REFUSAL_SECONDS = env.number("SIGN_IN_REFUSAL_MS", 250) / 1000
SIGN_IN_FAILURES_PER_ADDRESS = env.number("SIGN_IN_FAILURES_PER_ADDRESS", 100)
AXES_USERNAME_CALLABLE = "accounts.throttling.username"
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "accounts.throttling.source"
# axes keeps the fields of a refused form
AXES_SENSITIVE_PARAMETERS = ["old", "new", "again", "csrfmiddlewaretoken"]

# --- Directory (LDAP) ---------------------------------------------------------------
LDAP_URI = env.text("LDAP_URI", "ldap://127.0.0.1:10389")
LDAP_STARTTLS = env.boolean("LDAP_STARTTLS", True)
LDAP_CA_FILE = env.text("LDAP_CA_FILE", "")
LDAP_BIND_DN = env.text("LDAP_BIND_DN", "")
LDAP_BIND_PASSWORD = env.secret(
    "LDAP_BIND_PASSWORD", demanded=_SERVES and bool(LDAP_BIND_DN)
)
_LDAP_BASE = "ou=ac-poitiers,ou=education,o=gouv,c=fr"
LDAP_BRANCHES = env.structure(
    "LDAP_BRANCHES",
    [
        {"base": f"ou=personnels EN,{_LDAP_BASE}", "kind": "nominative"},
        {"base": f"ou=fonctionnelles,{_LDAP_BASE}", "kind": "functional"},
        {"base": f"ou=autres,{_LDAP_BASE}", "kind": "other"},
    ],
    check=shapes.branches,
)
LDAP_ATTRIBUTES = env.structure("LDAP_ATTRIBUTES", {}, check=shapes.names)
LDAP_ACTIVE_FILTER = env.text(
    "LDAP_ACTIVE_FILTER",
    "(&(!(inetUserStatus=inactive))(!(inetUserStatus=deleted))"
    "(!(mailUserStatus=inactive))(!(mailUserStatus=deleted)))",
)
LDAP_GROUP_BASE = env.text("LDAP_GROUP_BASE", "")
# branch of the lists that may be suggested and shown with their members; empty: none
LDAP_LIST_BASE = env.text("LDAP_LIST_BASE", "")
# attribute of a group → role of those whom it names, the strongest last
LDAP_GROUP_ROLES = env.structure(
    "LDAP_GROUP_ROLES",
    {"mailboxReader": "reader", "member": "member", "owner": "owner"},
    check=shapes.group_roles,
)
LDAP_TIMEOUT = env.number("LDAP_TIMEOUT", 5)
LDAP_PASSWORD_MODIFY = env.choice(
    "LDAP_PASSWORD_MODIFY", ("exop", "url", "off"), "exop"
)
PASSWORD_MIN_LENGTH = env.number("PASSWORD_MIN_LENGTH", 12)

# --- Mail servers -------------------------------------------------------------------
IMAP_HOST = env.text("IMAP_HOST", "127.0.0.1")
IMAP_PORT = env.number("IMAP_PORT", 10143)
IMAP_TLS = env.choice("IMAP_TLS", ("off", "starttls", "implicit"), "starttls")
IMAP_CA_FILE = env.text("IMAP_CA_FILE", "")
IMAP_SERVICE_USER = env.text("IMAP_SERVICE_USER", "convergence")
IMAP_SERVICE_PASSWORD = env.secret("IMAP_SERVICE_PASSWORD", demanded=_SERVES)
IMAP_TIMEOUT = env.number("IMAP_TIMEOUT", 10)
# the event service: mailboxes watched by one process; its port, when no proxy puts it
# under the site's own address (demo, development)
LIVE_CONNECTIONS = env.number("LIVE_CONNECTIONS", 2000)
LIVE_PORT = env.number("LIVE_PORT", 0)
IMAP_POOL_SIZE = env.number("IMAP_POOL_SIZE", 150)
SMTP_HOST = env.text("SMTP_HOST", "127.0.0.1")
SMTP_PORT = env.number("SMTP_PORT", 10587)
SMTP_TLS = env.choice("SMTP_TLS", ("off", "starttls", "implicit"), "starttls")
SMTP_CA_FILE = env.text("SMTP_CA_FILE", "")
SMTP_SERVICE_USER = env.text("SMTP_SERVICE_USER", "convergence")
SMTP_SERVICE_PASSWORD = env.secret("SMTP_SERVICE_PASSWORD", demanded=_SERVES)
SMTP_TIMEOUT = env.number("SMTP_TIMEOUT", 30)
DAV_URL = env.text("DAV_URL", "http://127.0.0.1:10232/")
DAV_SERVICE_USER = env.text("DAV_SERVICE_USER", "convergence")
DAV_SERVICE_PASSWORD = env.text("DAV_SERVICE_PASSWORD", "")

# of Authentication-Results only the field of this server is believed (RFC 8601 §5)
TRUSTED_AUTHSERV_ID = env.text("TRUSTED_AUTHSERV_ID", "")
SMIME_CA_FILE = env.text("SMIME_CA_FILE", "")

BENCH = env.boolean("BENCH", False)
UNDO_SECONDS = env.number("UNDO_SECONDS", 10, high=30)
# where messages are written on wide screens: "dock" beside the mail, "page" alone
COMPOSER = env.choice("COMPOSER", ("page", "dock"), "page")
# outside these hours, at week-ends and in holidays the next morning is proposed
DISCONNECTION = env.boolean("DISCONNECTION", not TESTING)
WORKING_HOURS = env.hours("WORKING_HOURS", "07:30-19:00")
SCHOOL_HOLIDAYS = env.structure("SCHOOL_HOLIDAYS", [], check=shapes.holidays)
# a message whose hour passed longer ago than this does not leave by itself
LATE_MINUTES = env.number("LATE_MINUTES", 240, low=10)
MESSAGE_MAX_BYTES = env.number("MESSAGE_MAX_BYTES", 25 * 1024 * 1024)
RECIPIENTS_MAX = env.number("RECIPIENTS_MAX", 500)
# what is looked at before a message leaves (mail/guards.py): rules that are switched
# off, and from how many on the others speak
GUARDS_OFF = env.words("GUARDS_OFF", [])
GUARD_VISIBLE_OUTSIDE = env.number("GUARD_VISIBLE_OUTSIDE", 5)
GUARD_REPLY_ALL = env.number("GUARD_REPLY_ALL", 15)
GUARD_COLLEAGUES = env.number("GUARD_COLLEAGUES", 3, low=1)
GUARD_STORM_REPLIES = env.number("GUARD_STORM_REPLIES", 10, low=2)
GUARD_STORM_MINUTES = env.number("GUARD_STORM_MINUTES", 10, low=1)
# {address of a list: [addresses of the mailboxes that may post to it]}
CLOSED_LISTS = env.structure("CLOSED_LISTS", {}, check=shapes.closed_lists)
# messages of individual sendings in a minute, of all people together; people in one
INDIVIDUAL_PER_MINUTE = env.number("INDIVIDUAL_PER_MINUTE", 120, low=1)
INDIVIDUAL_MAX = env.number("INDIVIDUAL_MAX", 2000, low=1)
UPLOAD_ROOT = env.text("UPLOAD_ROOT", str(BASE_DIR / ".build" / "uploads"))
# files of messages being written: of one person, of everybody
UPLOADS_PERSON_MAX_BYTES = env.number("UPLOADS_PERSON_MAX_BYTES", 4 * MESSAGE_MAX_BYTES)
UPLOADS_TOTAL_MAX_BYTES = env.number("UPLOADS_TOTAL_MAX_BYTES", 20 * 1024**3)
# where people put what no message holds; named when one is too large
LARGE_FILES_URL = env.text("LARGE_FILES_URL", "")
# clamd: a path, or host:port; without an answer files are refused, or accepted
CLAMD_SOCKET = env.text("CLAMD_SOCKET", "")
CLAMD_TIMEOUT = env.number("CLAMD_TIMEOUT", 20)
CLAMD_UNREACHABLE = env.choice("CLAMD_UNREACHABLE", ("refuse", "accept"), "refuse")
IMAGE_PROXY_ENABLED = env.boolean("IMAGE_PROXY_ENABLED", True)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# of the whole body: files and text of a message; of a form that anybody may send
BODY_MAX_BYTES = MESSAGE_MAX_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE
PUBLIC_BODY_MAX_BYTES = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "convergence.spooling.Spool",
]

# --- Tasks --------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/Paris"
CELERY_TASK_ALWAYS_EAGER = False
# a server that does not answer costs an act a second, not a minute
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1}
CELERY_BEAT_SCHEDULE = ticks.SCHEDULE
CELERY_TASK_DEFAULT_QUEUE = "slow"
CELERY_TASK_ROUTES = {"mail.tasks.deliver_due": {"queue": "send"}}

# --- Language and time --------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# --- Static files -------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "convergence.importmap.NpmFinder",
    "convergence.assets.GeneratedFinder",
]
GENERATED_ROOT = BASE_DIR / ".build"
NPM_FILES = [
    "dompurify/dist/purify.es.mjs",
    "htmx.org/dist/htmx.esm.min.js",
    "pdfjs-dist/build/pdf.min.mjs",
    "pdfjs-dist/build/pdf.worker.min.mjs",
    "squire-rte/dist/squire.mjs",
    "tus-js-client/dist/tus.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or TESTING
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG or TESTING

# --- Security headers (same shape as Django 6's SECURE_CSP) -------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'nonce'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'", *(f"*:{port}" for port in (LIVE_PORT,) if port)],
    "media-src": ["'self'"],
    "manifest-src": ["'self'"],
    "frame-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "frame-ancestors": ["'none'"],
}

# --- Logs: one JSON object a line, nothing personal ---------------------------------
LOG_LEVEL = env.text("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "convergence.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # paths hold addresses and folder names: our own request line says less
        "django.server": {"level": "WARNING"},
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "axes": {"level": "ERROR"},
        # would log commands, and with them names and subjects
        "imapclient": {"level": "CRITICAL"},
    },
}
