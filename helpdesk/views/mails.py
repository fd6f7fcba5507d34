"""The mail that came: what was read from each one, what became of it, and what lies unseen."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from helpdesk.database import Reader, Row, moment
from helpdesk.errors import NotFound
from helpdesk.references import reference
from helpdesk.views.matching import patterns

_COLUMNS = """
SELECT r.id, r.arrived_at, r.stored_at, r.state, r.reason, r.tries, r.call_id, r.size, r.cut,
       r.mailbox, r.sha256, m.id AS message, m.message_id, m.sender_name, m.sender_address,
       m.recipients, m.subject, m.sent_at, m.text, m.own, m.automatic, m.truncated, m.trust,
       m.oddity, m.claims_id,
       r.id = (SELECT min(x.id) FROM received_mail x
               WHERE x.call_id = r.call_id AND x.state <> 'duplicate'
               AND x.arrived_at = r.arrived_at)
       AND r.arrived_at = (SELECT e.at FROM event e
                           WHERE e.call_id = r.call_id ORDER BY e.id LIMIT 1) AS raised_it
"""
_TABLES = "FROM received_mail r LEFT JOIN message m ON m.received_mail_id = r.id "
_FILES = """
SELECT name, content_type, size, sha256 FROM attachment WHERE message_id = :message ORDER BY id
"""
_SENDER = "LOWER(COALESCE(m.sender_name, '') || ' ' || COALESCE(m.sender_address, ''))"


class Mail(NamedTuple):
    """One mail as it came, and what became of it."""

    id: int
    arrived: datetime
    sender_name: str
    sender_address: str
    subject: str
    trust: str  #: verified, known, claimed or automatic; "" if it was not read
    oddity: str  #: in what way the sender's name or address misleads
    state: str
    reason: str  #: why it was filed or set aside, or what it doubles
    call: str  #: the reference of the call that it was laid to, or ""
    raised: bool  #: whether that call began with it
    claims: str  #: the reference of a call that it only names
    size: int
    tries: int


class Whole(NamedTuple):
    """One mail, with all that is known of it."""

    mail: Mail
    row: Row  #: its columns, and those of what was read from it: None if nothing was
    files: Sequence[Row]


class Wanted(NamedTuple):
    """Which mails are wanted; all of them, if nothing is said."""

    states: Sequence[str] = ()
    unattached: bool = False  #: only those of no call
    sender: str = ""  #: a part of the sender's name or address
    since: datetime | None = None


class Found(NamedTuple):
    """Some mails, the newest first, and how many there are in all."""

    mails: list[Mail]
    total: int


class Lying(NamedTuple):
    """What lies at one place, by what the store knows of it."""

    place: str
    lying: int
    taken: int
    filed: int
    waiting: int
    quarantined: int
    duplicate: int
    unknown: int  #: the store does not hold them


def mails(reader: Reader, wanted: Wanted, limit: int) -> Found:
    """The `limit` mails of those wanted that came last."""
    condition, parameters = _condition(wanted)
    newest = f"{_COLUMNS}{_TABLES}{condition} ORDER BY r.arrived_at DESC, r.id DESC LIMIT :most"
    found = [_mail(row) for row in reader.rows(newest, **parameters, most=limit)]
    if len(found) < limit:
        return Found(found, len(found))
    counted = f"SELECT COUNT(*) AS n {_TABLES}{condition}"
    return Found(found, reader.rows(counted, **parameters)[0]["n"])


def mail(reader: Reader, number: int) -> Whole:
    """The mail with that number. NotFound if there is none."""
    found = reader.rows(f"{_COLUMNS}{_TABLES}WHERE r.id = :number", number=number)
    if not found:
        raise NotFound(f"there is no mail {number}; helpdesk mail list shows what came")
    files = reader.rows(_FILES, message=found[0]["message"]) if found[0]["message"] else ()
    return Whole(_mail(found[0]), found[0], files)


def raw(reader: Reader, number: int) -> bytes:
    """The bytes of a mail as it came. NotFound if there is no such mail, or they are gone."""
    sha256 = mail(reader, number).row["sha256"]
    found = reader.rows(
        "SELECT raw FROM received_mail WHERE sha256 = :sha256 AND raw IS NOT NULL ORDER BY id",
        sha256=sha256,  # of mails with the same bytes, the first one keeps them
    )
    if not found:
        raise NotFound(f"the bytes of mail {number} are not kept any more")
    return bytes(found[0]["raw"])


def others_of(reader: Reader, call: int, mail: int) -> int:
    """How many mails the call has besides that one."""
    return int(
        reader.rows(
            "SELECT COUNT(*) AS n FROM received_mail"
            " WHERE call_id = :call AND id <> :mail AND state <> 'duplicate'",
            call=call,
            mail=mail,
        )[0]["n"]
    )


def last_of_theirs(reader: Reader, call: int) -> Row | None:
    """The last mail that a person wrote about the call: its subject, text, own words and sender."""
    found = reader.rows(
        "SELECT subject, text, own, sender_name, sender_address, arrived_at FROM message"
        " WHERE call_id = :call AND automatic IS NULL ORDER BY arrived_at DESC, id DESC LIMIT 1",
        call=call,
    )
    return found[0] if found else None


def lying(reader: Reader, mailbox: str, places: Sequence[tuple[str, str]]) -> Lying:
    """What became of the mails that lie at these (validity, uid) of `mailbox`."""
    known = {
        (row["validity"], row["uid"]): row["state"]
        for row in reader.rows(
            "SELECT validity, uid, state FROM received_mail WHERE mailbox = :mailbox",
            mailbox=mailbox,
        )
    }
    states = [known.get(place, "unknown") for place in places]
    counts = {name: states.count(name) for name in Lying._fields[2:]}
    return Lying(mailbox, len(places), **counts)


def without_a_call(reader: Reader) -> list[int]:
    """The mails that were taken in and belong to no call: there should never be one."""
    found = reader.rows(
        "SELECT id FROM received_mail WHERE state = 'taken' AND call_id IS NULL ORDER BY id"
    )
    return [row["id"] for row in found]


def waiting_since(reader: Reader, before: datetime) -> list[int]:
    """The mails that were stored before that moment, and that nothing was done about yet."""
    found = reader.rows(
        "SELECT id FROM received_mail WHERE state = 'waiting' AND stored_at < :before ORDER BY id",
        before=before,
    )
    return [row["id"] for row in found]


def _condition(wanted: Wanted) -> tuple[str, dict[str, object]]:
    conditions, parameters = ["1 = 1"], dict[str, object]()
    if wanted.states:
        names = [f"state_{number}" for number in range(len(wanted.states))]
        conditions.append(f"r.state IN ({', '.join(f':{name}' for name in names)})")
        parameters.update(zip(names, wanted.states, strict=True))
    if wanted.unattached:
        conditions.append("r.call_id IS NULL")
    if wanted.sender:
        ways = {f"sender_{way}": each for way, each in enumerate(patterns(wanted.sender))}
        likes = " OR ".join(f"{_SENDER} LIKE :{name} ESCAPE '!'" for name in ways)
        conditions.append(f"({likes})")
        parameters.update(ways)
    if wanted.since:
        conditions.append("r.arrived_at >= :since")
        parameters["since"] = wanted.since
    return "WHERE " + " AND ".join(conditions), parameters


def _mail(row: Row) -> Mail:
    arrived = moment(row["arrived_at"])
    assert arrived is not None  # noqa: S101  # the column says so; mypy cannot know
    return Mail(
        id=row["id"],
        arrived=arrived,
        sender_name=row["sender_name"] or "",
        sender_address=row["sender_address"] or "",
        subject=row["subject"] or "",
        trust=row["trust"] or "",
        oddity=row["oddity"] or "",
        state=row["state"],
        reason=row["reason"],
        call=reference(row["call_id"]) if row["call_id"] else "",
        raised=bool(row["raised_it"]),
        claims=reference(row["claims_id"]) if row["claims_id"] else "",
        size=row["size"],
        tries=row["tries"],
    )
