"""A register, and made-up files to load into it."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from helpdesk import duties
from helpdesk.app import App, build
from helpdesk.config import settings
from helpdesk.config.settings import Codes
from helpdesk.desk import people
from helpdesk.desk.people import Person
from helpdesk.desk.steps import Choice
from helpdesk.intake import Request
from helpdesk.journal import Who
from helpdesk.models import Location, Provider, Role
from helpdesk.register.asking import Loading
from helpdesk.register.load import Summary, load, unseen
from helpdesk.register.plan import Progress
from helpdesk.store import Store
from tests.helpdesk.made import rows

ROSE = {
    "locationId": "1-100000001",
    "providerId": "1-200000001",
    "name": "Rose Cottage",
    "registrationStatus": "Registered",
    "registrationDate": "2011-01-20",
    "careHome": "Y",
    "postalAddressLine1": "1 Rose Lane",
    "postalAddressCounty": "Oldshire",
    "postalCode": "ZZ1 1AA",
    "mainPhoneNumber": "01632960123",
}
ROSE_BEFORE = ROSE | {
    "locationId": "1-100000009",
    "registrationStatus": "Deregistered",
    "registrationDate": "2005-03-01",
    "deregistrationDate": "2011-01-19",
}
ROSE_CARE = {
    "providerId": "1-200000001",
    "name": "Rose Care Ltd",
    "registrationDate": "2010-10-01",
    "registrationStatus": "Registered",
    "postalCode": "ZZ1 1AA",
}
LILAC = ROSE | {
    "locationId": "1-100000002",
    "providerId": "1-200000002",
    "name": "Lilac House",
    "postalCode": "ZZ2 2AA",
    "mainPhoneNumber": "01632960222",
}
DIRECTORY = (
    "Name,Address,Postcode,Phone number,Service types,Provider name,CQC Location ID,CQC Provider ID"
)
LIST = (
    "Location ID,Location Name,Location ODS Code,Location Postal Code,Location Telephone Number,"
    "Care home?,Provider ID,Provider Name"
)
POOLS = Codes(site_pool=("VX000-VX9YY",), parent_pool=("AX00-AX9Y",))


class Register:
    """An empty desk of Bart's alone, with a folder to put register files in."""

    def __init__(self, url: str, clock: Any, folder: Path) -> None:
        self.folder, self.clock = folder, clock
        config = settings.Config(store=settings.Store(database=url), codes=POOLS)
        self.app: App = build(config, clock)
        bart = Person("bart", "Bart Brown", "", "bart", Role.SUPERVISOR)
        self.store.run(lambda tx: people.add(tx, self.app.journal, bart, "bart"))
        self.bart = self.app.desk.who("bart", None)

    @property
    def store(self) -> Store:
        return self.app.store

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def documents(self, *documents: Mapping[str, Any], name: str = "cqc.json") -> Path:
        return self.file(name, json.dumps(documents))

    def directory(self, *lines: str, name: str = "directory.csv") -> Path:
        return self.file(name, "\n".join((DIRECTORY, *lines)))

    def active(self, *lines: str, name: str = "list.csv") -> Path:
        return self.file(name, "\n".join((LIST, *lines)))

    def sites(self, *lines: str, name: str = "ecarehomesite.csv") -> Path:
        return self.file(name, "\n".join(lines))

    def parents(self, *lines: str) -> Path:
        return self.file("ecarehomehq.csv", "\n".join(lines))

    def load(self, *paths: Path, progress: Progress = unseen, **how: bool) -> Summary:
        return load(self.store, paths, Loading("bart", **how), progress=progress)

    def load_told(self, *paths: Path) -> Summary:
        """Load them as the desk does: whom it concerns is told."""
        return duties.load_register(self.app, paths, self.bart)

    def colleague(self, name: str) -> Who:
        """Another agent of the desk."""
        person = Person(name, name.title(), "", name)
        self.store.run(lambda tx: people.add(tx, self.app.journal, person, "bart"))
        return self.app.desk.who(name, None)

    def all(self, model: type[Any]) -> Sequence[Any]:
        """All rows of a table, by CQC id."""
        asked = select(model).order_by(model.cqc_id)
        return self.store.run(lambda tx: tx.session.exec(asked).all())

    def location(self) -> Location:
        (row,) = self.all(Location)
        assert isinstance(row, Location)
        return row

    def provider(self) -> Provider:
        (row,) = self.all(Provider)
        assert isinstance(row, Provider)
        return row

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return rows(self.store, sql)

    def codes(self) -> set[tuple[str | None, str]]:
        """Which place bears which code."""
        return {(row.cqc_id, row.code) for row in self.all(Location)}

    def claims(self) -> list[str]:
        """The codes that a second organisation is told to have."""
        return [row["code"] for row in self.rows("SELECT code FROM code_claim ORDER BY code")]

    def traced(self, number: str) -> str:
        """A call about the location with that id, as far as tracing."""
        request = Request(requester_name="Anne", organisation=number)
        call = str(self.app.desk.raise_call(request, self.bart, None).answer["reference"])
        self.app.desk.acknowledge(call, self.bart)
        self.app.desk.trace(call, self.bart, Choice(location=number))
        return call


def ods(
    code: str, name: str = "ROSE COTTAGE", opened: str = "20110120", closed: str = "",
    parent: str = "",
) -> str:  # fmt: skip
    """A row of ODS's sites or parents."""
    row = [code, name, "", "", "1 ROSE LANE", "", "", "", "", "ZZ1 1AA", opened, closed]
    row += ["", "", parent, "", "", "01632960999", *[""] * 9]
    return ",".join(f'"{cell}"' for cell in row)


def listed(number: int, code: str = "", name: str = "Ivy House", provider: int = 1) -> str:
    """A row of CQC's list of active locations."""
    postcode, phone = f"ZZ{number} 9ZZ", f"01632{number:06}"
    return (
        f"1-3{number:08},{name} {number},{code},{postcode},{phone},Y,1-2{provider:08},Ivy Care Ltd"
    )


@pytest.fixture
def register(url: str, clock: Callable[[], Any], tmp_path: Path) -> Iterator[Register]:
    made = Register(url, clock, tmp_path)
    yield made
    made.store.engine.dispose()
