"""How the register does: how old it is, which codes two are told to have, how many are left."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from helpdesk.doctor.ground import Finding, Health
from helpdesk.doctor.patient import Patient
from helpdesk.register import loads
from helpdesk.register.pool import Span, spans_of
from workflows import spans

LONG = timedelta(days=45)
"""How old the last load may be: CQC and ODS publish each month."""

FEW, FEW_OF_A_HUNDRED = 20, 10
"""How many new codes have to be left, and of how many."""


def _loads(patient: Patient) -> Iterator[Finding]:
    count = patient.reader.rows("SELECT count(*) AS n FROM location")[0]["n"]
    if not count:
        words = "it is empty, so nothing can be traced: helpdesk register load FILE..."
        yield Finding("register", Health.NOTE, words)
        return
    last = loads.standing(patient.reader)
    if last is None:
        words = f"{count} locations, and nobody knows how old: helpdesk register load FILE..."
        yield Finding("register", Health.NOTE, words)
        return
    age = patient.now - last.loaded_at
    words = f"{count} locations, loaded last {spans.words(age)} ago: {last.words}"
    if age > LONG:
        mend = "load a newer file: helpdesk register load FILE..."
        yield Finding("register", Health.NOTE, f"{words}; {mend}")
    else:
        yield Finding("register", Health.WELL, words)


def _disputes(patient: Patient) -> Iterator[Finding]:
    count = patient.reader.rows("SELECT count(DISTINCT code) AS n FROM code_claim")[0]["n"]
    if count:
        words = f"{count} in dispute between two organisations: helpdesk register status"
        yield Finding("codes", Health.NOTE, words)


def _closed(patient: Patient) -> Iterator[Finding]:
    count = loads.counts(patient.reader)["closed_codes"]
    if count:
        words = f"{count} of registered places were closed by ODS: helpdesk codes closed"
        yield Finding("codes", Health.NOTE, words)


def _pools(patient: Patient) -> Iterator[Finding]:
    codes = patient.config.codes
    for level, ranges in (("site", codes.site_pool), ("parent", codes.parent_pool)):
        if ranges:
            yield from _pool(patient, level, spans_of(ranges))


def _pool(patient: Patient, level: str, ranges: Sequence[Span]) -> Iterator[Finding]:
    """How the ranges of one level do, taken together: they are used one after the other."""
    size = sum(span.size for span in ranges)
    left = sum(_left(patient, span) for span in ranges)
    words = f"{left} of {size} new {level} codes are left"
    mend = f"name another range in config.toml, [codes] {level}_pool"
    if not left:
        yield Finding("codes", Health.ILL, f"{words}: {mend}")
    elif left < FEW or left * 100 < size * FEW_OF_A_HUNDRED:
        yield Finding("codes", Health.NOTE, f"{words}: {mend}")
    else:
        yield Finding("codes", Health.WELL, words)


def _left(patient: Patient, span: Span) -> int:
    """How many codes of a range nobody has: those that the register gave to others are none."""
    kept = patient.reader.rows("SELECT used FROM code_pool WHERE span = :span", span=span.words)
    used = kept[0]["used"] if kept else 0
    if used >= span.size:
        return 0
    given = patient.reader.rows(
        "SELECT count(*) AS n FROM code WHERE value BETWEEN :first AND :last",
        first=span.at(used),
        last=span.last,
    )
    return span.size - used - int(given[0]["n"])


REGISTER = (_loads, _disputes, _closed, _pools)
"""What is looked at of the register."""
