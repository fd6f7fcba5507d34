"""Wakes the calls that waited for CQC, once the register has what they waited for."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import col, select

from helpdesk.desk import holds, organisations
from helpdesk.desk.awaiting import CODES, as_it_is
from helpdesk.errors import CalendarLost
from helpdesk.journal import Journal, Who
from helpdesk.models import Call
from helpdesk.register.proposing import proposed
from helpdesk.register.search import candidates
from helpdesk.register.writing import Written
from helpdesk.store import Tx
from notifications.letters import Audience
from workflows.lifecycle import Hold

LOG = logging.getLogger(__name__)

REGISTER = Who("register", "register")


def wake(tx: Tx, journal: Journal, written: Written) -> tuple[str, ...]:
    """Let the calls go on that waited for what was written; who has them is told. Gives them."""
    if not (written.changes or written.of_providers):
        return ()
    waiting = select(Call).where(Call.hold == Hold.AWAITING_CQC, col(Call.closed_at).is_(None))
    woken = []
    for call in tx.session.exec(waiting.order_by(col(Call.id)).with_for_update()).all():
        if differences := list(_differences(tx, call)):
            try:
                with tx.session.begin_nested():
                    _wake(tx, journal, call, differences)
            except CalendarLost as lost:  # one call keeps no register from being loaded
                LOG.warning("%s was not woken: %s", call.reference, lost)
            else:
                woken.append(call.reference)
    return tuple(woken)


def _differences(tx: Tx, call: Call) -> Iterator[dict[str, str]]:
    """What is different in the register now, if it is something that the call waits for."""
    known = _awaited_by(tx, call)
    place = organisations.place_of(tx, call)
    if place is None:
        yield from _appeared(tx, call)
        return
    was, wanted = known.get("as_it_was", {}), known.get("wanted", {})
    now = as_it_is(place)
    changed = [name for name in now if name in was and now[name] != was[name]]
    told = [name for name in changed if name in wanted or name in (*CODES, "status")]
    for name in told or ([] if wanted else changed):
        what = name.replace("_", " ")
        yield {"what": what, "was": was[name], "is_now": now[name], "given": wanted.get(name, "")}


def _appeared(tx: Tx, call: Call) -> Iterator[dict[str, str]]:
    if best := proposed(candidates(tx, organisations.wanted(call))):
        yield {"what": "in the register", "was": "", "is_now": best.place.title, "given": ""}


def _awaited_by(tx: Tx, call: Call) -> Mapping[str, Any]:
    held = tx.last_event(call, "held")
    found: Mapping[str, Any] = held.facts.get("awaited", {}) if held else {}
    return found


def _wake(tx: Tx, journal: Journal, call: Call, differences: list[dict[str, str]]) -> None:
    words = "; ".join(
        f"{each['what']} {each['was'] or '-'} -> {each['is_now']}" for each in differences
    )
    holds.end(tx, journal, call, REGISTER, tx.now, why=f"the register changed: {words}")
    event = journal.note(tx, call, "register_changed", REGISTER, differences=differences)
    owner = tx.agent_numbered(call.owner_id)
    people = journal.config.people
    nobodys = {Audience.DESK: people.desk or people.supervisors}
    to = {Audience.OWNER: [owner.email]} if owner and owner.email else nobodys
    command = f"helpdesk {call.step} {call.reference}" if call.step else ""
    said = {"register_now": differences, "command": command, "agent": ""}
    journal.tell(tx, call, event, "register_changed", to, **said)
