"""Places of the register as people see them: how each fits, how it stands, what to type."""

from collections.abc import Iterator
from typing import Any

from helpdesk.cli.cell import cell
from helpdesk.register.comparing import Candidate
from helpdesk.register.places import Place

PROPOSED = "PROPOSED"
"""What stands above the candidate that `trace --best` would take."""


def lines_of(
    candidate: Candidate, command: str = "", *, is_proposed: bool = False
) -> Iterator[str]:
    """A candidate in a few lines; `command` is what the id to type is added to."""
    place = candidate.place
    mark = f"  {PROPOSED}" if is_proposed else ""
    number = place.number
    yield f"  {candidate.score:.2f}  {number:<14} {cell(place.name)}, {cell(place.postcode)}{mark}"
    codes = f"site {place.site_code or '-'}, parent {place.parent_code or '-'}"
    provider = f" of {cell(place.provider_name)}" if place.provider_name else ""
    yield f"        {codes}{provider}; {cell('; '.join(candidate.words))}"
    compared = candidate.comparison or "nothing to compare"
    yield f"        found by {candidate.found_by}: {compared}"
    for what, given, registered in candidate.differs:
        yield f"        {what:<16} given {cell(given)}"
        yield f"        {'':<16} registered {cell(registered)}"
    if command:
        yield f"        {command} {option_of(place)} {number}"


def option_of(place: Place) -> str:
    """How an agent names such a place to `trace`."""
    return "--location" if place.location_id else "--provider"


def values_of(candidate: Candidate) -> dict[str, Any]:
    """A candidate as programs read it."""
    return {**candidate._asdict(), "place": candidate.place._asdict(), "words": candidate.words}
