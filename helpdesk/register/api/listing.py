"""Which documents CQC's API has: those of all that is registered, or of what changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from helpdesk.errors import ApiDown
from helpdesk.register.api.calling import Caller, NotThere, Unanswered
from helpdesk.register.codes import read_id

PER_PAGE = 1_000

MOST_PAGES = 20_000
"""A hundred times what the API has: a list that goes on and on is none."""


AGAIN = "type the same command again later"


class Kind(NamedTuple):
    """One sort of document."""

    place: str  #: where they are
    number: str  #: what their id is called
    changes: str  #: where those are listed that changed


KINDS = (
    Kind("locations", "locationId", "location"),
    Kind("providers", "providerId", "provider"),
)
BY_PLACE = {kind.place: kind for kind in KINDS}


class Listed(NamedTuple):
    """What there is of one kind."""

    ids: tuple[str, ...]
    total: int  #: how many the API says there are
    strange: int  #: ids that no load would take


def listed(caller: Caller, kind: Kind, since: datetime | None, until: datetime) -> Listed:
    """All ids of that kind, or those of what changed from `since` to `until`.

    No filter is set: the one by inspection directorate leaves out what CQC has not sorted yet,
    and that is what is newly registered.
    """
    ids: dict[str, None] = {}
    total = 0
    for page in _pages(caller, kind, since, until):
        found = dict.fromkeys(_id(each, kind) for each in _list(page, kind, since))
        total = max(total, _number(page, "total"))
        if found.keys() <= ids.keys():
            break  # nothing, or the same again: whoever answers does not turn pages
        ids |= found
    known = tuple(each for each in ids if each and read_id(each) == each)
    return Listed(known, total, len(ids) - len(known))


def _pages(
    caller: Caller, kind: Kind, since: datetime | None, until: datetime
) -> Iterator[dict[str, Any]]:
    """The pages of the list, asked for by number: an address that it names is not followed."""
    place = ("changes", kind.changes) if since else (kind.place,)
    span = _span(since, until) if since else {}
    for number in range(1, MOST_PAGES + 1):
        try:
            page = caller.ask(*place, page=number, perPage=PER_PAGE, **span)
        except NotThere:
            if number > 1:  # it went on for no longer than that
                return
            raise ApiDown(
                f"{caller.host} has no list of {kind.place} (404): correct cqc.api_url"
            ) from None
        except Unanswered as why:
            raise ApiDown(f"{caller.host} does not list {kind.place}: {why}; {AGAIN}") from None
        yield page
        if not page.get("nextPageUri") and number >= _number(page, "totalPages"):
            return


def _list(page: dict[str, Any], kind: Kind, since: datetime | None) -> list[Any]:
    name = "changes" if since else kind.place
    found = page.get(name)
    if not isinstance(found, list):
        raise ApiDown(f"what should list {kind.place} has no {name}: correct cqc.api_url")
    return found


def _id(listed: object, kind: Kind) -> str:
    found = listed.get(kind.number) if isinstance(listed, dict) else listed
    return found if isinstance(found, str) else ""


def _number(page: dict[str, Any], name: str) -> int:
    found = page.get(name)
    return found if isinstance(found, int) else 0


def _span(since: datetime, until: datetime) -> dict[str, str]:
    names = ("startTimestamp", "endTimestamp")
    moments = (each.astimezone(UTC) for each in (since, until))
    return {name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in zip(names, moments, strict=True)}
