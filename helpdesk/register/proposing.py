"""Which candidate the register proposes by itself: the one that is sure, or none."""

from collections.abc import Sequence

from helpdesk.register.comparing import WEIGHTS, Candidate

SURE, LEAD = 0.85, 0.08
"""A candidate is proposed by itself from this score on, if it leads the next by this much."""

OF_NO_WEIGHT = {"phone"}
"""What may differ although there is no doubt: managers give their mobiles."""


def proposed(found: Sequence[Candidate]) -> Candidate | None:
    """The first of `found`, the likeliest first, if it is registered and sure enough."""
    if not found or not found[0].place.is_registered or not found[0].place.location_id:
        return None
    first = found[0]
    if first.of_provider and not first.exact and "phone" not in first.agrees:
        return None  # its provider may run another place there, with that name as well
    sure = first.score >= SURE and all(_lead(first, other) >= LEAD for other in _rivals(found))
    return first if sure or _beyond_doubt(first) else None


def likeliest(found: Sequence[Candidate]) -> Candidate | None:
    """The one that a person will look at first: the only one that there is, or the only exact."""
    exact = [each for each in found if each.exact]
    only = exact if len(exact) == 1 else found
    return only[0] if len(only) == 1 else None


def _rivals(found: Sequence[Candidate]) -> list[Candidate]:
    """All after the first but its earlier registrations, however many it had."""
    after, came_before = list(found[1:]), {found[0].place.cqc_id}
    while earlier := [each for each in after if _is_followed_by(each, came_before)]:
        came_before |= {each.place.cqc_id for each in earlier}
        after = [each for each in after if each not in earlier]
    return after


def _is_followed_by(candidate: Candidate, cqc_ids: set[str]) -> bool:
    place = candidate.place
    return not place.is_registered and not cqc_ids.isdisjoint(place.successors)


def _lead(first: Candidate, other: Candidate) -> float:
    # Two that score alike may share all but the telephone, which then tells them apart.
    tells = "phone" in first.agrees and any(what == "phone" for what, _, _ in other.differs)
    return first.score - other.score + tells * WEIGHTS["phone"]


def _beyond_doubt(candidate: Candidate) -> bool:
    """Whether its own id or code was given, and nothing else that was given speaks against it."""
    against = {what for what, _, _ in candidate.differs} - OF_NO_WEIGHT
    return candidate.exact and len(candidate.agrees) > 1 and not against
