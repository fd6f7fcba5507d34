"""A loop of the shape of healthchecks' `sendalerts`, on checks of a given number: seconds, as JSON.

It is not healthchecks: tables and steps are written anew, with Django's ORM, after what that loop
does. One check at a time is found by its next deadline (a partial index leads to it), its standing
worked out, its row changed if it is still as it was read, and the change kept as a flip. Then one
flip at a time is claimed, its channels are looked up, and each gets a letter. Left out, to its
favour: worker threads and their new connections, the pause between two looks, and the pings and
other checks that its letters list.

Run in the peers' interpreter: FILE SIZE; then each line of standard input says how many are to be
due in the next round. "flips" is the loop that finds what went down, "whole" with the letters.
"""

import json
import sys
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="made up",  # noqa: S106
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sys.argv[1],
            "OPTIONS": {"init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"},
        }
    },
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()

from django.core import mail  # noqa: E402  # tables can only be told of after the set-up
from django.db import connection, models  # noqa: E402
from django.template import engines  # noqa: E402
from django.utils.timezone import now  # noqa: E402

SEED = 1_000
"""How many checks the ORM makes; SQL multiplies them."""

SUBJECT = "DOWN | {{ check.name }}"
TEXT = """\
"{{ check.name }}" is DOWN since {{ flip.created }}.

Project: {{ project.name }}
Period: {{ check.timeout }}, with {{ check.grace }} of grace
Last heard of: {{ check.last_ping }}
"""
PAGE = """\
<html><body><h1>{{ check.name }} is DOWN</h1><table>
<tr><td>Project</td><td>{{ project.name }}</td></tr>
<tr><td>Since</td><td>{{ flip.created }}</td></tr>
<tr><td>Period</td><td>{{ check.timeout }}, with {{ check.grace }} of grace</td></tr>
<tr><td>Last heard of</td><td>{{ check.last_ping }}</td></tr>
</table><p>{{ check.tags }}</p></body></html>
"""


class Project(models.Model):  # noqa: DJ008  # nobody prints it
    name = models.CharField(max_length=200)
    nag_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "shape"


class Check(models.Model):  # noqa: DJ008  # nobody prints it
    code = models.UUIDField(default=uuid.uuid4, unique=True)
    project = models.ForeignKey(Project, models.CASCADE)
    name = models.CharField(max_length=100)
    tags = models.CharField(max_length=500)
    created = models.DateTimeField(default=now)
    timeout = models.DurationField(default=timedelta(days=1))
    grace = models.DurationField(default=timedelta(hours=1))
    last_ping = models.DateTimeField(null=True)
    alert_after = models.DateTimeField(null=True)
    status = models.CharField(max_length=6, default="up")

    class Meta:
        app_label = "shape"
        indexes = (
            models.Index(
                fields=["alert_after"], name="shape_awake", condition=~models.Q(status="down")
            ),
        )

    def down_from(self) -> datetime:
        return self.last_ping + self.timeout + self.grace

    def standing(self) -> str:
        return "down" if now() >= self.down_from() else self.status


class Channel(models.Model):  # noqa: DJ008  # nobody prints it
    project = models.ForeignKey(Project, models.CASCADE)
    address = models.TextField()
    disabled = models.BooleanField(null=True)
    used_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200)
    checks = models.ManyToManyField(Check)

    class Meta:
        app_label = "shape"


class Flip(models.Model):  # noqa: DJ008  # nobody prints it
    owner = models.ForeignKey(Check, models.CASCADE)
    created = models.DateTimeField()
    handled = models.DateTimeField(null=True)
    old = models.CharField(max_length=8)
    new = models.CharField(max_length=8)

    class Meta:
        app_label = "shape"
        indexes = (
            models.Index(
                fields=["handled"], name="shape_waiting", condition=models.Q(handled=None)
            ),
        )


class Notice(models.Model):  # noqa: DJ008  # nobody prints it
    owner = models.ForeignKey(Check, models.CASCADE)
    channel = models.ForeignKey(Channel, models.CASCADE)
    created = models.DateTimeField(default=now)
    status = models.CharField(max_length=6)
    error = models.CharField(max_length=200)

    class Meta:
        app_label = "shape"


