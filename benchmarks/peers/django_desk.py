"""A django-helpdesk in this process, on an SQLite file with the settings of ours."""

import django
from django.conf import settings


def set_up(file: str, urls: str, **more: object) -> None:
    """Make Django ready; the module `urls` holds its urlpatterns."""
    settings.configure(
        SECRET_KEY="made up",  # noqa: S106
        USE_TZ=True,
        SITE_ID=1,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        ROOT_URLCONF=urls,
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": file,
                "OPTIONS": {"init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"},
            }
        },
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.humanize",
            "django.contrib.messages",
            "django.contrib.sessions",
            "django.contrib.sites",
            "rest_framework",
            "helpdesk",
        ],
        HELPDESK_TEAMS_MODE_ENABLED=False,
        **more,
    )
    django.setup()
