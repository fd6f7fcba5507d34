"""The codes that a call is provided: the register's, new ones, or what ODS said."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from helpdesk.config.settings import Codes as Pools
from helpdesk.desk import checking
from helpdesk.desk.organisations import place_of
from helpdesk.errors import BadValue
from helpdesk.journal import Who
from helpdesk.models import Call, Location, Origin, Provider
from helpdesk.register import codebook, giving
from helpdesk.register.codes import Code, read_parent, read_site
from helpdesk.register.giving import Given
from helpdesk.register.places import DEREGISTERED, Place, day_in_words
from helpdesk.register.pool import spans_of
from helpdesk.store import Tx
from workflows.refused import StepNotAllowed


class Wish(NamedTuple):
    """What an agent says of the codes that are to be provided."""

    site: str = ""  #: as ODS gave it, where the register has none
    parent: str = ""
    new: bool = False  #: allocate from the desk's own ranges what the register has not


NO_WISH = Wish()


class Provided(NamedTuple):
    """The codes of one organisation: "" where there is none."""

    site: str = ""
    parent: str = ""
    site_name: str = ""
    parent_name: str = ""
    given: tuple[Given, ...] = ()  #: those that the register did not have
    remarks: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        parts = [
            f"site code {self.site} ({self.site_name})" if self.site else "",
            f"parent code {self.parent} ({self.parent_name})" if self.parent else "",
        ]
        return ", ".join(filter(None, parts)) or "no code yet"

    @property
    def missing(self) -> tuple[str, ...]:
        """A word on what the letter has to leave out."""
        if self.site and not self.parent:
            return ("note: no parent code is known, and the letter says so",)
        return ()

    @property
    def has_any(self) -> bool:
        return bool(self.site or self.parent)

    def without(self, before: Iterable[str]) -> list[str]:
        """Those that were provided `before`, and are not any more."""
        return [code for code in before if code and code not in (self.site, self.parent)]

    @property
    def facts(self) -> dict[str, Any]:
        """What the letter says of them."""
        return {
            "site": self.site,
            "parent": self.parent,
            "site_name": self.site_name,
            "parent_name": self.parent_name,
            "newly_allocated": bool(self.given),
        }


def registered_codes(tx: Tx, call: Call) -> Provided:
    """The codes that the register has for the organisation that the call is traced to."""
    place = place_of(tx, call)
    return _registered(tx, place) if place else Provided()


def codes_for(tx: Tx, call: Call, wish: Wish, pools: Pools) -> Provided:
    """The codes to provide: the register's, or as wished for where it has none.

    Whoever asks is `alone` (giving.py) by then.

    BadValue if a given code cannot be one, is not the register's, or is or was another's.
    StepNotAllowed if the organisation is not registered any more, or its code is closed or in
    dispute.
    """
    place = place_of(tx, call)
    if place is None:
        return Provided()
    checking.check_living(call, place, wish.site or wish.parent)
    found = _registered(tx, place)
    read = list(_read(tx, wish, place.parent_code))
    for level, code in read:
        checking.check_given(tx, place, level, code, found.parent)
    said = {level for level, _ in read}
    checking.check_open(call, place, said, tx.now.date())
    checking.check_undisputed(tx, place, call, said)
    given = [Given(code.value, level, Origin.AGENT) for level, code in read]
    if wish.new:
        given += _of_pool(tx, place, pools, {each.level for each in given})
    known = {each.level: each.value for each in given}
    checking.check_site(tx, call, place, (known.get("site", found.site), found.parent), said)
    return found._replace(
        site=known.get("site", found.site),
        parent=known.get("parent", found.parent),
        given=tuple(each for each in given if each.value not in (found.site, found.parent)),
        remarks=(
            *found.remarks,
            *(word for _, code in read for word in code.remarks),
            *_warnings(tx, place, {code.value for _, code in read}, is_new=wish.new),
        ),
    )


def _warnings(tx: Tx, place: Place, said: set[str], *, is_new: bool) -> Iterator[str]:
    """What the agent should look at once more, though nothing forbids it."""
    for each in codebook.of_ods_alone(tx, place) if is_new else ():
        yield f"note: ODS has {each.words} for that name and postcode"
    for value in sorted(said):
        holder = codebook.holder(tx, value)
        if holder and (closed := holder.closed_by(tx.now.date())):
            yield f"note: ODS closed {value} on {day_in_words(closed)}, and you gave it"


def keep(tx: Tx, call: Call, codes: Provided, who: Who) -> None:
    """Write the codes that the register did not have into it, and whose they are for ever."""
    place = place_of(tx, call)
    if place is None:
        return
    location = tx.session.get(Location, place.location_id) if place.location_id else None
    provider = tx.session.get(Provider, place.provider_id) if place.provider_id else None
    for given in codes.given:
        if given.level == "site" and location:
            giving.bear(tx, location, given.value, who.by)
        elif given.level == "parent":
            provider = provider or _new_provider(tx, place, who)
            if provider:
                giving.bear(tx, provider, given.value, who.by)
            elif location:
                location.parent_code = given.value
                location.source, location.loaded_at = who.by, tx.now
                giving.count(tx)
        tx.session.flush()
        giving.give(tx, given, place_of(tx, call) or place, who.by, call.id)


def _new_provider(tx: Tx, place: Place, who: Who) -> Provider | None:
    """A row for the provider of `place`, so that all of its places bear the same parent code."""
    if not place.provider_cqc_id:
        return None
    name = place.provider_name or f"the provider of {place.name}"
    row = Provider(cqc_id=place.provider_cqc_id, name=name, source=who.by, loaded_at=tx.now)
    return tx.add(row)


def check_same(tx: Tx, call: Call, wish: Wish) -> None:
    """StepNotAllowed if a code is given that the call, allocated already, was not provided."""
    provided = (call.site_code, call.parent_code)
    if any(code.value not in provided for _, code in _read(tx, wish, call.parent_code)):
        raise StepNotAllowed(
            f"{call.reference} was allocated {' and '.join(filter(None, provided))} already; if"
            f" that was wrong: helpdesk recode {call.reference} --reason '...'"
        )


def _registered(tx: Tx, place: Place) -> Provided:
    """The codes of `place`; no parent code that is another's, or of who is registered no more."""
    name = place.provider_name or place.name
    found = Provided(place.site_code, place.parent_code, place.name, name)
    holder = codebook.holder(tx, place.parent_code) if place.parent_code else None
    # What ODS alone knows may be the same provider, written otherwise.
    if holder and holder.cqc_id and not holder.is_of(place):
        why = f"is that of {holder.title}, and the place is {name}'s"
    elif place.parent_code and place.provider_status == DEREGISTERED:
        why = f"is that of {name}, which is not registered any more"
    elif holder and (closed := holder.closed_by(tx.now.date())):
        why = f"was closed by ODS on {day_in_words(closed)}"
    else:
        return found
    return found._replace(
        parent="", remarks=(f"note: {place.parent_code} {why}: it is left out, ask ODS",)
    )


def _read(tx: Tx, wish: Wish, parent: str) -> Iterator[tuple[str, Code]]:
    """The codes that are wished for; councils and trusts have parent codes of other shapes.

    `parent` is the one that the register has.
    """
    if wish.site:
        yield "site", read_site(wish.site)
    if wish.parent:
        plain = "".join(wish.parent.upper().split())
        holder = codebook.holder(tx, plain)
        is_known = plain == parent or (holder is not None and holder.level == "parent")
        yield "parent", Code(plain) if is_known else read_parent(wish.parent)


def _of_pool(tx: Tx, place: Place, pools: Pools, said: set[str]) -> Iterator[Given]:
    if place.location_id and not place.site_code and "site" not in said:
        code = giving.next_of_pool(tx, spans_of(pools.site_pool), "site code")
        yield Given(code, "site", Origin.POOL)
    if not place.parent_code and "parent" not in said:
        if beside := checking.codes_beside(tx, place):
            raise BadValue(
                f"other places of {place.provider_name or place.provider_cqc_id} have the parent"
                f" code {' or '.join(beside)}: give that with --parent, and no new one"
            )
        code = giving.next_of_pool(tx, spans_of(pools.parent_pool), "parent code")
        yield Given(code, "parent", Origin.POOL)
