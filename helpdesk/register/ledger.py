"""One table of the register while files are loaded: what it held, and what they add to it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from helpdesk.register.entries import Succession
from helpdesk.register.held import Held, Tally, Values
from helpdesk.register.twins import agree, twins

FROM_ODS = ("code", "code_closed_on", "parent_code")
"""What ODS knows best; the rest of a location or provider is CQC's to say."""

FILLED_FROM_ODS = ("address", "postcode", "postcode_key", "phone", "phone_key")
"""What is taken from ODS where CQC is silent."""

REPEATED = (
    *("service_types", "local_authority", "status", "registered_on", "deregistered_on"),
    *("provider_cqc_id", "status_on", "code_closed_on"),
)
"""Columns in which many rows have the same: it is kept once for all of them."""


class Claim(NamedTuple):
    """A file gives one organisation the code of another."""

    code: str
    held: Held  #: who claims it; who has it, if the register has no row for who claims it
    file: Tally
    told: str = ""  #: how the file calls who claims it, if the register has no row for that


class Ledger:
    """All rows of one table, found by CQC id or code. Nothing here touches the database."""

    def __init__(
        self,
        blank: Values,
        rows: Iterable[Sequence[Any]],
        former: Mapping[str, int],
        settled: Collection[str] = (),
    ) -> None:
        """`blank`: the columns, and what is in them where nothing is known.

        Of `rows` each is its number, its source, and its columns. `former`: codes that a row bore
        once, and no other may bear ever. `settled`: codes of which a person said whose they are.
        """
        self.merged: dict[int, int] = {}  #: id of a row that is to go -> id of its survivor
        self.confirmed: set[str] = set()  #: codes of which ODS says the same as CQC
        self._spoken_of: set[str] = set()  # codes of which there was a row of ODS's
        self._claims: dict[int, Claim] = {}
        self._disputed: dict[str, Claim] = {}  # by code: those that ODS gives to somebody else
        self._settled = settled
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
        bearers = {held.id: held for held in self._held} if former else {}
        self._former = {code: bearers[number] for code, number in former.items()}

    def rows(self) -> Iterator[Held]:
        """All rows, but those that were merged into others."""
        return (held for held in self._held if not held.gone)

    @property
    def claims(self) -> list[Claim]:
        """Which codes files gave to a second organisation."""
        claims = (*self._claims.values(), *self._disputed.values())
        return [claim for claim in claims if not claim.held.gone]

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
        """Name the successors that were told by their codes: by CQC id where there is one.

        A code that another followed on is closed, unless ODS's own row of it says otherwise.
        """
        for (code, successor_code, day), file in self._successions:
            held, successor = self._bearer(code), self._bearer(successor_code)
            if held is None or held is successor:
                continue
            known = successor["cqc_id"] if successor else None
            if not held["successors"]:
                held.put("successors", known or successor_code, file)
            if day and code not in self._spoken_of:
                held.put("code_closed_on", day, file)

    def merge_twins(self) -> None:
        """Make one of two rows that are one: what only ODS knows, and what CQC says of it."""
        for loose in list(self._loose.values()):
            if known := self._by_code.get(loose["code"]):
                self._merge(loose, into=known)
        for known, loose in twins(
            list(self._by_cqc_id.values()),
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
        if held["code"] != code:
            return  # it is spoken of by a code that was its own once
        self._spoken_of.add(code)
        if held["cqc_id"] and not agree(held, said):
            if code not in self._settled:
                told = ", ".join(filter(None, (said["name"], said["postcode"])))
                self._disputed[code] = Claim(code, held, file, told)
            return
        self.confirmed.add(code)
        self._disputed.pop(code, None)
        self._add(held, said, file)
        held.put("code_closed_on", said["deregistered_on"], file)
        if not held["cqc_id"]:  # what ODS opened again is open
            held.put("status", said["status"], file)
            held.put("deregistered_on", said["deregistered_on"], file)

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
        for name, value in said.items():
            if value in ("", None) or (of_ods and not _ods_may_say(name, held)):
                continue
            if name == "code" and self._is_anothers(value, held, said):
                if value not in self._settled:
                    self._claims[id(held)] = Claim(value, held, file)
            else:
                held.put(name, self._kept(value) if name in REPEATED else value, file)
        if held["code"] != before:
            self._recoded(held, before, file)
            if not said.get("code_closed_on"):
                held.put("code_closed_on", None, file)

    def _recoded(self, held: Held, before: str, file: Tally) -> None:
        if before and self._by_code.get(before) is held:
            del self._by_code[before]
            self._former[before] = held
        self._index(held)
        if held["successors"] == held["code"]:  # it was given the code that followed on its own
            held.put("successors", "", file)

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
        told_by = spoken_of_in or Tally(loose.source)
        self._add(into, {**loose.values(), "cqc_id": None}, told_by)
        if (
            spoken_of_in is None
        ):  # the files said nothing new of it: what they said of `into` did it
            into.altered_in = altered_in or into.seen_in
        if loose.id is not None and into.is_new:
            into.take_place_of(loose)
        elif loose.id is not None and into.id is not None:
            self.merged[loose.id] = into.id


def _ods_may_say(name: str, held: Held) -> bool:
    return name in FROM_ODS or (name in FILLED_FROM_ODS and not held[name])


def _spoken(said: Values) -> Values:
    return {name: value for name, value in said.items() if value not in ("", None)}


def _credit(file: Tally | None, *, new: int = 0, changed: int = 0) -> None:
    if file is not None:
        file.new += new
        file.changed += changed
