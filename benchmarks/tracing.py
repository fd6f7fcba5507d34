"""How often the first candidate is the right one, and whether any is proposed that is wrong.

Every request of benchmarks/corruptions.py, on a made-up register of 60,000 places and on each real
one (register/..._truth.csv) in the folder that HELPDESK_REAL_DATA names. Bars: the first candidate
is right in 97 % of the requests without a CQC id and in 99.5 % of those with one; nothing wrong is
proposed; and where the place that is meant is taken out of the register, nothing at all is proposed
in 99.5 %. The share that is proposed is told beside them, kind by kind.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import sqlalchemy as sa

from benchmarks import registers
from benchmarks.corruptions import WITH_ID, Asked, Known, known_places, requests
from benchmarks.harness import Result, within
from helpdesk.database import Reader, Row, reading
from helpdesk.register.proposing import proposed
from helpdesk.register.search import candidates
from helpdesk.register.words import write_words

PLACES = 60_000
SUBJECTS, SUBJECTS_GONE = 300, 120
"""How many of the made-up places are asked for; of the real ones all are."""

WRONG_WITHOUT_ID, WRONG_WITH_ID, PROPOSED_THOUGH_GONE = 3.0, 0.5, 0.5  # per cent
SHARE = "%"


class Answer(NamedTuple):
    """What came of one request."""

    asked: Asked
    is_first: bool
    proposed: str  #: the CQC id; "" if nothing was sure enough

    @property
    def is_wrong(self) -> bool:
        return self.proposed not in ("", self.asked.truth)

    @property
    def has_id(self) -> bool:
        return self.asked.kind in WITH_ID


class _Connected:
    """A reader in a transaction that is yet to be rolled back."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, **parameters: object) -> Sequence[Row]:
        return [dict(row) for row in self._connection.execute(sa.text(sql), parameters).mappings()]


def measure() -> list[Result]:
    found = measured("made up", registers.made(PLACES), SUBJECTS, SUBJECTS_GONE)
    for name, rows in registers.real():
        found += measured(name, rows, sys.maxsize, sys.maxsize)
    return found


def measured(name: str, rows: registers.Rows, most: int, most_gone: int) -> list[Result]:
    places = known_places(*rows)
    some = Random(1).sample(places, most) if most < len(places) else places  # noqa: S311
    with registers.database(*rows) as url:
        with reading(url) as reader:
            answers = [_answer(reader, asked) for asked in requests(some)]
        gone = list(_without(url, some[:most_gone]))
    _print_kinds(name, answers)
    without, with_id = (
        [each for each in answers if each.has_id is has_id] for has_id in (False, True)
    )
    return [
        _wrong(f"{name}: first, no id", without, WRONG_WITHOUT_ID),
        _wrong(f"{name}: first, with an id", with_id, WRONG_WITH_ID),
        none_of(f"{name}: proposed and wrong", [each.is_wrong for each in answers]),
        _share(
            f"{name}: proposed though it is gone",
            [bool(each.proposed) for each in gone],
            PROPOSED_THOUGH_GONE,
        ),
        _share(f"{name}: proposed, no id", [bool(each.proposed) for each in without]),
        _share(f"{name}: proposed, with an id", [bool(each.proposed) for each in with_id]),
    ]


def _answer(reader: Reader, asked: Asked) -> Answer:
    found = candidates(reader, asked.wanted)
    best = proposed(found)
    is_first = bool(found) and found[0].place.cqc_id == asked.truth
    return Answer(asked, is_first, best.place.cqc_id if best else "")


def _without(url: str, places: Sequence[Known]) -> Iterator[Answer]:
    """The requests for each place, asked of a register that does not have it."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        for place in places:
            with connection.begin() as taken:
                bears = {"cqc_id": place.cqc_id}
                asked = sa.text("SELECT id FROM location WHERE cqc_id = :cqc_id")
                row = connection.execute(asked, bears).scalar_one()
                connection.execute(sa.text("DELETE FROM location WHERE cqc_id = :cqc_id"), bears)
                write_words(connection, [row])
                reader = _Connected(connection)
                yield from [_answer(reader, each) for each in requests([place])]
                taken.rollback()
    engine.dispose()


def _wrong(path: str, answers: Sequence[Answer], limit: float) -> Result:
    return _share(path, [not each.is_first for each in answers], limit)


def _share(path: str, so: Sequence[bool], limit: float | None = None) -> Result:
    share = 100 * sum(so) / len(so)
    words = f"of {len(so):,} requests"
    if limit is None:
        return Result("P12", path, share, words, 100, (share / 100,), 1, "to compare", SHARE)
    return within("P12", path, limit, [share], f"at the most, {words}", unit=SHARE)


def none_of(path: str, so: Sequence[bool]) -> Result:
    count: Any = sum(so)
    return Result("P12", path, count, f"none of {len(so):,}", 0, (count,), bar=0, unit="times")


def _print_kinds(name: str, answers: Sequence[Answer]) -> None:
    print(f"{name}: kind of request, how many, first candidate right, proposed, proposed wrong")
    asked = Counter(each.asked.kind for each in answers)
    right = Counter(each.asked.kind for each in answers if each.is_first)
    sure = Counter(each.asked.kind for each in answers if each.proposed)
    wrong = Counter(each.asked.kind for each in answers if each.is_wrong)
    for kind, count in asked.items():
        shares = f"{right[kind] / count:7.1%} {sure[kind] / count:7.1%} {wrong[kind]:3}"
        print(f"  {kind:<36} {count:5} {shares}")
