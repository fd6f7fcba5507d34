"""One table of the register while files are loaded: what it held, and what they add to it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from helpdesk.register.entries import Succession
from helpdesk.register.held import FROM_ODS, Claim, Held, Tally, Values
from helpdesk.register.known import Known
from helpdesk.register.twins import agree, twins

REPEATED = (
    *("service_types", "local_authority", "status", "registered_on", "deregistered_on"),
    *("provider_cqc_id", "status_on", "code_closed_on"),
)
"""Columns in which many rows have the same: it is kept once for all of them."""


class Ledger:
    """All rows of one table, found by CQC id or code. Nothing here touches the database."""

    def __init__(self, blank: Values, rows: Iterable[Sequence[Any]], known: Known) -> None:
        """`blank`: the columns, and what is in them where nothing is known.

        Of `rows` each is its number, its source, and its columns. `known`: the codes that were ever
        given: what a row bore once, no other may bear ever.
        """
        self.known = known
        self.merged: dict[int, int] = {}  #: id of a row that is to go -> id of its survivor
        self.confirmed: set[str] = set()  #: codes of which ODS says the same as CQC
        self._claims: dict[int, Claim] = {}
        self._disputed: dict[str, Claim] = {}  # by code: those that ODS gives to somebody else
        self._told_by: dict[str, Tally] = {}  # by code: the file of ODS's that spoke of it last
        self._successions: list[tuple[Succession, Tally]] = []
        self._places = {name: place for place, name in enumerate(blank)}
        self._blank = tuple(blank.values())
        self._once: dict[Any, Any] = {}
        self._held: list[Held] = []
        self._by_cqc_id: dict[str, Held] = {}
        self._by_code: dict[str, Held] = {}
        self._loose: dict[str, Held] = {}  # by code: those that only ODS knows
        repeated = [self._places[name] for name in REPEATED if name in blank]
        for number, source, *cells in rows:
            for place in repeated:
                cells[place] = self._kept(cells[place])
            self._keep(Held(self._places, cells, self._kept(source), number))
        numbered = {held.id: held for held in self._held}
        self._former = {
            code.value: numbered[code.bearer]
            for code in known
            if code.bearer in numbered and numbered[code.bearer]["code"] != code.value
        }

    def rows(self) -> Iterator[Held]:
        """All rows, but those that were merged into others."""
        return (held for held in self._held if not held.gone)

    @property
    def claims(self) -> list[Claim]:
        """Which codes files gave to a second organisation."""
        both = (*self._claims.values(), *self._disputed.values())
        return [claim for claim in both if not claim.held.gone]

    def take(self, said: Values, file: Tally) -> None:
        """Take in what a file says of one row; "" and None say nothing."""
        held = self._find(said) or self._made(said, file)
        if held.seen_in is not file:
            held.seen_in = file
            file.touched += 1
        if not said["cqc_id"]:
            self._take_from_ods(held, said, file)
            return
        if said["code"]:
            held.is_coded = True
            self._claims.pop(id(held), None)  # whatever was said before
        if held.outdates(file):  # no older list revives what a newer file ended
            said = {**said, "status": "", "deregistered_on": None}
        elif said["status"] and file.of:
            held.note("status_on", file.of)
        self._add(held, said, file)

    def note_succession(self, succession: Succession, file: Tally) -> None:
        """Note which code followed on which; what becomes of it `follow` decides."""
        self._successions.append((succession, file))

    def follow(self) -> None:
        """Name the successors that were told by their codes: by CQC id where there is one."""
        for (code, successor_code, _), file in self._successions:
            held, successor = self._bearer(code), self._bearer(successor_code)
            if held and held is not successor and not held["successors"]:
                known = successor["cqc_id"] if successor else None
                held.put("successors", known or successor_code, file)

    def merge_twins(self) -> None:
        """Make one of two rows that are one: what only ODS knows, and what CQC says of it."""
        for loose in list(self._loose.values()):
            if known := self._by_code.get(loose["code"]):
                self._merge(loose, into=known)
        for known, loose in twins(
            [
                (held, bool(held["code"]) and not self.known.is_of_ranges(held["code"]))
                for held in self._by_cqc_id.values()
            ],
            [held for held in self._loose.values() if not held.gone],
        ):
            self._merge(loose, into=known)

    def new(self) -> Iterator[Held]:
        """The rows that are yet to be written."""
        return (held for held in self._held if held.is_new and not held.gone)

    def changed(self) -> Iterator[Held]:
        """The rows that differ from what the database has."""
        return (held for held in self._held if held.is_changed and not held.gone)

    def number(self, rows: Iterable[tuple[int, str | None, str]]) -> None:
        """Tell new rows their numbers, now that the database has them: by CQC id or code."""
        for number, cqc_id, code in rows:
            held = self._by_cqc_id.get(cqc_id) if cqc_id else self._loose.get(code)
            if held is not None and held.is_new:
                held.id = number

    def count(self) -> None:
        """Credit each new or changed row to the file that made it so."""
        for held in self.new():
            _credit(held.made_in, new=1)
            if held.altered_in is not held.made_in:
                _credit(held.altered_in, changed=1)
        for held in self.changed():
            _credit(held.altered_in, changed=1)

    def _take_from_ods(self, held: Held, said: Values, file: Tally) -> None:
        code = said["code"]
        self.known.close(code, said, file)
        if held["code"] != code:
            return  # it is spoken of by a code that was its own once
        told_before = self._told_by.get(code) is file  # a file of ODS's has each code once
        self._told_by[code] = file
        if (not held["cqc_id"] and not told_before) or self._is_one(held, said):
            self.confirmed.add(code)
            self._disputed.pop(code, None)
            if held["cqc_id"]:
                self.known.agreed.add(code)
            self._add(held, said, file)
        elif self.known.is_settled(code):
            self._add(held, {name: said.get(name) for name in ("cqc_id", *FROM_ODS)}, file)
        else:
            told = ", ".join(filter(None, (said["name"], said["postcode"])))
            self._disputed[code] = Claim(code, held, file, told)
        held.put("code_closed_on", self.known.closed.get(code), file)
        if not held["cqc_id"] and code not in self._disputed:  # what ODS opened again is open
            held.put("status", said["status"], file)
            held.put("deregistered_on", said["deregistered_on"], file)

    def _is_one(self, held: Held, said: Values) -> bool:
        """Whether what ODS says under the code of a row may be said of it."""
        return (held["cqc_id"] and held["code"] in self.known.agreed) or agree(held, said)

    def _find(self, said: Values) -> Held | None:
        if said["cqc_id"]:
            return self._by_cqc_id.get(said["cqc_id"])
        return self._bearer(said["code"]) or self._former.get(said["code"])

    def _bearer(self, code: str) -> Held | None:
        return self._by_code.get(code) or self._loose.get(code)

    def _made(self, said: Values, file: Tally) -> Held:
        held = Held(self._places, list(self._blank), file.file, is_new=True, made_in=file)
        held.put("cqc_id", said["cqc_id"] or None, file)
        if not said["cqc_id"]:
            held.put("code", said["code"], file)
        return self._keep(held)

    def _keep(self, held: Held) -> Held:
        self._held.append(held)
        self._index(held)
        return held

    def _kept(self, value: Any) -> Any:
        return self._once.setdefault(value, value)

    def _index(self, held: Held) -> None:
        cqc_id, code = held["cqc_id"], held["code"]
        if cqc_id:
            self._by_cqc_id[cqc_id] = held
        if code:
            (self._by_code if cqc_id else self._loose).setdefault(code, held)

    def _add(self, held: Held, said: Values, file: Tally) -> None:
        of_ods = bool(held["cqc_id"]) and not said["cqc_id"]
        before = held["code"]
        if said["cqc_id"] and held.comes_to_another(said.get("provider_cqc_id")):
            held.put("parent_code", "", file)  # it was that of who ran it before
        for name, value in said.items():
            if value in ("", None) or (of_ods and not held.ods_may_say(name)):
                continue
            if name == "code" and self._is_outranked(value, held, said):
                continue
            if name == "code" and self._is_anothers(value, held, said):
                if not self.known.is_settled(value):
                    self._claims[id(held)] = Claim(value, held, file)
            else:
                held.put(name, self._kept(value) if name in REPEATED else value, file)
        if held["code"] != before:
            self._recoded(held, before, file)
            held.put("code_closed_on", self.known.closed.get(held["code"]), file)

    def _recoded(self, held: Held, before: str, file: Tally) -> None:
        if before and self._by_code.get(before) is held:
            del self._by_code[before]
            self._former[before] = held
        self._index(held)
        if held["successors"] == held["code"]:  # it was given the code that followed on its own
            held.put("successors", "", file)

    def _is_outranked(self, code: str, held: Held, said: Values) -> bool:
        """Whether CQC says a code of before, and a person gave another since, or ODS closed it."""
        if not said["cqc_id"] or self._former.get(code) is not held:
            return False
        return self.known.is_by_people(held["code"]) or code in self.known.closed

    def _is_anothers(self, code: str, held: Held, said: Values) -> bool:
        """Whether a code is, or once was, that of another organisation."""
        bearer = self._by_code.get(code) or self._former.get(code)
        loose = self._loose.get(code)
        if bearer is None and loose and not agree({**held.values(), **_spoken(said)}, loose):
            bearer = loose
        return bearer is not None and bearer is not held

    def _merge(self, loose: Held, *, into: Held) -> None:
        # The row that CQC knows survives; if it is new, it takes the other's place, and whatever
        # refers to that refers to it. Which file said the code is known by the row it came in.
        spoken_of_in, altered_in = loose.altered_in or loose.made_in, into.altered_in
        loose.gone = True
        self.known.agreed.add(loose["code"])
        told_by = spoken_of_in or Tally(loose.source)
        self._add(into, {**loose.values(), "cqc_id": None}, told_by)
        if (
            spoken_of_in is None
        ):  # the files said nothing new of it: what they said of `into` did it
            into.altered_in = altered_in or into.seen_in
        if loose["successors"] and not into["successors"]:
            into.put("successors", loose["successors"], told_by)
        if loose.id is not None and into.is_new:
            into.take_place_of(loose)
        elif loose.id is not None and into.id is not None:
            self.merged[loose.id] = into.id


def _spoken(said: Values) -> Values:
    return {name: value for name, value in said.items() if value not in ("", None)}


def _credit(file: Tally | None, *, new: int = 0, changed: int = 0) -> None:
    if file is not None:
        file.new += new
        file.changed += changed
