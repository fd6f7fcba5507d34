"""Which organisation of the register a call is about."""

from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from helpdesk.desk.people import known
from helpdesk.errors import BadValue, NotFound
from helpdesk.journal import Who
from helpdesk.models import Agent, Call
from helpdesk.register.codes import is_code, read_parent, read_site
from helpdesk.register.comparing import Candidate, Wanted, asked_by
from helpdesk.register.loads import standing
from helpdesk.register.places import Place, locations, providers
from helpdesk.register.proposing import likeliest, proposed
from helpdesk.register.search import candidates, compared, location_by, provider_by
from helpdesk.store import Tx
from workflows.refused import StepNotAllowed


class Choice(NamedTuple):
    """How an agent says which organisation a call is about."""

    location: str = ""  #: a CQC location id or a site code
    provider: str = ""  #: a CQC provider id or a parent code, for a question about the parent only
    best: bool = False  #: the candidate that the register proposes
    deregistered: bool = False  #: an organisation that is no longer registered will do
    instead: bool = False  #: although another agent traced it elsewhere
    none: bool = False  #: it is not in the register
    verb: str = "trace"  #: the command that this is said with


class Found(NamedTuple):
    """The organisation that a call is traced to."""

    location_id: int | None
    provider_id: int | None
    words: str  #: "Rose Cottage (1-1000000001)"
    matched_by: str
    warnings: tuple[str, ...]
    facts: dict[str, Any]  #: what was compared, for the event


def agent_of(tx: Tx, who: Who) -> Agent:
    return known(tx, who.by)


def wanted(call: Call) -> Wanted:
    """What the call asks the register for."""
    return asked_by(partial(getattr, call))


def chosen(tx: Tx, call: Call, choice: Choice) -> Found:
    """The organisation that `choice` means. NotFound or StepNotAllowed say what to type instead."""
    candidate = _best(tx, call, choice) if choice.best else _named(tx, call, choice)
    place = candidate.place
    if place.is_gone and not choice.deregistered:
        raise StepNotAllowed(
            f"{place.title} is no longer registered: {place.words[0]};"
            f" {_instead(call, choice, place)}"
        )
    return Found(
        location_id=place.location_id,
        provider_id=place.provider_id,
        words=place.title,
        matched_by=candidate.found_by,
        warnings=(
            *_remarks(choice),
            *(f"note: {word}" for word in place.words[1:]),
            *_differences_said(candidate),
        ),
        facts={
            "name": place.name,
            "cqc_id": place.cqc_id,
            "matched_by": candidate.found_by,
            "agrees": [each for each in candidate.agrees if each != candidate.found_by],
            "differs": [list(each) for each in candidate.differs],
            "status": place.words[0],
            "score": candidate.score,
            **against(tx),
        },
    )


def like(tx: Tx, call: Call) -> list[str]:
    """What comes nearest to what the call asks for, in words, for the record."""
    return [
        f"{each.place.title}, {each.score:.2f}, {each.place.words[0]}"
        for each in candidates(tx, wanted(call), limit=3)
    ]


def against(tx: Tx) -> dict[str, Any]:
    """Which state of the register something was looked up in, for the event."""
    stands = standing(tx)
    return {"register": f"load {stands.number}: {stands.words}"} if stands else {}


def differences(tx: Tx, call: Call) -> list[dict[str, str]]:
    """What the requester gave beside what the register has, where the two differ."""
    place = place_of(tx, call)
    if place is None:
        return []
    candidate = compared(tx, place, "", wanted(call))
    return [
        {"what": what, "given": given, "registered": registered}
        for what, given, registered in candidate.differs
    ]


def place_of(tx: Tx, call: Call) -> Place | None:
    """What the register says of the organisation that the call is traced to."""
    found = locations(tx, "l.id = :key", key=call.location_id) if call.location_id else []
    if not found and call.provider_id:
        found = providers(tx, "p.id = :key", key=call.provider_id)
    return found[0] if found else None


def _named(tx: Tx, call: Call, choice: Choice) -> Candidate:
    given = choice.location or choice.provider
    if not given:
        raise StepNotAllowed(
            "to trace a call, say to what: --location ID, --provider ID, or --best for the one"
            f" that the register proposes (helpdesk show {call.reference} lists candidates)"
        )
    place = location_by(tx, given) if choice.location else provider_by(tx, given)
    if place is None:
        kind = "location" if choice.location else "provider"
        raise NotFound(f"the register has no {kind} {given}; {_mend(tx, choice)}")
    return compared(tx, place, "the agent's choice", wanted(call))


def _mend(tx: Tx, choice: Choice) -> str:
    """What else `choice` may mean: requesters and agents mix up the two kinds of id."""
    with suppress(BadValue):  # a code of the one kind cannot be of the other
        if choice.location and (place := provider_by(tx, choice.location)):
            own = f"--provider {choice.location}"
            return f"it is the provider {place.name}: say {own}, or its location"
        if choice.provider and (place := location_by(tx, choice.provider)):
            return f"it is the location {place.name}: say --location {choice.provider}"
    return "is the register loaded, and new enough? (helpdesk register load FILE)"


def _best(tx: Tx, call: Call, choice: Choice) -> Candidate:
    found = candidates(tx, wanted(call))
    if best := proposed(found):
        return best
    if one := likeliest(found):
        mend = (
            f"if {one.place.title} is meant ({one.words[0]}): {_command(call, choice, one.place)}"
        )
    elif found:
        mend = f"choose among what helpdesk show {call.reference} lists, with --location ID"
    else:
        mend = f"it has nothing like that: helpdesk correct {call.reference} if you know more"
    raise StepNotAllowed(f"the register proposes nothing that is sure enough; {mend}")


def _command(call: Call, choice: Choice, place: Place) -> str:
    option = "--location" if place.location_id else "--provider"
    heir = place.living_heir
    insisting = " --deregistered" if place.is_gone and not heir else ""
    verb = "trace" if insisting else choice.verb
    number = heir.number if heir else place.number
    return f"helpdesk {verb} {call.reference} {option} {number}{insisting}"


def _instead(call: Call, choice: Choice, place: Place) -> str:
    """What to do about a place that is gone."""
    if heir := place.living_heir:
        command = f"helpdesk {choice.verb} {call.reference} --location {heir.number}"
        return f"what it became is {heir.title}: {command}"
    return f"trace it to another location, or say so: {_command(call, choice, place)}"


def _remarks(choice: Choice) -> tuple[str, ...]:
    """What the agent should be told of a code that they typed."""
    given = choice.location or choice.provider
    if choice.best or not is_code(given):
        return ()
    return (read_site(given) if choice.location else read_parent(given)).remarks


def _differences_said(candidate: Candidate) -> list[str]:
    return [
        f"note: the {what} differs: {given!r} as given, {registered!r} as registered"
        for what, given, registered in candidate.differs
    ]
