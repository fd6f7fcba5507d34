"""The words that places are found by, and how many places bear each: kept up to date by loads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from helpdesk.register.keys import spelt
from helpdesk.register.names import ALL

BATCH = 500
"""How many places are written at a time: fewer than SQLite takes as parameters."""

Thing = TypeVar("Thing")
Values = Mapping[str, Any] | sa.RowMapping

NAMES = ("name", "also_known_as", "provider_name")

_WORD = sa.table("location_word", sa.column("word"), sa.column("location_id", sa.Integer))
_COUNT = sa.table("register_word", sa.column("word"), sa.column("places", sa.Integer))

_OF_PLACES = """
SELECT l.id, l.name, l.also_known_as, l.address, p.name AS provider_name
  FROM location l LEFT JOIN provider p ON p.cqc_id = l.provider_cqc_id
"""

_COUNTED = (
    "INSERT INTO register_word (word, places)"
    " SELECT word, COUNT(*) FROM location_word {where} GROUP BY word"
)


def words_of(values: Values) -> frozenset[str]:
    """The words of a place: of its name, what else it is known as, its provider's, its town's."""
    said = frozenset(word for name in NAMES for word in spelt(values.get(name) or ""))
    _, _, town = (values.get("address") or "").partition(", ")  # after the street
    return said | {word for word in spelt(town) if word.isalpha()}


def write_words(connection: sa.Connection, location_ids: Sequence[int] | None) -> None:
    """Write the words of these locations anew, of all if None, and count who bears them.

    Whoever changes a provider's name names all of its locations. A location that is gone is named
    as well: its words go.
    """
    if location_ids is None:
        _write_all(connection)
    else:
        touched: set[str] = set()
        for some in _batches(sorted(set(location_ids))):
            touched |= _write(connection, some)
        for words in _batches(sorted(touched)):
            _count(connection, words)
    connection.execute(sa.delete(_COUNT).where(_COUNT.c.word == ALL))
    total = connection.execute(sa.text("SELECT COUNT(*) FROM location")).scalar_one()
    connection.execute(sa.insert(_COUNT), [{"word": ALL, "places": total}])


def _write_all(connection: sa.Connection) -> None:
    connection.execute(sa.delete(_WORD))
    connection.execute(sa.delete(_COUNT))
    rows = connection.execute(sa.text(_OF_PLACES)).mappings().all()
    for some in _batches(_words(rows)):
        connection.execute(sa.insert(_WORD), some)
    connection.execute(sa.text(_COUNTED.format(where="")))


def _write(connection: sa.Connection, ids: Sequence[int]) -> set[str]:
    """The words that these locations bore or bear now."""
    theirs = _WORD.c.location_id.in_(ids)
    before = connection.execute(sa.select(_WORD.c.word).where(theirs)).scalars()
    touched = set(before)
    connection.execute(sa.delete(_WORD).where(theirs))
    asked = sa.text(f"{_OF_PLACES} WHERE l.id IN :ids").bindparams(
        sa.bindparam("ids", expanding=True)
    )
    pairs = list(_words(connection.execute(asked, {"ids": list(ids)}).mappings()))
    if pairs:
        connection.execute(sa.insert(_WORD), pairs)
    return touched | {str(pair["word"]) for pair in pairs}


def _words(rows: Iterable[Values]) -> Iterator[dict[str, object]]:
    for row in rows:
        for word in sorted(words_of(row)):
            yield {"word": word, "location_id": row["id"]}


def _count(connection: sa.Connection, words: Sequence[str]) -> None:
    connection.execute(sa.delete(_COUNT).where(_COUNT.c.word.in_(words)))
    asked = sa.text(_COUNTED.format(where="WHERE word IN :words")).bindparams(
        sa.bindparam("words", expanding=True)
    )
    connection.execute(asked, {"words": list(words)})


def _batches(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    things = iter(things)
    while some := list(islice(things, BATCH)):
        yield some
