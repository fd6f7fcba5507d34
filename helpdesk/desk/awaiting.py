"""What a call that waits for CQC waits for: how the register has its place, and what was given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from helpdesk.desk import organisations
from helpdesk.models import Call
from helpdesk.register.comparing import Candidate
from helpdesk.register.places import Place
from helpdesk.register.proposing import proposed
from helpdesk.register.search import candidates, location_by
from helpdesk.store import Tx
from workflows.refused import StepNotAllowed

WATCHED = (
    *("name", "also_known_as", "address", "postcode", "phone", "status", "site_code"),
    "code_closed_on",
)
"""What CQC, or ODS after it, may change of a place, and a call may wait for."""

CODES = ("site_code", "parent_code")

LIKELY = 0.8
"""From here on a place that was not there before may be the one that is waited for."""


def awaited(tx: Tx, call: Call, change: Sequence[str] = ()) -> dict[str, Any]:
    """What a call that waits for CQC waits for, as the event of its hold keeps it.

    `place` and `as_it_was`: the place that it is traced to, or that the register proposes, and how
    the register has that. `wanted`: what has to `change`, or else what the requester gave
    otherwise; if that is nothing, any change will do. `known`: the candidates there were, if there
    is no such place: then what is waited for is that another comes.
    """
    place = organisations.place_of(tx, call)
    found = [] if place else candidates(tx, organisations.wanted(call))
    if place is None and (best := proposed(found)):
        place = best.place
    if place is None and change:
        raise StepNotAllowed(
            f"it is not known yet which place {call.reference} is about, so nothing of it can be"
            f" waited for: helpdesk trace {call.reference} first, or leave out --change"
        )
    if place is None:
        return {"known": [each.place.number for each in found]}
    given = {
        each["what"]: each["given"]
        for each in organisations.differences(tx, call)
        if each["what"] in WATCHED
    }
    wanted = {what: given.get(what, "") for what in change} if change else given
    return {"place": place.number, "as_it_was": _as_it_is(place), "wanted": wanted}


def kept(tx: Tx, call: Call) -> Mapping[str, Any]:
    """What the call waits for, as the last word on its hold has it; empty in an older version's."""
    said = [event.facts["awaited"] for event in tx.events(call) if "awaited" in event.facts]
    return said[-1] if said else {}


def in_words(known: Mapping[str, Any]) -> str:
    """What wakes the call, for the agent who lets it wait."""
    if not known:
        return ""
    if "as_it_was" not in known:
        return "it goes on when a register load brings a place that may be the one"
    was = known["as_it_was"]
    wanted = [
        f"the {what.replace('_', ' ')} (now {was[what] or 'none'}{_otherwise(given)})"
        for what, given in known["wanted"].items()
    ]
    return f"it goes on when a register load changes {' or '.join(wanted) or 'anything of it'}"


def differences(tx: Tx, call: Call, known: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """What is different in the register now, if it is something that the call waits for."""
    if "as_it_was" not in known:
        yield from _appeared(tx, call, known.get("known", ()))
        return
    place = organisations.place_of(tx, call) or location_by(tx, known["place"])
    if place is None:
        return
    was, wanted, now = known["as_it_was"], known["wanted"], _as_it_is(place)
    changed = [name for name in now if name in was and now[name] != was[name]]
    told = [
        name
        for name in changed
        if name in (*wanted, "status", "code_closed_on") or (name in CODES and not was[name])
    ]
    for name in told or ([] if wanted else changed):
        what = name.replace("_", " ")
        yield {"what": what, "was": was[name], "is_now": now[name], "given": wanted.get(name, "")}


def _appeared(tx: Tx, call: Call, known: Sequence[str]) -> Iterator[dict[str, str]]:
    fresh = (
        each
        for each in candidates(tx, organisations.wanted(call))
        if each.place.number not in known and _may_be_it(each)
    )
    if first := next(fresh, None):
        yield {"what": "new in the register", "was": "", "is_now": first.place.title, "given": ""}


def _may_be_it(candidate: Candidate) -> bool:
    return candidate.place.is_registered and (candidate.exact or candidate.score >= LIKELY)


def _as_it_is(place: Place) -> dict[str, str]:
    return {name: str(getattr(place, name) or "") for name in (*WATCHED, "parent_code")}


def _otherwise(given: str) -> str:
    return f"; {given} was given" if given else ""
