"""The ways of finding places, each one question over an index, and what each gives."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from helpdesk.database import Reader
from helpdesk.register.heirs import one_of
from helpdesk.register.names import ALL
from helpdesk.register.places import OF_LOCATION, Place, place_of

LOCATION_ID, PROVIDER_ID = "CQC location id", "CQC provider id"
SITE_CODE, PARENT_CODE = "ODS site code", "ODS parent code"
POSTCODE, PHONE, NAME = "postcode", "phone", "name"
OF_PROVIDER, OUTCODE = "name of the provider", "first half of the postcode"
WORDS = "words of the name"

BY = {
    LOCATION_ID: "SELECT {number} AS way, id FROM location WHERE cqc_id IN ({keys})",
    PROVIDER_ID: "SELECT {number} AS way, id FROM location WHERE provider_cqc_id IN ({keys})",
    SITE_CODE: "SELECT {number} AS way, id FROM location WHERE code IN ({keys}) AND code <> ''",
    PARENT_CODE: "SELECT {number} AS way, id FROM location WHERE parent_code IN ({keys})"
    " UNION SELECT {number}, s.id FROM location s JOIN provider o ON o.cqc_id = s.provider_cqc_id"
    " WHERE o.code IN ({keys}) AND o.code <> ''",
    POSTCODE: "SELECT {number} AS way, id FROM location WHERE postcode_key IN ({keys})",
    PHONE: "SELECT {number} AS way, id FROM location WHERE phone_key IN ({keys})",
    NAME: "SELECT {number} AS way, id FROM location WHERE name_key IN ({keys})",
    OF_PROVIDER: "SELECT {number} AS way, l.id FROM provider p"
    " JOIN location l ON l.provider_cqc_id = p.cqc_id WHERE p.name_key IN ({keys})",
}
"""The surest first; each over one index."""

WAYS = tuple(BY)

NOT_BY_PROVIDER = " AND NOT EXISTS (SELECT 1 FROM location WHERE cqc_id IN ({keys}))"
"""An id that is a location's is not looked up as a provider's too."""

FOUND = f"""
SELECT w.way, {OF_LOCATION}
  FROM (SELECT MIN(way) AS way, id FROM ({{ways}}) each_way GROUP BY id) w
       JOIN location l ON l.id = w.id
       LEFT JOIN provider p ON p.cqc_id = l.provider_cqc_id
"""  # noqa: S608  # pieces of SQL; what was given are parameters

IN_OUTCODE = """
SELECT DISTINCT postcode_key FROM location WHERE postcode_key BETWEEN :first AND :last
"""

BY_WORDS = f"""
SELECT {OF_LOCATION}
  FROM (SELECT x.location_id, SUM(CASE {{weights}} ELSE 0 END) AS weight
          FROM location_word x WHERE x.word IN ({{words}})
         GROUP BY x.location_id ORDER BY weight DESC, x.location_id LIMIT :most) w
  JOIN location l ON l.id = w.location_id
  LEFT JOIN provider p ON p.cqc_id = l.provider_cqc_id
"""  # noqa: S608  # pieces of SQL; what was given are parameters

PLACES_OF = "SELECT word, places FROM register_word WHERE word IN ({})"

NEAR_WORDS = """
SELECT word FROM register_word
 WHERE (SUBSTR(word, 1, 1) IN (:one, :two) OR SUBSTR(word, 2, 1) IN (:one, :two))
   AND LENGTH(word) BETWEEN :least AND :most
"""


class Found(NamedTuple):
    """A place, and the way by which it was found."""

    way: str
    place: Place


def by_keys(reader: Reader, keys: Mapping[str, Sequence[str]]) -> list[Found]:
    """The locations that bear one of `keys` (by way), each once, by the surest way."""
    parts, parameters = [], dict[str, object]()
    for number, (way, sql) in enumerate(BY.items()):
        if not keys.get(way):
            continue
        listed, values = one_of(keys[way], f"k{number}x")
        but = NOT_BY_PROVIDER if way == PROVIDER_ID else ""
        parts.append(f"{sql}{but}".format(number=number, keys=listed))
        parameters |= values
    if not parts:
        return []
    rows = reader.rows(FOUND.format(ways=" UNION ALL ".join(parts)), **parameters)
    surest_first = sorted(rows, key=lambda row: (row["way"], row["location_id"]))
    return [Found(WAYS[row["way"]], place_of(row)) for row in surest_first]


def by_words(reader: Reader, weights: dict[str, float], most: int) -> list[Place]:
    """The locations that bear most of these words, by their weight."""
    if not weights:
        return []
    listed, parameters = one_of(list(weights), "w")
    cases = " ".join(
        f"WHEN x.word = :{name} THEN {weights[str(word)]:.4f}" for name, word in parameters.items()
    )
    sql = BY_WORDS.format(weights=cases, words=listed)
    return [place_of(row) for row in reader.rows(sql, **parameters, most=most)]


def in_outcode(reader: Reader, outcode: str) -> list[str]:
    """The keys of the postcodes that begin so, of places that there are."""
    rows = reader.rows(IN_OUTCODE, first=f"{outcode}0AA", last=f"{outcode}9ZZ")
    wanted = len(outcode) + len("0AA")  # between the two lie those of longer outcodes too
    return [row["postcode_key"] for row in rows if len(row["postcode_key"]) == wanted]


def places_of(reader: Reader, words: Collection[str]) -> dict[str, int]:
    """How many places bear each of these words, and how many there are (ALL)."""
    listed, parameters = one_of([ALL, *sorted(words)], "w")
    rows = reader.rows(PLACES_OF.format(listed), **parameters)
    return {row["word"]: row["places"] for row in rows}


def near_words(reader: Reader, word: str, slips: int) -> list[str]:
    """Words of the register that may be `word` with a slip of the pen, wherever that lies."""
    rows = reader.rows(
        NEAR_WORDS,
        one=word[:1],
        two=word[1:2],
        least=len(word) - slips,
        most=len(word) + slips,
    )
    return [row["word"] for row in rows]
