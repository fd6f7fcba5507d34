"""Registers for benchmarks: made-up rows in a database, or the real ones that a variable names."""

import csv
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import sqlalchemy as sa

from benchmarks.made_register import Made
from helpdesk.database import SCHEMA
from helpdesk.models import METADATA
from helpdesk.register.keys import name_key, phone_key, postcode_key
from helpdesk.register.words import write_words

LOADED_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXTS = ("code", "also_known_as", "address", "postcode", "phone", "status", "successors")
BLANK = {
    **dict.fromkeys((*TEXTS, "predecessors"), ""),
    "registered_on": None,
    "deregistered_on": None,
}

Row = Mapping[str, Any]
Rows = tuple[list[Row], list[Row]]
"""Locations and providers."""

REAL = "HELPDESK_REAL_DATA"
TRUTHS = "register/*_truth.csv"


def made(number: int, seed: int | None = None) -> Rows:
    """Locations and providers of a made-up register."""
    register = Made(number) if seed is None else Made(number, seed)
    return list(register.locations), list(register.providers)


def real() -> Iterator[tuple[str, Rows]]:
    """Each truth set of the folder that the variable names, if it does, by its name."""
    for path in sorted(Path(os.environ.get(REAL, "/nonexistent")).glob(TRUTHS)):
        yield path.stem.removesuffix("_truth").replace("_", " "), _of_truth(path)


def _of_truth(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    providers = {
        row["providerId"]: {
            "cqc_id": row["providerId"],
            "name": row["providerName"] or row["brandName"].removeprefix("BRAND "),
            "code": row["odsProviderCode"],
            "status": row["providerRegistrationStatus"],
        }
        for row in rows
    }
    return [_location(row) for row in rows], list(providers.values())


@contextmanager
def database(locations: Sequence[Row], providers: Sequence[Row]) -> Iterator[str]:
    """The address of a database that holds these rows, and their words."""
    folder = Path(mkdtemp(prefix="helpdesk-register-"))
    url = f"sqlite:///{folder / 'desk.sqlite'}"
    engine = sa.create_engine(url)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA synchronous = OFF")
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{SCHEMA}')")
        fill(connection, locations, providers)
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    try:
        yield url
    finally:
        shutil.rmtree(folder)


def fill(connection: sa.Connection, locations: Sequence[Row], providers: Sequence[Row]) -> None:
    """Put these rows, and their words, into the tables of a register that is empty."""
    phones = [{**_keyed(row), "phone_key": phone_key(row.get("phone", ""))} for row in locations]
    _insert(connection, "provider", [_keyed(row) for row in providers])
    _insert(connection, "location", phones)
    write_words(connection, None)


def _insert(connection: sa.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    columns = METADATA.tables[table].c
    kept = [{name: value for name, value in row.items() if name in columns} for row in rows]
    if kept:
        connection.execute(sa.insert(METADATA.tables[table]), kept)


def _keyed(row: Row) -> dict[str, Any]:
    whole = {**BLANK, **row}
    return {
        **whole,
        "name_key": name_key(whole["name"]),
        "postcode_key": postcode_key(whole["postcode"]),
        "source": "made up",
        "loaded_at": LOADED_AT,
    }


def _location(row: Mapping[str, str]) -> Row:
    street = (row["postalAddressLine1"], row["postalAddressLine2"], row["postalAddressTownCity"])
    return {
        "cqc_id": row["locationId"],
        "code": row["odsSiteCode"],
        "provider_cqc_id": row["providerId"],
        "name": row["locationName"],
        "also_known_as": row["alsoKnownAs"],
        "address": ", ".join(filter(None, street)),
        "postcode": row["postalCode"],
        "phone": row["mainPhoneNumber"],
        "status": row["registrationStatus"],
        "registered_on": _day(row["registrationDate"]),
        "deregistered_on": _day(row["deregistrationDate"]),
        "predecessors": row["predecessorLocationIds"].replace(";", " ").replace("|", " "),
        "successors": row["successorLocationIds"].replace(";", " ").replace("|", " "),
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
