"""One row of the register while files are loaded: as the database has it, and as they leave it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from helpdesk.register.entries import Reject

FROM_ODS = ("code", "code_closed_on", "parent_code")
"""What ODS knows best; the rest of a location or provider is CQC's to say."""

FILLED_FROM_ODS = ("address", "postcode", "postcode_key", "phone", "phone_key")
"""What is taken from ODS where CQC is silent."""

Values = Mapping[str, Any]


@dataclass(eq=False)
class Tally:
    """What came of one file. Rows are counted, of locations and of providers."""

    file: str
    of: date | None = None  #: the day that it bears
    read_on: date | None = None  #: when the desk read it
    is_sure: bool = False  #: whether a person said that it is right, however old
    read: int = 0  #: its pieces, whatever became of them
    new: int = 0
    changed: int = 0
    touched: int = 0  #: rows that it says something of
    unlisted: int = 0  #: rows that an earlier list had, and this one has not
    skipped: Counter[str] = field(default_factory=Counter)
    rejected: list[Reject] = field(default_factory=list)
    odd_codes: list[str] = field(default_factory=list)  #: what stood where a code should be
    spared: int = 0  #: rows that it lacks, and that stay all the same

    def note_odd_code(self, code: str, name: str) -> None:
        """Note what cannot be a code: what was known before stays."""
        self.odd_codes.append(f"{code} of {name}")

    @property
    def unchanged(self) -> int:
        return max(0, self.touched - self.new - self.changed)


@dataclass(eq=False, slots=True)
class Held:
    """One row. Its cells lie in a list: a register of them in dicts would be thrice as large."""

    places: Mapping[str, int]  #: where in its cells each column is: one mapping for all rows
    cells: list[Any]
    source: str  #: the file that last changed it
    id: int | None = None
    was: list[Any] | None = None  #: its cells in the database; None if they are untouched
    is_new: bool = False  #: whether the database has no such row yet
    made_in: Tally | None = None  #: the file that first spoke of it
    altered_in: Tally | None = None  #: the file that last said something new of it
    seen_in: Tally | None = None
    is_coded: bool = False  #: whether a file of CQC's said its code
    gone: bool = False  #: it turned out to be the same as another, and was merged into that

    def __getitem__(self, name: str) -> Any:
        return self.cells[self.places[name]]

    @property
    def is_changed(self) -> bool:
        """Whether it differs in the end: what one file put, another may have put back."""
        return not self.is_new and self.was is not None and self.was != self.cells

    @property
    def is_only_listed(self) -> bool:
        """Whether nothing differs but that a list has it, or has it no more."""
        return self.differences().keys() <= {"listed", "status_on"}

    def ods_may_say(self, name: str) -> bool:
        """Whether what ODS says of that column counts although CQC knows the place."""
        return name in FROM_ODS or (name in FILLED_FROM_ODS and not self[name])

    def comes_to_another(self, provider: str | None) -> bool:
        """Whether another provider runs it from now on."""
        known = self["provider_cqc_id"] if "provider_cqc_id" in self.places else ""
        return bool(known and provider and provider != known)

    def outdates(self, file: Tally) -> bool:
        """Whether how the place stands is known by something newer than `file`."""
        days = [day for day in (self["status_on"], self["deregistered_on"]) if day]
        return bool(file.of and days and not file.is_sure) and file.of < max(days)

    def before(self, name: str) -> Any:
        """What the database has in a column."""
        return (self.cells if self.was is None else self.was)[self.places[name]]

    def values(self) -> dict[str, Any]:
        """What is in each column."""
        return dict(zip(self.places, self.cells, strict=True))

    def differences(self) -> dict[str, tuple[Any, Any]]:
        """What is different, by column: as it was, and as it is now."""
        if self.is_new or self.was is None:
            return {}
        both = zip(self.places, self.was, self.cells, strict=True)
        return {name: (was, now) for name, was, now in both if was != now}

    def put(self, name: str, value: object, file: Tally) -> None:
        held = self[name]
        if held == value or (name == "address" and f"{held},".startswith(f"{value},")):
            return  # the directory leaves out the county: that is no change of address
        self._set(name, value)
        self.source, self.altered_in = file.file, file

    def note(self, name: str, value: object) -> None:
        """Note what is no change of the place: that a list has it, or of when a file is."""
        if self[name] != value:
            self._set(name, value)

    def take_place_of(self, other: "Held") -> None:
        """Be the row of the database that `other` was."""
        self.id, self.is_new = other.id, False
        self.was = list(other.cells) if other.was is None else other.was

    def _set(self, name: str, value: object) -> None:
        if self.was is None and not self.is_new:
            self.was = list(self.cells)
        self.cells[self.places[name]] = value


class Claim(NamedTuple):
    """A file gives one organisation the code of another."""

    code: str
    held: Held  #: who claims it; who has it, if the register has no row for who claims it
    file: Tally
    told: str = ""  #: how the file calls who claims it, if the register has no row for that
