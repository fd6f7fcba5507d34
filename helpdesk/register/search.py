"""Finds the places that a request may mean, with what agrees and what differs: for a trace."""

from helpdesk.database import Reader
from helpdesk.register.codes import is_code, read_cqc_id, read_parent, read_site
from helpdesk.register.comparing import (
    Candidate,
    Wanted,
    given,
)
from helpdesk.register.places import Place, locations, providers
from helpdesk.register.searching import Search
from helpdesk.register.ways import (
    Found,
)


def candidates(reader: Reader, wanted: Wanted, limit: int = 5) -> list[Candidate]:
    """The places that may be meant, the likeliest first; none if nothing fits at all.

    Those whose own id or code was given come first if the rest broadly agrees; what such a place
    became comes before it. Then by score, and of equal ones the registered before the
    deregistered, then whoever agrees in more.
    """
    search = Search(reader, given(wanted))
    search.by_keys()
    for way in (search.by_provider, search.by_words, search.by_near_words, search.by_outcode):
        if search.has_strong:
            break
        way()
    search.follow(limit)
    return search.likeliest(limit)


def compared(reader: Reader, place: Place, found_by: str, wanted: Wanted) -> Candidate:
    """One place, however it was found, beside what is wanted."""
    search = Search(reader, given(wanted))
    search.tell_keys([place])
    search.add([Found(found_by, place)])
    return next(iter(search.found.values()))


def location_by(reader: Reader, text: str) -> Place | None:
    """The location with that CQC id or site code; BadValue if `text` is neither."""
    if is_code(text):
        site = read_site(text).value
        found = locations(reader, "l.code = :code AND l.code <> ''", code=site)
    else:
        found = locations(reader, "l.cqc_id = :key", key=read_cqc_id(text))
    return next(iter(found), None)


def provider_by(reader: Reader, text: str) -> Place | None:
    """The provider with that CQC id or parent code; BadValue if `text` is neither."""
    if is_code(text):
        parent = read_parent(text).value
        found = providers(reader, "p.code = :code AND p.code <> ''", code=parent)
    else:
        found = providers(reader, "p.cqc_id = :key", key=read_cqc_id(text))
    return next(iter(found), None)
