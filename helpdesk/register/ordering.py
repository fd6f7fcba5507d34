"""The order in which candidates stand: whoever is the likeliest comes first."""

from collections.abc import Iterable, Sequence

from helpdesk.register.comparing import Candidate
from helpdesk.register.overlaps import SAME_NAME

BROADLY = 0.5
"""An exact id or code is believed if the rest agrees this far: requesters mix up their ids."""

HERE = frozenset({"postcode", "phone"})

VERY_NAME = 0.9
"""From here on a name is the one that was given, but for a slip of the pen or a common word."""


def ordered(candidates: Iterable[Candidate]) -> Sequence[Candidate]:
    """The candidates, the likeliest first.

    Of places of one provider the one comes first that bears the name that was given, whatever else
    was given: people take an id, a number or a postcode of their company's for that of the home.
    """
    some = list(candidates)
    here = {each.place.provider_cqc_id for each in some if not HERE.isdisjoint(each.agrees)} - {""}
    found = sorted(some, key=lambda each: _rank(each, is_near=each.place.provider_cqc_id in here))
    if found and (named := _sister_of(found[0], found)):
        return [named, *(each for each in found if each is not named)]
    return found


def _sister_of(first: Candidate, found: Sequence[Candidate]) -> Candidate | None:
    """The place of the same provider that bears the name as given, if `first` does not."""
    provider = first.place.provider_cqc_id
    if not provider or first.succeeds or first.own_name == 1:
        return None
    if first.exact and (first.of_provider or first.own_name >= SAME_NAME):
        return None  # its id, and its name or that of who runs it
    enough = VERY_NAME if first.own_name < SAME_NAME else 1.0
    sisters = (
        each for each in found if each.place.provider_cqc_id == provider and each.own_name >= enough
    )
    living = first.place.is_registered
    return next((each for each in sisters if each.place.is_registered or not living), None)


def _rank(candidate: Candidate, *, is_near: bool) -> tuple[bool | float | str, ...]:
    """What candidates are sorted by: the likeliest has the least.

    `is_near`: a place of the same provider has the postcode or the telephone that was given.
    """
    place, degrees = candidate.place, dict(candidate.degrees)
    alike = degrees.get("name", 1.0) >= BROADLY or bool(degrees.get("phone"))
    believed = (candidate.exact or candidate.succeeds) and candidate.score >= BROADLY and alike
    return (
        not believed,
        -candidate.evidence,
        not is_near,
        place.location_id is None,
        not place.is_registered,
        -len(candidate.agrees),
        -candidate.score,
        -place.began,
        place.cqc_id,
    )
