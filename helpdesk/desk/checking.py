"""What keeps a wrong code from going out: whose it is, whether they live, whether two have it."""

from collections.abc import Collection
from datetime import date

from helpdesk.errors import BadValue, CallChanged
from helpdesk.models import Call, Origin
from helpdesk.register import codebook
from helpdesk.register.codes import Code
from helpdesk.register.places import DEREGISTERED, Place, closing
from helpdesk.store import Tx
from workflows.lifecycle import State
from workflows.refused import StepNotAllowed

_BESIDE = """
SELECT DISTINCT parent_code FROM location
 WHERE provider_cqc_id = :provider AND parent_code <> '' ORDER BY parent_code
"""


def check_traced(tx: Tx, call: Call, by: str, said: str) -> None:
    """CallChanged if a colleague traced it elsewhere since `by` did, who has `said` no code."""
    traces = [event for event in tx.events(call) if event.kind == State.TRACED]
    if said or not traces or traces[-1].by == by:
        return
    if any(event.by == by for event in traces):
        name = traces[-1].facts.get("name", "another organisation")
        raise CallChanged(
            f"{call.reference} was traced to {name} by {traces[-1].by} after you had traced it:"
            f" look at it (helpdesk show {call.reference}); if that is right, name the code:"
            f" helpdesk allocate {call.reference} --site CODE"
        )


def check_living(call: Call, place: Place, said: str) -> None:
    """StepNotAllowed for what is registered no more: the sentence names what it became.

    Of what CQC's word is not known the agent has to have `said` a code.
    """
    if place.cqc_id and place.location_id and not place.status and not said:
        raise StepNotAllowed(
            f"it is not known whether {place.title} is registered: look at CQC's page, or load a"
            f" newer register; then {_again(call)} --site CODE"
        )
    if place.status != DEREGISTERED:
        return
    mend = "close it with the outcome that fits"
    if heir := place.living_heir:
        mend = f"helpdesk trace {call.reference} --location {heir.number} --instead"
        if _is_provided(call):
            mend = f"{_again(call)} --location {heir.number}"
    raise StepNotAllowed(
        f"no code is provided for {place.title}, which is not registered: {place.words[0]}; {mend}"
    )


def check_open(call: Call, place: Place, said: Collection[str], today: date) -> None:
    """Let no site code out that ODS closed, unless the agent `said` which it is."""
    if place.location_id and place.site_code and place.is_closed(today) and "site" not in said:
        raise StepNotAllowed(
            f"{closing(place)}: ask ODS which code {place.name} has now; then {_again(call)}"
            " --site CODE"
        )


def check_undisputed(tx: Tx, place: Place, call: Call, said: set[str]) -> None:
    """Let no code out that two are told to have, unless the agent says which it is."""
    for claim in codebook.claims(tx, place):
        if claim.level not in said:
            raise StepNotAllowed(
                f"{claim.words}: ask ODS whose it is; then {_again(call)} --{claim.level} CODE with"
                f" the right one, or let a supervisor settle it (helpdesk codes move {claim.code}"
                " --to ID --reason '...')"
            )


def check_given(tx: Tx, place: Place, level: str, code: Code, parent: str) -> None:
    """BadValue if a code that was given is not, or cannot be, that of `place`.

    `parent`: the parent code that the register has for it.
    """
    registered = place.site_code if level == "site" else parent
    if level == "site" and place.location_id is None:
        raise BadValue(f"{place.title} is an organisation, which has no site code")
    if code.value == registered:
        return
    if registered and not _is_in_question(tx, place, level, registered):
        name = place.name if level == "site" else place.provider_name or place.name
        raise BadValue(
            f"the register has {registered} for {name}, and you gave {code.value}; leave it out to"
            " provide the register's, or load a newer register first"
        )
    holder = codebook.holder(tx, code.value)
    if holder and not holder.is_of(place) and code.value not in codes_beside(tx, place):
        was = "was" if holder.is_former else "is"
        to = place.cqc_id if level == "site" else place.provider_cqc_id
        move = f"helpdesk codes move {code.value} --to {to} --instead --reason '...'"
        mend = f"; if ODS says otherwise, a supervisor types {move}" if to else ""
        raise BadValue(
            f"{code.value} {was} the code of {holder.title} already, and no code is given"
            f" twice{mend}"
        )


def _is_in_question(tx: Tx, place: Place, level: str, registered: str) -> bool:
    """Whether another code than the `registered` one may be right, as far as the desk knows."""
    holder = codebook.holder(tx, registered)
    if holder and (holder.origin == Origin.POOL or holder.closed_on):
        return True  # what ODS gave instead outranks those of the desk's own ranges
    if any(claim.level == level for claim in codebook.claims(tx, place)):
        return True
    return level == "site" and any(each.fits for each in codebook.of_ods_alone(tx, place))


def _is_provided(call: Call) -> bool:
    return call.state in (State.ALLOCATED, State.CLOSED)


def _again(call: Call) -> str:
    """The command that the agent has typed, or comes to, to be typed with more."""
    if _is_provided(call):
        return f"helpdesk recode {call.reference} --reason '...'"
    return f"helpdesk allocate {call.reference}"


def check_site(
    tx: Tx, call: Call, place: Place, codes: tuple[str, str], said: Collection[str]
) -> None:
    """Let no home have its provider's code alone, or a site code that ODS has otherwise.

    `codes`: its site code and its parent code. The agent may have `said` which are right.
    """
    site, parent = codes
    if place.location_id is None or "site" in said:
        return
    ods = codebook.of_ods_alone(tx, place)
    others = " or ".join(each.words for each in ods if each.fits or not site)
    if site and others:
        raise StepNotAllowed(
            f"the desk has {site} for {place.title}, and ODS has {others} for that name and"
            f" postcode: ask ODS which is right, then {_again(call)} --site CODE"
        )
    if site or not parent or "parent" in said:
        return
    hint = f"; ODS has {others} for that name and postcode" if others else ""
    raise StepNotAllowed(
        f"no site code is known for {place.title}{hint}: give it as ODS gave it (--site CODE),"
        f" or wait for it (helpdesk hold {call.reference} --for cqc); to provide the parent code"
        f" alone, say --parent {parent}"
    )


def codes_beside(tx: Tx, place: Place) -> list[str]:
    """The parent codes that other places of the same provider bear."""
    if not place.provider_cqc_id:
        return []
    rows = tx.rows(_BESIDE, provider=place.provider_cqc_id)
    return [row["parent_code"] for row in rows]
