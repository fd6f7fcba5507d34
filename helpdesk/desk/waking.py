"""Wakes the calls that waited for CQC, once the register has what they waited for."""

import logging
from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from helpdesk.desk import holds, providing
from helpdesk.desk.awaiting import differences, kept
from helpdesk.errors import CalendarLost
from helpdesk.journal import Journal, Who
from helpdesk.models import Call
from helpdesk.references import reference
from helpdesk.register.writing import Written
from helpdesk.store import Tx
from notifications.letters import Audience
from workflows.lifecycle import Hold

LOG = logging.getLogger(__name__)

REGISTER = Who("register", "register")


_CODED_ANEW = """
SELECT c.id FROM register_load r JOIN register_change n ON n.load_id = r.id
  JOIN location l ON l.id = n.location_id JOIN call c ON c.location_id = l.id WHERE {just}
UNION
SELECT c.id FROM register_load r JOIN register_change n ON n.load_id = r.id
  JOIN provider p ON p.id = n.provider_id JOIN call c ON c.provider_id = p.id WHERE {just}
"""
_JUST = """
r.loaded_at = :now AND (c.state = 'allocated' OR c.outcome = 'provided')
AND (CAST(n.facts AS TEXT) LIKE '%"code"%' OR CAST(n.facts AS TEXT) LIKE '%"parent_code"%')
"""
"""Calls that were provided codes, and whose organisation just got another in the register."""

CODES = ("site", "parent")


def tell_displaced(tx: Tx, journal: Journal) -> tuple[str, ...]:
    """Tell whose calls were provided a code that the load just made another; gives the calls."""
    told = []
    for row in tx.rows(_CODED_ANEW.format(just=_JUST), now=tx.now):
        call = tx.call(reference(row["id"]))
        now = providing.registered_codes(tx, call)
        both = [(code, getattr(call, f"{code}_code"), getattr(now, code)) for code in CODES]
        found = [
            {"what": f"{code} code", "was": was, "is_now": is_now, "given": ""}
            for code, was, is_now in both
            if was and is_now and was != is_now
        ]
        if found:
            command = f"helpdesk recode {call.reference} --reason '...'"
            _tell(tx, journal, call, found, command, waited=False)
            told.append(call.reference)
    return tuple(sorted(told))


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


def _wake(tx: Tx, journal: Journal, call: Call, found: Sequence[Mapping[str, str]]) -> None:
    words = "; ".join(f"{each['what']} {each['was'] or '-'} -> {each['is_now']}" for each in found)
    holds.end(tx, journal, call, REGISTER, tx.now, why=f"the register changed: {words}")
    command = f"helpdesk {call.step} {call.reference}" if call.step else ""
    _tell(tx, journal, call, found, command, waited=True)


def _tell(
    tx: Tx,
    journal: Journal,
    call: Call,
    found: Sequence[Mapping[str, str]],
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
