"""The order in which candidates stand: whoever is the likeliest comes first."""

from collections.abc import Iterable, Sequence

from helpdesk.register.comparing import Candidate

BROADLY = 0.5
"""An exact id or code is believed if the rest agrees this far: requesters mix up their ids."""


def ordered(candidates: Iterable[Candidate]) -> Sequence[Candidate]:
    """The candidates, the likeliest first.

    Of places of one provider the one comes before the others that bears the very name given.
    """
    found = sorted(candidates, key=_rank)
    if found and (named := _sister_of(found[0], found)):
        return [named, *(each for each in found if each is not named)]
    return found


def _sister_of(first: Candidate, found: Sequence[Candidate]) -> Candidate | None:
    """The place of the same provider that bears the very name given, if `first` does not."""
    provider = first.place.provider_cqc_id
    if not provider or first.exact or first.succeeds or first.own_name == 1:
        return None
    sisters = (each for each in found if each.place.provider_cqc_id == provider)
    return next((each for each in sisters if each.own_name == 1), None)


def _rank(candidate: Candidate) -> tuple[bool, float, bool, bool, int, float, int, str]:
    """The order of candidates: the likeliest has the least."""
    place, degrees = candidate.place, dict(candidate.degrees)
    alike = degrees.get("name", 1.0) >= BROADLY or bool(degrees.get("phone"))
    believed = (candidate.exact or candidate.succeeds) and candidate.score >= BROADLY and alike
    return (
        not believed,
        -candidate.evidence,
        place.location_id is None,
        not place.is_registered,
        -len(candidate.agrees),
        -candidate.score,
        -place.began,
        place.cqc_id,
    )
