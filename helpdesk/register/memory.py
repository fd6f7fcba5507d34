"""Calls about one organisation: what they have in common, and which there were of late."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from helpdesk.database import Reader, Row, moment, moment_of
from helpdesk.references import reference
from helpdesk.register.codes import read_id, site_in
from helpdesk.register.keys import are_alike, postcode_key
from helpdesk.register.places import day_in_words

KEPT_FOR = timedelta(days=90)
"""For how long a call is told of when another about the same organisation comes."""

ANYBODYS = frozenset(
    {"aol.com", "btinternet.com", "btopenworld.com", "gmail.com", "googlemail.com", "gmx.com"}
    | {"hotmail.co.uk", "hotmail.com", "icloud.com", "live.co.uk", "live.com", "mac.com"}
    | {"mail.com", "me.com", "msn.com", "nhs.net", "ntlworld.com", "outlook.com", "proton.me"}
    | {"protonmail.com", "sky.com", "talktalk.net", "tiscali.co.uk", "virginmedia.com"}
    | {"yahoo.co.uk", "yahoo.com", "ymail.com"}
)
"""Domains that say nothing of an organisation, for anybody has an address there."""

CQC, CODE, POSTCODE, SENDER, DOMAIN = "cqc", "code", "postcode", "sender", "domain"

WHYS = {
    CQC: "same CQC id",
    CODE: "same code",
    POSTCODE: "same postcode and name",
    SENDER: "same sender",
    DOMAIN: "same sender's domain",
}
"""What two calls have in common, by the kind of the key that they share; the surest first."""

PROOF = (CQC, CODE, POSTCODE)
"""What makes two calls ones about the same organisation, and not only from one."""

ALIKE = """
SELECT c.id, c.state, c.outcome, c.organisation, c.received_at, c.closed_at, c.site_code,
       c.parent_code, c.cqc_location_id, c.postcode, c.hold, a.name AS owner, k.key,
       (SELECT MAX(e.at) FROM event e WHERE e.call_id = c.id AND e.state = 'allocated') AS given_at
  FROM call_key k JOIN call c ON c.id = k.call_id LEFT JOIN agent a ON a.id = c.owner_id
 WHERE k.key IN ({keys}) AND k.call_id <> :number AND c.received_at >= :since
   AND (c.outcome IS NULL OR c.outcome NOT IN ('spam', 'duplicate'))
 ORDER BY c.received_at DESC, c.id DESC
 LIMIT 200
"""


class About(NamedTuple):
    """What a call says of the organisation that it is about, and who asks; "" if unknown."""

    organisation: str = ""
    postcode: str = ""
    sender: str = ""
    ids: Sequence[str] = ()  #: CQC location ids: as given, and as traced
    codes: Sequence[str] = ()  #: as given, and as provided


class Remembered(NamedTuple):
    """Another call that seems to be about the same organisation."""

    number: int
    state: str
    organisation: str
    owner: str  #: "" if nobody has it
    received_at: datetime
    closed_at: datetime | None
    given_at: datetime | None  #: when its codes were
    outcome: str
    location_id: str  #: CQC's, as it was given
    postcode: str
    hold: str  #: why it waits; "" if it does not
    codes: tuple[str, ...]
    shared: tuple[str, ...]  #: the kinds of WHYS that they have in common

    @property
    def reference(self) -> str:
        return reference(self.number)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_same(self) -> bool:
        """Whether it is about the same organisation, as far as can be told."""
        return any(kind in PROOF for kind in self.shared)

    @property
    def words(self) -> str:
        """What an agent wants to know of it, in one line."""
        why = " and ".join(WHYS[kind] for kind in self.shared)
        if self.given_at:
            day, codes = day_in_words(self.given_at.date()), ", ".join(self.codes)
            return f"code given on {day}: {codes} ({self.reference}, {why})"
        if self.closed_at:
            ended = f"closed on {day_in_words(self.closed_at.date())}"
            return f"{ended} ({self.outcome.replace('_', ' ')}): {self.reference} ({why})"
        who = f", {self.owner} has it" if self.owner else ""
        return f"already open: {self.reference} ({self.state}{who}; {why})"


def keys_of(about: About) -> Iterator[str]:
    """What other calls about the same organisation, or of the same sender, share with this one."""
    for given in about.ids:
        if cqc_id := read_id(given):
            yield f"{CQC} {cqc_id}"
    for given in about.codes:
        if code := site_in(given):  # a parent code is that of many homes
            yield f"{CODE} {code}"
    if (place := postcode_key(about.postcode)) and about.organisation:
        yield f"{POSTCODE} {place}"
    address = about.sender.strip().lower()
    domain = address.rpartition("@")[2]
    if "@" in address:
        yield f"{SENDER} {address}"
        if domain not in ANYBODYS:
            yield f"{DOMAIN} {domain}"


def remembered(
    reader: Reader, number: int, organisation: str, now: datetime
) -> Sequence[Remembered]:
    """Other calls that have something in common with call `number`, the surest first."""
    known = reader.rows("SELECT key FROM call_key WHERE call_id = :number", number=number)
    return alike(reader, [row["key"] for row in known], organisation, now, but=number)


def alike(
    reader: Reader, keys: Sequence[str], organisation: str, now: datetime, but: int = 0
) -> Sequence[Remembered]:
    """The calls that share one of `keys`, the surest first, without the call numbered `but`."""
    if not keys:
        return ()
    given: dict[str, object] = {f"key_{place}": key for place, key in enumerate(keys)}
    sql = ALIKE.format(keys=", ".join(f":{name}" for name in given))
    found: dict[int, tuple[Row, list[str]]] = {}
    for row in reader.rows(sql, number=but, since=now - KEPT_FOR, **given):
        kind = row["key"].partition(" ")[0]
        if kind != POSTCODE or are_alike(organisation, row["organisation"]):
            found.setdefault(row["id"], (row, []))[1].append(kind)
    calls = [_remembered(row, kinds) for row, kinds in found.values()]
    return sorted(calls, key=_rank)


def _remembered(row: Row, kinds: Sequence[str]) -> Remembered:
    shared = [kind for kind in WHYS if kind in kinds]
    if SENDER in shared and DOMAIN in shared:
        shared.remove(DOMAIN)
    return Remembered(
        row["id"],
        row["state"],
        row["organisation"],
        row["owner"] or "",
        moment_of(row["received_at"]),
        moment(row["closed_at"]),
        moment(row["given_at"]) if row["site_code"] or row["parent_code"] else None,
        row["outcome"] or "",
        row["cqc_location_id"],
        row["postcode"],
        row["hold"] or "",
        tuple(filter(None, (row["site_code"], row["parent_code"]))),
        tuple(shared),
    )


def _rank(call: Remembered) -> tuple[bool, bool, int]:
    return not call.is_same, not call.is_open, -call.number
