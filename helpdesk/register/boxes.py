"""What the ids and codes are that a request holds: they stand in each other's boxes at times."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from helpdesk.database import Reader
from helpdesk.register.codes import ids_in, parent_in, site_in
from helpdesk.register.comparing import Key, Wanted
from helpdesk.register.places import Place, locations, providers
from helpdesk.register.ways import LOCATION_ID, PARENT_CODE, PROVIDER_ID, SITE_CODE


class Boxes(NamedTuple):
    """The ids and codes that were read, in whatever box they stand."""

    wanted: Wanted
    ids: Sequence[str]
    sites: Sequence[str]
    parents: Sequence[str]

    @property
    def are_empty(self) -> bool:
        return not (self.ids or self.sites or self.parents)


class Told(NamedTuple):
    """What each of them is, and the providers that are meant and run no place."""

    keys: tuple[Key, ...]
    alone: Sequence[Place]


def boxes(wanted: Wanted) -> Boxes:
    """What stands in the boxes of a request."""
    ids = (*ids_in(wanted.location_id), *ids_in(wanted.provider_id))
    site, parent = site_in(wanted.code), parent_in(wanted.code)
    return Boxes(
        wanted,
        tuple(dict.fromkeys(ids)),
        (site,) if site else (),
        (parent,) if parent else (),
    )


def told(reader: Reader, given: Boxes, found: Sequence[Place]) -> Told:
    """Each id and code for what it is, by the places that were `found` by them, or else asked."""
    if given.are_empty:
        return Told((), ())
    known = {place.provider_cqc_id: PROVIDER_ID for place in found}
    known |= {place.cqc_id: LOCATION_ID for place in found if place.location_id}
    alone: list[Place] = []
    for cqc_id in given.ids:
        if cqc_id in known:
            continue
        if locations(reader, "l.cqc_id = :key", key=cqc_id):
            known[cqc_id] = LOCATION_ID
        elif run := providers(reader, "p.cqc_id = :key", key=cqc_id):
            alone += run
            known[cqc_id] = PROVIDER_ID
    wanted = given.wanted
    keys = [
        *_ids(LOCATION_ID, wanted.location_id, known),
        *_ids(PROVIDER_ID, wanted.provider_id, known),
        *(Key(SITE_CODE, wanted.code, site) for site in given.sites),
        *(Key(PARENT_CODE, wanted.code, parent) for parent in given.parents),
    ]
    return Told(tuple(dict.fromkeys(keys)), alone)


def _ids(what: str, written: str, known: Mapping[str, str]) -> list[Key]:
    """The ids that were written into a box: what the register does not know is no reading."""
    readings = ids_in(written)
    read = [each for each in readings if each in known] or readings[:1]
    return [Key(known.get(each, what), written, each) for each in read]
