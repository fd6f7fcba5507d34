"""What requesters write of a place, and never quite what the register has: seeded.

Each kind is one slip, done to all that is known of a registered place; two of three requests have
another slip besides, or a fact that is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from benchmarks import hands, slips
from benchmarks.slips import Known, Slip
from helpdesk.register.comparing import Wanted
from helpdesk.register.keys import name_key

SEED = 2026


class Asked(NamedTuple):
    """One request: what was done to it, what it says, and the place that it means."""

    kind: str
    wanted: Wanted
    truth: str  #: the CQC id


WITHOUT_ID: Mapping[str, Slip] = {
    "as it is": slips.as_it_is,
    "a typo": slips.typo,
    "two typos": slips.two_typos,
    "Ltd": slips.company,
    "known as": slips.known_as,
    "a trading name": slips.trading_name,
    "the provider's name": slips.providers_name,
    "both names": slips.both_names,
    "a mobile": slips.mobile_given,
    "an old phone": slips.old_phone,
    "the head office's postcode": slips.head_office,
    "no postcode": slips.no_postcode,
    "no phone": slips.no_phone,
    "no name": slips.no_name,
    "name and town": slips.name_and_town,
    "the town added": slips.town_added,
    "lower case": slips.lower,
    "look-alikes in the postcode": slips.look_alikes,
    "a slip in the postcode": slips.postcode_slip,
    "St, &": slips.shorter,
    "Care Home": slips.care_words,
    "a word less": slips.word_less,
    "two words in one": slips.joined,
    "an earlier name": slips.earlier_name,
    "a slip anywhere": hands.slip_anywhere,
    "the provider's name beside": hands.beside_provider,
    "run together": hands.run_together,
    "phone as typed": hands.phone_as_typed,
    "code as typed": hands.code_as_typed,
    "a sister's phone": hands.sisters_phone,
    "a sister's postcode": hands.sisters_postcode,
    "a sister's id": hands.sisters_id,
}
WITH_ID: Mapping[str, Slip] = {
    "id": slips.as_it_is,
    "id, both": slips.both_ids,
    "id swapped": slips.swapped,
    "id of the provider": slips.providers_id,
    "id of a former registration": slips.former_id,
    "id as typed": hands.id_as_typed,
    "id beside another": hands.two_ids_in_one_box,
    "id alone": slips.id_alone,
    "id, two typos": slips.two_typos,
    "id, the provider's name": slips.providers_name,
    "id, a trading name": slips.trading_name,
    "id, the head office's postcode": slips.head_office,
    "id, an old phone and no postcode": slips.then(slips.old_phone, slips.no_postcode),
    "id, lower case": slips.lower,
    "id swapped, a slip in the postcode": slips.then(slips.swapped, slips.postcode_slip),
    "id, an earlier name": slips.earlier_name,
    "id and code": slips.code,
}
"""What a request says beside an id; the other kinds have none."""

BESIDES: Sequence[Slip] = (
    slips.typo,
    slips.company,
    slips.care_words,
    slips.lower,
    slips.town_added,
    slips.shorter,
    slips.mobile_given,
)
ENOUGH = {"id alone", "no name", "name and town", "two typos"}
"""Kinds to which nothing more is done."""
ALWAYS = {"as it is", "id"}


def known_places(
    locations: Sequence[Mapping[str, Any]], providers: Sequence[Mapping[str, Any]]
) -> list[Known]:
    """The registered places of these rows, as subjects of requests."""
    by_id = {row["cqc_id"]: row for row in locations}
    run_by = {row["cqc_id"]: row for row in providers}
    run: dict[str, list[Mapping[str, Any]]] = {}
    for row in locations:
        run.setdefault(row["provider_cqc_id"], []).append(row)
    found = []
    for row in locations:
        if row["status"] != "Registered":
            continue
        provider = run_by.get(row["provider_cqc_id"], {})
        others = [each for each in run[row["provider_cqc_id"]] if _is_another(each, row)]
        elsewhere = [each["postcode"] for each in others if each["postcode"] != row["postcode"]]
        former = next(filter(None, map(by_id.get, row["predecessors"].split())), None)
        found.append(
            Known(
                cqc_id=row["cqc_id"],
                name=row["name"],
                also_known_as=row["also_known_as"],
                town=row["address"].rpartition(", ")[2],
                postcode=row["postcode"],
                phone=row["phone"],
                site_code=row["code"],
                provider_id=row["provider_cqc_id"],
                provider_name=provider.get("name", ""),
                head_office=provider.get("postcode") or next(iter(elsewhere), "EC1A 1BB"),
                former=former,
                sister=next(iter(others), None),
            )
        )
    return found


def _is_another(other: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return other["status"] == "Registered" and name_key(other["name"]) != name_key(row["name"])


def requests(places: Sequence[Known], seed: int = SEED) -> Iterator[Asked]:
    """Every kind of request for each place that it can be made for."""
    for place in places:
        for kinds, gives_id in ((WITHOUT_ID, False), (WITH_ID, True)):
            for kind, slip in kinds.items():
                dice = Random(f"{seed} {place.cqc_id} {kind}")  # noqa: S311  # the same each time
                plain = _plain(place, gives_id=gives_id)
                first = slip(plain, place, dice)
                if first == plain and kind not in ALWAYS:
                    continue  # it cannot be made for this place
                yield Asked(kind, _besides(first, place, dice, kind), place.cqc_id)


def _plain(place: Known, *, gives_id: bool) -> Wanted:
    return Wanted(
        organisation=place.name,
        postcode=place.postcode,
        phone=place.phone,
        location_id=place.cqc_id if gives_id else "",
    )


def _besides(wanted: Wanted, place: Known, dice: Random, kind: str) -> Wanted:
    """Another slip, or a fact less, in two of three: but never so that nothing is left."""
    toss = dice.random()
    if toss < 0.34 or kind in ENOUGH:
        return wanted
    if toss < 0.5 and wanted.phone and (wanted.postcode or wanted.location_id):
        return wanted._replace(phone=dice.choice(("", slips.mobile(dice))))
    if toss < 0.56 and wanted.postcode == place.postcode and wanted.phone == place.phone:
        return wanted._replace(postcode="") if wanted.organisation else wanted
    return dice.choice(BESIDES)(wanted, place, dice)
