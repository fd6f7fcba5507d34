"""The codes that were ever given, while files are loaded, and what ODS says of them."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from helpdesk.models import Origin
from helpdesk.register.held import Tally, Values
from helpdesk.register.places import DEREGISTERED

BY_PEOPLE = (Origin.AGENT, Origin.MOVED, Origin.POOL)
"""How a code came to a row if it was no file that said it."""


class KnownCode(NamedTuple):
    """A code that was given, and what is known of it."""

    value: str
    bearer: int | None  #: the row of whose it is
    origin: str  #: one of Origin
    closed_on: date | None
    agreed: bool


class Known:
    """The codes of one level."""

    def __init__(self, codes: Iterable[KnownCode] = ()) -> None:
        self._codes = {code.value: code for code in codes}
        self.closed = {code.value: code.closed_on for code in self if code.closed_on}
        self.agreed = {code.value for code in self if code.agreed}  #: CQC and ODS had them for one

    def __iter__(self) -> Iterator[KnownCode]:
        return iter(self._codes.values())

    def is_settled(self, value: str) -> bool:
        """Whether a supervisor said whose it is."""
        return self._origin(value) == Origin.MOVED

    def is_of_ranges(self, value: str) -> bool:
        """Whether the desk gave it from its own ranges: what ODS gave instead outranks that."""
        return self._origin(value) == Origin.POOL

    def is_by_people(self, value: str) -> bool:
        """Whether no file was the first to say it."""
        return self._origin(value) in BY_PEOPLE

    def close(self, value: str, said: Values, file: Tally) -> None:
        """Note when ODS closed it, or that it is open; without a day, that of the file, or now."""
        day = said["deregistered_on"]
        if said["status"] == DEREGISTERED and not day:
            day = self.closed.get(value) or file.of or file.read_on
        if day:
            self.closed[value] = day
        else:
            self.closed.pop(value, None)

    def changed(self) -> list[dict[str, object]]:
        """What is known of codes, of those of which it is not what it was."""
        spoken_of = self._codes.keys() | self.closed.keys() | self.agreed
        now = {value: (self.closed.get(value), value in self.agreed) for value in spoken_of}
        before = {code.value: (code.closed_on, code.agreed) for code in self}
        return [
            {"this": value, "on": closed, "so": agreed}
            for value, (closed, agreed) in now.items()
            if (closed, agreed) != before.get(value, (None, False))
        ]

    def _origin(self, value: str) -> str:
        return self._codes[value].origin if value in self._codes else Origin.REGISTER
