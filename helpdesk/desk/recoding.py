"""Codes put right: those that a call was provided, and whose a code is."""

from typing import NamedTuple

from helpdesk.desk import organisations, providing
from helpdesk.desk.answers import answer, check_ours, told
from helpdesk.desk.organisations import Choice
from helpdesk.desk.people import known
from helpdesk.desk.providing import NO_WISH, Wish
from helpdesk.desk.remembering import remember
from helpdesk.errors import BadValue, NotFound, NotPermitted
from helpdesk.intake import characters
from helpdesk.journal import Journal, Who
from helpdesk.models import Role
from helpdesk.register import codebook, giving
from helpdesk.register.search import location_by, provider_by
from helpdesk.store import Answer, Tx
from workflows.lifecycle import Outcome, State
from workflows.refused import StepNotAllowed


class Recoding(NamedTuple):
    """How the codes of a call are put right."""

    reason: str
    choice: Choice | None = None  #: the right organisation, if it was the wrong one
    wish: Wish = NO_WISH


def recode(tx: Tx, journal: Journal, reference: str, who: Who, recoding: Recoding) -> Answer:
    """Provide the right codes for a call that was provided wrong ones, and tell the requester.

    The clocks stay as they were: what was promised, was.
    """
    giving.alone(tx)
    call, reason = tx.call(reference), characters.line(recoding.reason)
    check_ours(call, "recode")
    if not reason:
        raise BadValue("say what was wrong; the requester reads it: --reason '...'")
    if call.state != State.ALLOCATED and call.outcome != Outcome.PROVIDED:
        raise StepNotAllowed(
            f"{call.reference} was provided no code, so there is none to put right"
        )
    was = (call.site_code, call.parent_code)
    if recoding.choice:
        found = organisations.chosen(tx, call, recoding.choice)
        call.location_id, call.provider_id = found.location_id, found.provider_id
        call.matched_by = found.matched_by
    codes = providing.codes_for(tx, call, recoding.wish, journal.config.codes)
    if (codes.site, codes.parent) == was:
        raise StepNotAllowed(
            f"{call.reference} was provided {codes.words} already: nothing differs"
        )
    if not codes.has_any:
        raise StepNotAllowed("the register has no code for it; give it with --site or --parent")
    call.site_code, call.parent_code = codes.site, codes.parent
    providing.keep(tx, call, codes, who)
    traced = organisations.place_of(tx, call)
    remember(tx, call, traced.cqc_id if traced else "", anew=True)
    event = journal.note(
        tx,
        call,
        "recoded",
        who,
        reason=reason,
        site=codes.site,
        parent=codes.parent,
        before=[*filter(None, was)],
        name=codes.site_name,
    )
    letters = journal.tell(
        tx,
        call,
        event,
        "recoded",
        journal.requester(call),
        codes=codes.facts,
        wrong=codes.without(was),
        note=reason,
        agent=organisations.agent_of(tx, who).full_name,
    )
    return answer(
        call,
        f"{call.reference} is put right: {codes.words}",
        *codes.remarks,
        told(call, letters),
    )


class Moving(NamedTuple):
    """To whom a code goes, and why."""

    to: str  #: a CQC id
    reason: str
    instead: bool = False  #: although the organisation has another code


def move_code(tx: Tx, journal: Journal, text: str, who: Who, moving: Moving) -> Answer:
    """Make a code that of another organisation, since ODS says so: a supervisor's to decide."""
    if known(tx, who.by).role is not Role.SUPERVISOR:
        raise NotPermitted(f"only a supervisor says whose a code is, and {who.by} is none")
    to = moving.to
    value, reason = codebook.typed(tx, text).value, characters.line(moving.reason)
    if not reason:
        raise BadValue("say who says so, and why: --reason '...'")
    giving.alone(tx)
    holder = codebook.holder(tx, value)
    if holder is None:
        raise NotFound(f"the desk knows of nobody who was given {value}; load a newer register")
    place = location_by(tx, to) if holder.level == "site" else provider_by(tx, to)
    if place is None:
        kind = "location" if holder.level == "site" else "provider"
        raise NotFound(
            f"the register has no {kind} {to}; a {holder.level} code is that of a {kind}"
        )
    is_disputed = bool(codebook.claims_of(tx, value))
    if holder.is_of(place) and not holder.is_former and not is_disputed:
        return {"said": [f"{value} is that of {place.title} already"]}
    if place.is_gone and not moving.instead:
        raise StepNotAllowed(
            f"{place.title} is not registered any more; if the code is its all the same, say"
            " --instead"
        )
    has = place.site_code if holder.level == "site" else place.parent_code
    if has not in ("", value) and not place.code_closed_on and not moving.instead:
        raise StepNotAllowed(
            f"{place.title} has the {holder.level} code {has}; if it is {value} instead, say"
            " --instead"
        )
    giving.move(tx, holder, place, who.by)
    to_whom, from_whom = place.title, holder.title
    journal.note(tx, None, "code_moved", who, code=value, was=from_whom, to=to_whom, reason=reason)
    calls = codebook.calls_with(tx, {value, has} - {""})
    if to_whom == from_whom:
        word = f"{value} stays that of {to_whom}: what files say of others is settled"
    else:
        word = f"{value} is that of {to_whom} now, and no more that of {from_whom}"
    return {
        "said": [
            word,
            *(f"look at {each}, which was provided {code}" for each, code in calls),
        ]
    }