TABLES = (Project, Check, Channel, Flip, Notice)


def main(path: Path, size: int) -> None:
    if not path.exists() or not connection.introspection.table_names():
        _build(size)
    for line in sys.stdin:
        due = int(line)
        _make_due(size, due)
        print(json.dumps(_round(due)), flush=True)


def one_goes_down() -> bool:
    """Find one check that is overdue, and keep that as a flip; False if there is none."""
    overdue = Check.objects.filter(alert_after__lt=now()).exclude(status="down")
    check = overdue.order_by("alert_after").first()
    if check is None:
        return False
    as_read = Check.objects.filter(id=check.id, status=check.status)
    if check.standing() != "down":
        as_read.update(alert_after=check.down_from())
        return True
    if as_read.update(alert_after=None, status="down") == 1:
        Flip(owner=check, created=check.down_from(), old=check.status, new="down").save()
    return True


def one_is_told() -> bool:
    """Claim one flip that nobody was told of, and write to its channels; False if there is none."""
    flip = Flip.objects.filter(handled=None).first()
    if flip is None:
        return False
    if Flip.objects.filter(id=flip.id, handled=None).update(handled=now()) == 1:
        flip = Flip.objects.get(id=flip.id)
        check = flip.owner
        project = check.project
        Project.objects.filter(id=project.id, nag_at=None).exists()
        for channel in check.channel_set.exclude(disabled=True):
            _tell(channel, flip, check, project)
    return True


def _tell(channel: Channel, flip: Flip, check: Check, project: Project) -> None:
    notice = Notice(owner=check, channel=channel, status=flip.new, error="sending")
    notice.save()
    facts = {"check": check, "flip": flip, "project": project}
    write = engines["django"].from_string
    letter = mail.EmailMultiAlternatives(
        write(SUBJECT).render(facts), write(TEXT).render(facts), to=[channel.address]
    )
    letter.attach_alternative(write(PAGE).render(facts), "text/html")
    letter.send()
    Notice.objects.filter(id=notice.id).update(error="")
    Channel.objects.filter(id=channel.id).update(used_at=now(), error="")


def _build(size: int) -> None:
    with connection.schema_editor() as editor:
        for table in TABLES:
            editor.create_model(table)
    project = Project.objects.create(name="Codes")
    Channel.objects.create(project=project, address="sue@desk.example")
    moment = now()
    Check.objects.bulk_create(
        Check(
            project=project,
            name="Code wanted",
            tags="dspt nhsmail",
            last_ping=moment,
            alert_after=moment + timedelta(hours=2, seconds=86_400 * number // SEED),
        )
        for number in range(min(SEED, size))
    )
    table = Check._meta.db_table  # noqa: SLF001  # its public way
    names = [field.column for field in Check._meta.concrete_fields]  # noqa: SLF001
    more = ", ".join(
        "lower(hex(randomblob(16)))" if name == "code" else f"{table}.{name}" for name in names[1:]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < %s)"
            f" INSERT INTO {table} ({', '.join(names)}) SELECT {table}.id + n * %s, {more}"
            f" FROM {table}, step WHERE {table}.id + n * %s <= %s",
            [size // SEED, SEED, SEED, size],
        )
        through = Channel.checks.through._meta.db_table  # noqa: SLF001
        cursor.execute(f"INSERT INTO {through} (channel_id, check_id) SELECT 1, id FROM {table}")
        cursor.execute("ANALYZE")


def _make_due(size: int, due: int) -> None:
    """Let `due` checks, spread over the table, have been silent for too long; and no other."""
    mail.outbox = []
    if due:
        chosen = list(range(1, size + 1, size // due))[:due]
        silent = now() - timedelta(days=2)
        made = Check.objects.filter(id__in=chosen).update(
            last_ping=silent, alert_after=now() - timedelta(seconds=1), status="up"
        )
        assert made == due
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()


def _round(due: int) -> dict[str, float]:
    before = Flip.objects.count()
    began = time.perf_counter()
    while one_goes_down():
        pass
    flips = time.perf_counter() - began
    while one_is_told():
        pass
    whole = time.perf_counter() - began
    assert Flip.objects.count() - before == due
    assert len(mail.outbox) == due
    return {"flips": flips, "whole": whole}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
