"""A register of a few made-up places, filled by row, in which tests search."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import Session, create_engine

from helpdesk.database import SCHEMA, reading
from helpdesk.intake import Kind
from helpdesk.models import METADATA, Location, Provider
from helpdesk.register.keys import name_key, phone_key, postcode_key
from helpdesk.register.search import Wanted, candidates, location_by, provider_by
from helpdesk.register.words import write_words

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROSE = {
    "cqc_id": "1-100000001",
    "code": "VL0A1",
    "provider_cqc_id": "1-200000001",
    "name": "Rose Cottage",
    "postcode": "ZZ1 1AA",
    "phone": "01632 960123",
    "kind": Kind.CARE_HOME,
    "status": "Registered",
    "registered_on": date(2010, 12, 29),
}
ROSE_BEFORE = ROSE | {
    "cqc_id": "1-100000009",
    "code": "VL0A9",
    "provider_cqc_id": "1-200000009",
    "status": "Deregistered",
    "registered_on": date(2005, 3, 1),
    "deregistered_on": date(2010, 12, 28),
    "successors": "1-100000001",
}
IVY = {
    "cqc_id": "1-100000002",
    "code": "VL0A2",
    "provider_cqc_id": "1-200000001",
    "name": "Ivy House",
    "postcode": "ZZ1 1AA",
    "phone": "01632 960999",
    "status": "Registered",
}
ROSE_CARE = {"cqc_id": "1-200000001", "code": "A0A1", "name": "Rose Care Ltd"}


class Register:
    """A database in a file, filled by row, and asked through the reader that the desk uses."""

    def __init__(self, folder):
        self.url = f"sqlite:///{folder / 'desk.sqlite'}"
        self.engine = create_engine(self.url)
        METADATA.create_all(self.engine)
        with self.engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE alembic_version (version_num TEXT)"))
            connection.execute(sa.text(f"INSERT INTO alembic_version VALUES ('{SCHEMA}')"))

    def holds(self, *rows, providers=(ROSE_CARE,)):
        with Session(self.engine) as session:
            session.add_all(Location(**row, **keys(row), **LOADED) for row in rows)
            for row in providers:
                session.add(Provider(**row, name_key=name_key(row["name"]), **LOADED))
            session.commit()
        with self.engine.begin() as connection:
            write_words(connection, None)

    def candidates(self, *, limit=5, **wanted):
        with reading(self.url) as reader:
            return candidates(reader, Wanted(**wanted), limit)

    def ids(self, **wanted):
        return [each.place.cqc_id for each in self.candidates(**wanted)]

    def location(self, text):
        with reading(self.url) as reader:
            return location_by(reader, text)

    def provider(self, text):
        with reading(self.url) as reader:
            return provider_by(reader, text)


@pytest.fixture
def searched(tmp_path):
    made = Register(tmp_path)
    yield made
    made.engine.dispose()


LOADED = {"source": "cqc.json", "loaded_at": MONDAY}


def keys(row):
    return {
        "name_key": name_key(row["name"]),
        "postcode_key": postcode_key(row["postcode"]),
        "phone_key": phone_key(row["phone"]),
    }
