"""Which candidate the register proposes by itself: the one that is sure, or none."""

from collections.abc import Sequence

from helpdesk.register.comparing import WEIGHTS, Candidate
from helpdesk.register.overlaps import SAME_NAME

SURE, LEAD = 0.86, 0.1
"""A candidate is proposed by itself from this score on, if it leads the next by this much."""

OF_NO_WEIGHT = {"phone"}
"""What may differ although there is no doubt: managers give their mobiles."""


def proposed(found: Sequence[Candidate]) -> Candidate | None:
    """The first of `found`, the likeliest first, if it is registered and sure enough."""
    if not found or not found[0].place.is_registered or not found[0].place.location_id:
        return None
    first, rivals = found[0], _rivals(found)
    if _is_doubtful(first) or any(_is_named_better(other, first) for other in rivals):
        return None
    sure = first.score >= SURE and all(_lead(first, other) >= LEAD for other in rivals)
    return first if sure or _beyond_doubt(first) else None


def likeliest(found: Sequence[Candidate]) -> Candidate | None:
    """The one that a person will look at first: the only one that there is, or the only exact."""
    exact = [each for each in found if each.exact]
    only = exact if len(exact) == 1 else found
    return only[0] if len(only) == 1 else None


def _is_doubtful(first: Candidate) -> bool:
    """Whether the name may be that of another: its provider's other places, or anybody's."""
    here, called = "postcode" in first.agrees, "phone" in first.agrees
    if first.is_odd and not (here and called):
        return True
    # Its provider may run another place there, with that name as well.
    return first.of_provider and not called and not (first.exact and here)


def _is_named_better(other: Candidate, first: Candidate) -> bool:
    """Whether the name as given is rather that of `other`, and nothing else tells them apart."""
    if other.of_provider or other.own_name < SAME_NAME or other.own_name <= first.own_name:
        return False
    is_sister = other.place.provider_cqc_id == first.place.provider_cqc_id != ""
    is_elsewhere = any(what == "postcode" for what, _, _ in other.differs)
    return (other.own_name == 1 or first.of_provider) and (is_sister or not is_elsewhere)


def _rivals(found: Sequence[Candidate]) -> list[Candidate]:
    """All after the first but its earlier registrations, however many it had."""
    first = found[0].place
    # What ODS alone knows, and has closed, is an earlier registration of something.
    after = [each for each in found[1:] if each.place.cqc_id or not each.place.is_gone]
    came_before = {first.cqc_id, first.site_code} - {""}
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
