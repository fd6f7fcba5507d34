"""Who is told of flags: letters about alerts whose moment to be told has come."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from helpdesk.errors import HelpdeskError
from helpdesk.journal import Addresses, Journal
from helpdesk.models import Alert, Call, Clock, Letter
from helpdesk.store import Store, Tx
from helpdesk.sweep import words
from helpdesk.sweep.flags import LEVEL_2
from helpdesk.sweep.swept import Swept
from notifications.letters import Audience
from workflows.sla import Standing

SOME = 100
"""How many calls at risk one transaction tells of, a letter each."""

PATIENCE = timedelta(hours=1)
"""How long an alert waits of which nobody can be told."""

LOG = logging.getLogger(__name__)

Flagged = tuple[Alert, Clock, Call]


def tell(store: Store, journal: Journal) -> Swept:
    """Post the letters about all alerts that are to be told now.

    Each letter is a unit of its own, so that one that cannot be written silences no other.
    """
    posted = _post(store, partial(_tell_of_risks, journal=journal))
    posted += _post(store, partial(_tell_supervisors, journal=journal))
    for owner_id in store.run(_owners):
        posted += _post(store, partial(_tell_owner, journal=journal, owner_id=owner_id))
    posted += _post(store, partial(_tell_lead, journal=journal))
    return Swept(letters=posted)


def _post(store: Store, unit: Callable[[Tx], int]) -> int:
    try:
        return store.run(unit)
    except HelpdeskError:
        raise
    except Exception:
        LOG.exception("a letter about alerts failed; it is tried again by the next sweep")
        return 0


def _owners(tx: Tx) -> Sequence[int]:
    tx.forget_ownerless()
    return tx.owners_to_tell(Standing.BREACHED.value)


def _tell_of_risks(tx: Tx, journal: Journal) -> int:
    posted = 0
    for alert, clock, call in tx.alerts_due(Standing.AT_RISK.value, limit=SOME):
        alert.tell_at = None
        if clock.stopped_at is not None or clock.standing is not Standing.AT_RISK:
            continue  # it ended, or a breach overtook it
        owner = tx.agent_numbered(call.owner_id)
        people = journal.config.people
        if owner and owner.email:
            addresses = {Audience.OWNER: [owner.email]}
        else:
            addresses = {Audience.DESK: [*(people.desk or people.supervisors)]}
        facts = {**journal.about_desk(), "flag": words.at_risk(tx, journal, clock, call)}
        key = f"{clock.id}:{alert.id}"
        letters = journal.post(tx, None, alert.stage, addresses, facts, call=call, key=key)
        alert.letter_id = letters[0].id if letters else None
        posted += len(letters)
    return posted


def _tell_supervisors(tx: Tx, journal: Journal) -> int:
    to = {Audience.SUPERVISOR: journal.config.people.supervisors}
    found = tx.alerts_due(Standing.BREACHED.value, Audience.SUPERVISOR.value)
    return _tell_of_all(tx, journal, found, Standing.BREACHED.value, to)


def _tell_owner(tx: Tx, journal: Journal, owner_id: int) -> int:
    owner = tx.agent_numbered(owner_id)
    to = {Audience.OWNER: [owner.email] if owner and owner.email else []}
    found = tx.alerts_due(Standing.BREACHED.value, Audience.OWNER.value, owner_id)
    return _tell_of_all(tx, journal, found, Standing.BREACHED.value, to)


def _tell_lead(tx: Tx, journal: Journal) -> int:
    """Tell of breaches to whose calls nothing happened; look again later at all others."""
    found = tx.alerts_due(LEVEL_2, Audience.LEAD.value)
    last = tx.last_deeds([call.id or 0 for _, _, call in found])
    quiet = []
    for alert, clock, call in found:
        deed = last.get(call.id or 0, alert.at)
        again = journal.config.hours.plus(max(deed, alert.at), journal.config.ladder.level_2)
        if clock.stopped_at is not None:
            alert.tell_at = None
        elif again > tx.now:
            alert.tell_at = again
        else:
            quiet.append((alert, clock, call))
    to = {Audience.LEAD: journal.config.people.lead or journal.config.people.supervisors}
    return _tell_of_all(tx, journal, quiet, LEVEL_2, to)


def _tell_of_all(
    tx: Tx,
    journal: Journal,
    found: Sequence[Flagged],
    stage: str,
    addresses: Addresses,
) -> int:
    """Post one letter with all of `found`, the worst first: so many rows as one letter bears."""
    if not found:
        return 0
    rows = journal.config.ladder.rows
    worst = sorted(found, key=lambda row: (not row[2].urgent, row[1].due_at))[:rows]
    facts = {
        **journal.about_desk(),
        "breaches": words.breaches(tx, journal, [(clock, call) for _, clock, call in worst]),
        "total": len(found),
        "more": len(found) - len(worst),
    }
    key = f"{stage}:{max(alert.id or 0 for alert, _, _ in found)}"
    letters = journal.post(tx, None, stage, addresses, facts, key=key)
    _mark(tx, found, letters)
    return len(letters)


def _mark(tx: Tx, found: Sequence[Flagged], letters: Sequence[Letter]) -> None:
    """Note that all of `found` were told; if there was nobody to tell, that they wait."""
    for alert, _, _ in found:
        alert.letter_id = letters[0].id if letters else None
        alert.tell_at = None if letters else tx.now + PATIENCE
