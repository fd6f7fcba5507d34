"""Looks the desk over: what is well, what is not, and what to do about it."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from helpdesk.config.settings import Desk
from helpdesk.database import is_sqlite, moment, place, sqlite_file
from helpdesk.doctor import logins, lost, post, register
from helpdesk.doctor.ground import (
    NETWORKS,
    Finding,
    Health,
    can_be_written,
    file_system,
    readable_by_others,
)
from helpdesk.doctor.patient import Patient
from helpdesk.errors import HelpdeskError
from helpdesk.intake import characters
from notifications.mailer import Security
from workflows import spans

__all__ = ["Finding", "Health", "Patient", "examine"]


EXAMPLE_ADDRESS = Desk().address
"""What a new configuration says until somebody sets the desk's own."""

WAL_RESET_MENDED = (3, 51, 3)
"""The first SQLite without the bug that can lose a commit while its log is reset."""


LONG_BEFORE = timedelta(days=90)
"""How long before the last holiday that is known a newer list is wanted."""


def examine(patient: Patient) -> list[Finding]:
    """Every finding, in the order in which an operator wants to read them."""
    return [finding for look in LOOKS for finding in look(patient)]


def _database(patient: Patient) -> Iterator[Finding]:
    url = patient.config.store.database
    if not is_sqlite(url):
        yield Finding("database", Health.WELL, f"PostgreSQL at {place(url)}")
        return
    path = Path(sqlite_file(url))
    if os.access(path, os.W_OK):
        yield Finding("database", Health.WELL, str(path))
    else:
        yield Finding("database", Health.ILL, f"you may not write to {path}: see to its rights")
    yield from readable_by_others("database", path)
    if (kind := file_system(path)) in NETWORKS:
        yield Finding(
            "database",
            Health.ILL,
            f"it lies on a network file system ({kind}), where"
            " SQLite can lose data: move it to a local disk, or use PostgreSQL",
        )
    yield from _sqlite_version()


def _sqlite_version() -> Iterator[Finding]:
    import sqlite3  # noqa: PLC0415  # a desk on PostgreSQL does not need it

    if sqlite3.sqlite_version_info < WAL_RESET_MENDED:
        yield Finding(
            "SQLite",
            Health.NOTE,
            f"version {sqlite3.sqlite_version} can, very seldom, lose"
            " a commit when several programs write at once: from 3.51.3 on it cannot",
        )


def _people(patient: Patient) -> Iterator[Finding]:
    count = patient.reader.rows("SELECT count(*) AS n FROM agent WHERE active")[0]["n"]
    if not count:
        yield Finding("agents", Health.ILL, "nobody works here yet: helpdesk agent add NAME")
    else:
        yield Finding("agents", Health.WELL, f"{count} at work")
    if patient.config.people.supervisors:
        names = ", ".join(patient.config.people.supervisors)
        yield Finding("supervisors", Health.WELL, f"breaches are told to {names}")
    else:
        yield Finding(
            "supervisors",
            Health.ILL,
            "nobody hears of breaches: set people.supervisors in config.toml",
        )


def _sending(patient: Patient) -> Iterator[Finding]:
    smtp, outbox = patient.config.smtp, patient.config.outbox.folder
    if patient.config.desk.address == EXAMPLE_ADDRESS:
        yield Finding("desk.address", Health.ILL, "letters come from an example: set your own")
    if not smtp.host:
        words = f"no mail server is configured: letters are written as files into {outbox}"
        if can_be_written(outbox):
            yield Finding("sending", Health.NOTE, f"{words} (set smtp.host to send them)")
        else:
            yield Finding("sending", Health.ILL, f"{words}, which cannot be written to")
        return
    try:
        logins.check_letters(patient.config)
    except HelpdeskError as error:
        yield Finding("sending", Health.ILL, str(error))
        return
    clear = " without protection" if smtp.security is Security.INSECURE_LOOPBACK else ""
    yield Finding("sending", Health.WELL, f"by {smtp.host}:{smtp.port}{clear}")


def _secrets(patient: Patient) -> Iterator[Finding]:
    smtp, oauth, intake = patient.config.smtp, patient.config.oauth, patient.config.intake
    files = [
        ("smtp.password_file", smtp.password_file),
        ("oauth.client_secret_file", oauth.client_secret_file),
        ("oauth.refresh_token_file", oauth.refresh_token_file),
        ("cqc.api_key_file", patient.config.cqc.api_key_file),
        *((f"password_file of {each.name}", each.password_file) for each in intake.mailboxes),
    ]
    for about, path in files:
        if path:
            yield from readable_by_others(about, path)


def _calendar(patient: Patient) -> Iterator[Finding]:
    known = max(patient.config.calendar.holidays.days, default=None)
    if known is None:
        yield Finding("calendar", Health.NOTE, "no holidays are set: [calendar] holidays")
    elif known - patient.now.date() < LONG_BEFORE:
        words = f"the holidays that are known end on {known}: give a newer list as"
        yield Finding("calendar", Health.ILL, f"{words} [calendar] holidays")
    else:
        yield Finding("calendar", Health.WELL, f"holidays are known until {known}")


def _duties(patient: Patient) -> Iterator[Finding]:
    rows = {row["name"]: row for row in patient.reader.rows("SELECT * FROM duty")}
    sweep = rows.get("sweep")
    good = moment(sweep["good_at"]) if sweep else None
    allowed = patient.config.daemon.stale_after
    if good is None:
        yield Finding("sweep", Health.ILL, "there was none yet: start helpdesk daemon")
    elif patient.now - good > allowed:
        yield Finding(
            "sweep",
            Health.ILL,
            f"the last good one was {spans.words(patient.now - good)}"
            " ago: is helpdesk daemon running? Its log says what is wrong",
        )
    else:
        yield Finding("sweep", Health.WELL, f"the last was {spans.words(patient.now - good)} ago")
    for name, row in rows.items():
        if row["error"]:
            yield Finding(name, Health.ILL, characters.unaddressed(row["error"]))


LOOKS: tuple[Callable[[Patient], Iterator[Finding]], ...] = (
    _database,
    _people,
    *register.REGISTER,
    logins.api_key,
    _sending,
    logins.tokens,
    _secrets,
    *post.COMING,
    _calendar,
    *lost.LOST,
    _duties,
    *post.GOING,
)
"""What is looked at."""
