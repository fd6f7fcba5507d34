"""How the mail of the desk does: the places that it comes from, and the letters that go."""

import os
from collections.abc import Iterator
from datetime import timedelta

from helpdesk.config.settings import Login, Mailbox
from helpdesk.database import Row, moment
from helpdesk.doctor import logins
from helpdesk.doctor.ground import Finding, Health
from helpdesk.doctor.patient import Patient
from helpdesk.errors import HelpdeskError
from helpdesk.intake import characters
from helpdesk.references import reference
from workflows import spans

LONG = timedelta(minutes=10)
"""For how long a mailbox may go unseen, and a mail wait."""

LOGINS = {Login.PASSWORD: "a password", Login.OAUTH: "a token"}

MOST_NAMED = 5
"""How many calls or mails one finding names."""


def _folders(patient: Patient) -> Iterator[Finding]:
    intake = patient.config.intake
    if not intake.paths and not intake.mailboxes:
        words = "no place is configured: mail comes by hand, or by helpdesk intake -"
        yield Finding("intake", Health.NOTE, words)
    for path in intake.paths:
        there = path.is_dir() and os.access(path, os.R_OK)
        mend = "its rights do not let you read it" if path.exists() else "make that folder"
        words = str(path) if there else f"{path}: {mend}"
        yield Finding("intake", Health.WELL if there else Health.ILL, words)


def _mailboxes(patient: Patient) -> Iterator[Finding]:
    rows = {row["name"]: row for row in patient.reader.rows("SELECT * FROM mailbox ORDER BY name")}
    for each in patient.config.intake.mailboxes:
        yield from _mailbox(patient, each, rows.pop(each.name, None))
    for name, row in rows.items():
        lay = f", when {row['lying']} lay there" if row["lying"] else ""
        words = f"{name} is not in config.toml any more: nobody reads it"
        yield Finding("mailbox", Health.NOTE, f"{words} (last read {_ago(patient, row)}{lay})")


def _mailbox(patient: Patient, mailbox: Mailbox, row: Row | None) -> Iterator[Finding]:
    """How a mailbox is set now, and how it was when it was last read."""
    looked, ago = moment(row["looked_at"]) if row else None, _ago(patient, row)
    name, as_set = mailbox.name, f"set to {mailbox.security.value}, {LOGINS[mailbox.login]}"
    if fault := _fault(mailbox):
        yield Finding("mailbox", Health.ILL, f"{fault} (last read {ago})")
    elif row and row["error"]:
        yield Finding("mailbox", Health.ILL, f"{name}: {row['error']} (last read {ago}; {as_set})")
    elif looked is None or patient.now - looked > LONG:
        seen = f"was last read {ago}" if looked else "was never read"
        words = f"{name} {seen}: is helpdesk daemon running? ({as_set})"
        yield Finding("mailbox", Health.ILL, words)
    else:
        by = f", by {row['held_by']}" if row and row["held_by"] else ""
        lying = f"; {row['lying']} lie there" if row and row["lying"] else ""
        yield Finding("mailbox", Health.WELL, f"{name}, last read {ago}{by}{lying}; {as_set}")
    if row and row["unknown"]:
        words = f"{row['unknown']} lie in {name} that the desk does not hold"
        yield Finding("mailbox", Health.ILL, f"{words}: helpdesk mail check")


def _fault(mailbox: Mailbox) -> str:
    try:
        logins.check_mailbox(mailbox)
    except HelpdeskError as error:
        return str(error)
    return ""


def _ago(patient: Patient, row: Row | None) -> str:
    looked = moment(row["looked_at"]) if row else None
    return f"{spans.words(patient.now - looked)} ago" if looked else "never"


def _mails(patient: Patient) -> Iterator[Finding]:
    def numbers(condition: str, **values: object) -> list[int]:
        asked = f"SELECT id FROM received_mail WHERE {condition} ORDER BY id"  # noqa: S608  # ours
        return [row["id"] for row in patient.reader.rows(asked, **values)]

    if filed := numbers("state = 'filed' AND call_id IS NULL"):
        words = f"{len(filed)} automatic mails belong to no call"
        yield Finding("intake", Health.NOTE, f"{words}: helpdesk mail list --filed --unattached")
    if set_aside := numbers("state = 'quarantined'"):
        words = f"{len(set_aside)} mails could not be read by program ({_named(set_aside)})"
        yield Finding("intake", Health.NOTE, f"{words}: helpdesk mail list --quarantined")
    if lost := numbers("state = 'taken' AND call_id IS NULL"):
        words = f"{len(lost)} mails were taken in without a call ({_named(lost)})"
        yield Finding("intake", Health.ILL, f"{words}: helpdesk mail attach ID REF")
    if late := numbers("state = 'waiting' AND stored_at < :before", before=patient.now - LONG):
        words = f"{len(late)} mails wait for more than 10 minutes ({_named(late)})"
        yield Finding("intake", Health.ILL, f"{words}: helpdesk intake takes them in")


def _letters(patient: Patient) -> Iterator[Finding]:
    lost = patient.reader.rows(
        "SELECT id, call_id FROM letter WHERE undelivered_at IS NOT NULL ORDER BY call_id, id"
    )
    if lost:
        calls = dict.fromkeys(reference(row["call_id"]) for row in lost if row["call_id"])
        which = ", ".join([*calls][:MOST_NAMED]) or "no call's"
        words = f"{len(lost)} could not be delivered ({which}): tell whom they were for another way"
        yield Finding("letters", Health.ILL, f"{words} (helpdesk outbox)")
    late = patient.reader.rows(
        "SELECT count(*) AS n, max(error) AS error FROM letter"
        " WHERE state = 'waiting' AND error <> ''"
    )[0]
    if late["n"]:
        words = f"{late['n']} could not be sent yet: {characters.unaddressed(late['error'])}"
        yield Finding("letters", Health.ILL, words)
    if not lost and not late["n"]:
        yield Finding("letters", Health.WELL, _counted(patient))


def _counted(patient: Patient) -> str:
    asked = "SELECT state, count(*) AS n FROM letter GROUP BY state"
    counts = {row["state"]: row["n"] for row in patient.reader.rows(asked)}
    return f"{counts.get('waiting', 0)} waiting, {counts.get('sent', 0)} sent"


def _addresses(patient: Patient) -> Iterator[Finding]:
    bad = patient.reader.rows("SELECT address FROM bad_address ORDER BY since DESC, address")
    if bad:
        # How many, and not whose: what the doctor says is shown to anybody, and logged.
        words = f"{len(bad)} addresses that we wrote to do not exist, by their own servers' word"
        yield Finding("addresses", Health.NOTE, f"{words}: helpdesk correct REF --email")


def _named(numbers: list[int]) -> str:
    more = ", ..." if len(numbers) > MOST_NAMED else ""
    return ", ".join(map(str, numbers[:MOST_NAMED])) + more


COMING = (_folders, _mailboxes, _mails)
"""What is looked at of the mail that comes."""

GOING = (_letters, _addresses)
"""What is looked at of the letters that go."""
