"""Wakes the calls that waited for CQC, once the register has what they waited for."""

import logging
from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import col, select

from helpdesk.desk import holds, organisations, providing
from helpdesk.desk.awaiting import differences, kept
from helpdesk.errors import CalendarLost
from helpdesk.journal import Journal, Who
from helpdesk.models import Call
from helpdesk.references import reference
from helpdesk.register import codebook
from helpdesk.register.codebook import Claimed
from helpdesk.register.places import day_in_words
from helpdesk.register.writing import Written
from helpdesk.store import Tx
from notifications.letters import Audience
from workflows.lifecycle import Hold, State

LOG = logging.getLogger(__name__)

REGISTER = Who("register", "register")


_SAID_OTHERWISE = """
SELECT c.id FROM call c JOIN location l ON l.id = c.location_id
  LEFT JOIN provider p ON p.cqc_id = l.provider_cqc_id
 WHERE (c.state = 'allocated' OR c.outcome = 'provided')
   AND (l.id IN (SELECT n.location_id FROM register_change n JOIN register_load r
                     ON r.id = n.load_id WHERE r.loaded_at = :now)
     OR p.id IN (SELECT n.provider_id FROM register_change n JOIN register_load r
                     ON r.id = n.load_id WHERE r.loaded_at = :now))
   AND ((c.site_code <> '' AND (l.code NOT IN ('', c.site_code) OR l.code_closed_on IS NOT NULL))
     OR (c.parent_code <> ''
         AND (COALESCE(NULLIF(p.code, ''), l.parent_code) NOT IN ('', c.parent_code)
              OR p.code_closed_on IS NOT NULL)))
UNION
SELECT c.id FROM call c JOIN provider p ON p.id = c.provider_id AND c.location_id IS NULL
 WHERE (c.state = 'allocated' OR c.outcome = 'provided') AND c.parent_code <> ''
   AND (p.code NOT IN ('', c.parent_code) OR p.code_closed_on IS NOT NULL)
   AND p.id IN (SELECT n.provider_id FROM register_change n JOIN register_load r
                    ON r.id = n.load_id WHERE r.loaded_at = :now)
"""
"""Calls that were provided codes, whose organisation was changed just now, and has another code, or
one that is closed."""

CODES = ("site", "parent")

Difference = Mapping[str, str]


def tell_displaced(tx: Tx, journal: Journal) -> tuple[str, ...]:
    """Tell whose calls were provided a code of which the load says otherwise; gives the calls.

    It says another code, gives the code to somebody else too, or has it closed before it was given.
    """
    found: dict[str, list[Difference]] = {}
    for row in tx.rows(_SAID_OTHERWISE, now=tx.now):
        call = tx.call(reference(row["id"]))
        found[call.reference] = [*_other_codes(tx, call), *_closed_codes(tx, call)]
    for claim in codebook.claims(tx):
        if claim.since == tx.now:
            for number, _ in codebook.calls_with(tx, [claim.code]):
                found.setdefault(number, []).append(_disputed(claim))
    for number, said in found.items():
        if said:
            command = f"helpdesk recode {number} --reason '...'"
            _tell(tx, journal, tx.call(number), said, command, waited=False)
    return tuple(sorted(number for number, said in found.items() if said))


def _other_codes(tx: Tx, call: Call) -> Iterator[Difference]:
    now = providing.registered_codes(tx, call)
    for code in CODES:
        was, is_now = getattr(call, f"{code}_code"), getattr(now, code)
        if was and is_now and was != is_now:
            yield {"what": f"{code} code", "was": was, "is_now": is_now, "given": ""}


def _closed_codes(tx: Tx, call: Call) -> Iterator[Difference]:
    """The codes of the call that ODS had closed when they were provided."""
    provided = [event.at.date() for event in tx.events(call) if event.state == State.ALLOCATED]
    for code in CODES:
        value = getattr(call, f"{code}_code")
        holder = codebook.holder(tx, value) if value else None
        if holder and holder.closed_on and provided and holder.closed_on < provided[-1]:
            closed = f"closed by ODS on {day_in_words(holder.closed_on)}"
            yield {"what": f"{code} code", "was": value, "is_now": closed, "given": ""}


def _disputed(claim: Claimed) -> Difference:
    said = f"given to {claim.title} by {claim.source}"
    what = f"{claim.level} code {claim.code}"
    return {"what": what, "was": f"that of {claim.holder}", "is_now": said, "given": ""}


def wake(tx: Tx, journal: Journal, written: Written) -> tuple[str, ...]:
    """Let the calls go on that waited for what was written; who has them is told. Gives them."""
    if not (written.changes or written.of_providers):
        return ()
    waiting = select(Call).where(Call.hold == Hold.AWAITING_CQC, col(Call.closed_at).is_(None))
    woken = []
    for call in tx.session.exec(waiting.order_by(col(Call.id)).with_for_update()).all():
        known = kept(tx, call)  # of a hold of an older version nothing
        if known and (found := list(differences(tx, call, known))):
            try:
                with tx.session.begin_nested():
                    _wake(tx, journal, call, found)
            except CalendarLost as lost:  # one call keeps no register from being loaded
                LOG.warning("%s was not woken: %s", call.reference, lost)
            else:
                woken.append(call.reference)
    return tuple(woken)


def _wake(tx: Tx, journal: Journal, call: Call, found: Sequence[Difference]) -> None:
    words = "; ".join(f"{each['what']} {each['was'] or '-'} -> {each['is_now']}" for each in found)
    holds.end(tx, journal, call, REGISTER, tx.now, why=f"the register changed: {words}")
    command = f"helpdesk {call.step} {call.reference}" if call.step else ""
    place = organisations.place_of(tx, call)
    if place and place.is_gone and place.living_heir:
        heir = place.living_heir.number
        command = f"helpdesk trace {call.reference} --location {heir} --instead"
    _tell(tx, journal, call, found, command, waited=True)


def _tell(
    tx: Tx,
    journal: Journal,
    call: Call,
    found: Sequence[Difference],
    command: str,
    *,
    waited: bool,
) -> None:
    """Note what changed for `call`, and tell its owner, or the desk if it has none."""
    event = journal.note(tx, call, "register_changed", REGISTER, differences=list(found))
    owner = tx.agent_numbered(call.owner_id)
    people = journal.config.people
    nobodys = {Audience.DESK: people.desk or people.supervisors}
    to = {Audience.OWNER: [owner.email]} if owner and owner.email else nobodys
    said = {"register_now": found, "command": command, "agent": "", "waited": waited}
    journal.tell(tx, call, event, "register_changed", to, **said)
