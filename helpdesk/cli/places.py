"""Places of the register as people see them: how each fits, how it stands, what to type."""

from collections.abc import Iterator, Sequence
from typing import Any

from helpdesk.cli.cell import cell
from helpdesk.cli.wrapping import unbroken, wrapped
from helpdesk.register.comparing import Candidate
from helpdesk.register.places import Place
from helpdesk.register.proposing import proposed

PROPOSED = "PROPOSED"
"""What stands above the candidate that `trace --best` would take."""


def lines_of(
    candidate: Candidate, command: str = "", *, is_proposed: bool = False
) -> Iterator[str]:
    """A candidate in a few lines; `command` is what the id to type is added to."""
    for indent, line in _facts(candidate, PROPOSED if is_proposed else ""):
        yield from wrapped(line, indent)
    if command:  # in one piece, so that it can be copied
        place = candidate.place
        yield f"        {command} {option_of(place)} {place.number}"


def _facts(candidate: Candidate, mark: str) -> Iterator[tuple[int, str]]:
    """The lines about a candidate, each with where it goes on if it is too long."""
    place = candidate.place
    where = ", ".join(map(cell, filter(None, (place.name, unbroken(place.postcode)))))
    yield 23, f"  {candidate.score:.2f}  {place.number:<14} {where}  {mark}".rstrip()
    codes = (
        unbroken(f"site {place.site_code or '-'}"),
        unbroken(f"parent {place.parent_code or '-'}"),
    )
    provider = f" of {cell(place.provider_name)}" if place.provider_name else ""
    yield 8, f"        {', '.join(codes)}{provider}; {cell('; '.join(candidate.words))}"
    compared = candidate.comparison or "nothing to compare"
    yield 8, f"        found by {candidate.found_by}: {compared}"
    for what, given, registered in candidate.differs:
        yield 31, f"        {what:<16} given {cell(given)}"
        yield 36, f"        {'':<16} registered {cell(registered)}"


def option_of(place: Place) -> str:
    """How an agent names such a place to `trace`."""
    return "--location" if place.location_id else "--provider"


def values_of(candidate: Candidate) -> dict[str, Any]:
    """A candidate as programs read it."""
    return {**candidate._asdict(), "place": candidate.place._asdict(), "words": candidate.words}


def values_of_all(found: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Candidates as programs read them, each with whether it is the one that is proposed."""
    best = proposed(found)
    return [{**values_of(each), "proposed": each is best} for each in found]
