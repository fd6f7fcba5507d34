"""What supervisors are told at set times: the digest of the day, and the report of the week."""

import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from helpdesk import reports
from helpdesk.config.settings import Config
from helpdesk.database import Reader, reading
from helpdesk.journal import Journal
from helpdesk.models import Duty
from helpdesk.store import Store, Tx
from notifications.letters import Audience
from notifications.message import Attachment

MONDAY = 0

NAME_OF_CSV = "week.csv"
"""What the letter of the week calls its figures."""


class Posted(NamedTuple):
    """How many letters were posted."""

    letters: int = 0


def digest(store: Store, journal: Journal) -> Posted:
    """Post the digest if its time has come: with what there is to tell, and once a week anyway.

    Its time comes once on each desk day, however many daemons look; of all that a silence swallowed
    the latest one is made up for. The first look ever notes the time, and tells nothing.
    """
    return _at_its_time(store, journal, "digest", _digest)


def weekly(store: Store, journal: Journal) -> Posted:
    """Post the report of the week that is over, if its time has come, likewise."""
    weekday = journal.config.ladder.weekday
    return _at_its_time(store, journal, "weekly", _weekly, weekday)


class _Content(NamedTuple):
    """What a letter says, and what goes with it."""

    facts: dict[str, Any]
    attachments: Sequence[Attachment] = ()


Making = Callable[[Reader, Config, datetime, datetime, datetime], _Content | None]
"""Makes a letter's content at a moment, for a slot, since the last one; None to post none."""


def _digest(
    reader: Reader, config: Config, now: datetime, slot: datetime, since: datetime
) -> _Content | None:
    facts = reports.morning(reader, config, now, since)
    anyway = config.hours.next_at(slot, config.ladder.digest_minute, MONDAY) == slot
    return _Content(facts) if anyway or not facts["digest"]["all_clear"] else None


def _weekly(
    reader: Reader, config: Config, now: datetime, slot: datetime, _since: datetime
) -> _Content:
    begin, end = reports.last_week(config, slot)
    week = reports.week(reader, config, begin, end, now)
    file = Attachment(NAME_OF_CSV, "text/csv", reports.csv_of(week, config.desk.zone))
    return _Content(reports.weekly_facts(week, config), (file,))


def _at_its_time(
    store: Store, journal: Journal, name: str, make: Making, weekday: int | None = None
) -> Posted:
    """Post what `make` gives, once for each slot; the duty's row keeps when that was last done."""
    now, row = store.clock(), store.duty(name)
    if row is None or row.good_at is None:
        store.run(lambda tx: _begin(tx.duty(name), now))
        return Posted()
    slot = _slot(journal.config, row.good_at, now, weekday)
    if slot is None:
        if row.error:  # what kept us from looking has passed
            store.run(lambda tx: setattr(tx.duty(name), "error", ""))
        return Posted()
    # Read before the transaction, which keeps agents waiting, and made before it is promised.
    with reading(store.url) as reader:
        content = make(reader, journal.config, now, slot, row.good_at)
    return Posted(store.run(lambda tx: _post(tx, journal, tx.duty(name), slot, content, now)))


def _post(  # the letter of one slot
    tx: Tx, journal: Journal, row: Duty, slot: datetime, content: _Content | None, now: datetime
) -> int:
    if row.good_at is not None and row.good_at >= slot:
        return 0  # another daemon was faster
    _note(row, now)
    if content is None:
        return 0
    letters = journal.post(
        tx,
        None,
        row.name,
        {Audience.SUPERVISOR: journal.config.people.supervisors},
        {**journal.about_desk(), **content.facts},
        key=f"{row.name}:{slot.isoformat()}",
        attachments=content.attachments,
    )
    return len(letters)


def _slot(config: Config, after: datetime, now: datetime, weekday: int | None) -> datetime | None:
    """The last moment after `after` and up to `now` at which the letter was to go out."""
    found = None
    while True:
        coming = config.hours.next_at(
            after + timedelta.resolution, config.ladder.digest_minute, weekday
        )
        if coming > now:
            return found
        found = after = coming


def _begin(row: Duty, now: datetime) -> None:
    if row.good_at is None:
        _note(row, now)


def _note(row: Duty, at: datetime) -> None:
    row.good_at, row.error, row.host = at, "", socket.gethostname()
