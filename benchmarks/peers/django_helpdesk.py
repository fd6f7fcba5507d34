"""django-helpdesk's escalate_tickets on a database of a given size: its seconds, as JSON.

Run in the peers' interpreter: FILE SIZE; then each line of standard input says how many tickets
are to be due in the next round. "whole" is the function of the command, "query" its look for
tickets by itself (where none is due).
"""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path

from django_desk import set_up

set_up(sys.argv[1], __name__)

# These can only be had after the set-up. "helpdesk" is that of django-helpdesk here.
# isort: off
from django.core import mail  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from helpdesk.management.commands.escalate_tickets import Command  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402
# isort: on

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]

SEED = 1_000
"""How many tickets the ORM makes; SQL multiplies them."""

TABLE = Ticket._meta.db_table  # noqa: SLF001  # its public way
DESCRIPTION = """\
Dear colleagues,

we are a residential home for older people, and have been asked to complete the toolkit by the end
of the month. For that we need our ODS code, which we cannot find. Could you please tell us what it
is, or give us one if there is none yet? We also want to open a shared NHSmail account with it.

Our home: Rose Cottage Residential Home, 1 Cottage Lane, Townville, ZZ1 1ZZ. It is registered with
the regulator under the name of Rose Cottage Care Limited, which runs two more homes in the county;
those have their codes already.

You reach me on 01632 960017 between nine and five, on any day but Friday. In my absence my deputy
can help you; the number is the same. Thank you very much for your trouble.

With kind regards
Anne Ash
Registered manager
"""
"""A ticket keeps the text of the mail that it was made from."""

DEFAULTS = {"queues": None, "escalate_verbosely": False, "notify_only": False}


def main(file: Path, size: int) -> None:
    if not file.exists():
        _build(size)
    for line in sys.stdin:
        due = int(line)
        _make_due(size, due)
        figures = _with_some_due(due) if due else _with_none_due()
        print(json.dumps(figures), flush=True)


def _build(size: int) -> None:
    call_command("migrate", verbosity=0)
    queue = Queue.objects.create(
        title="Codes", slug="codes", email_address="desk@example.org", escalate_days=2
    )
    moment = now()
    Ticket.objects.bulk_create(
        Ticket(
            queue=queue,
            title="Code wanted",
            created=moment - timedelta(seconds=86_400 * number // SEED),
            modified=moment,
            submitter_email="anne@rosecottage.example",
            status=Ticket.OPEN_STATUS,
            description=DESCRIPTION,
            priority=5,
        )
        for number in range(min(SEED, size))
    )
    names = [field.column for field in Ticket._meta.concrete_fields]  # noqa: SLF001
    more = ", ".join(f'{TABLE}."{name}"' for name in names[1:])
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step WHERE n < %s)"
            f" INSERT INTO {TABLE} ({', '.join(names)}) SELECT {TABLE}.id + n * %s, {more}"
            f" FROM {TABLE}, step WHERE {TABLE}.id + n * %s <= %s",
            [max(1, size // SEED), SEED, SEED, size],
        )
        cursor.execute("ANALYZE")


def _make_due(size: int, due: int) -> None:
    """Let `due` tickets, spread over the table, be old enough; and no other."""
    mail.outbox = []
    if due:
        chosen = list(range(1, size + 1, size // due))[:due]
        old = {"created": now() - timedelta(days=10), "last_escalation": None, "priority": 5}
        assert Ticket.objects.filter(id__in=chosen).update(**old) == due
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()


def _with_some_due(due: int) -> dict[str, float]:
    before = FollowUp.objects.count()
    took = _seconds()
    assert FollowUp.objects.count() - before == due
    assert len(mail.outbox) == due
    return {"whole": took}


def _with_none_due() -> dict[str, float]:
    looks: list[tuple[str, object]] = []

    def watch(execute, sql, params, many, context):  # the form that Django wants
        if f'FROM "{TABLE}"' in sql:
            looks.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        _seconds()
    whole = _seconds()
    assert len(looks) == 1
    with connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.execute(*looks[0])
        assert not cursor.fetchall()
        return {"whole": whole, "query": time.perf_counter() - began}


def _seconds() -> float:
    began = time.perf_counter()
    Command().handle(**DEFAULTS)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
