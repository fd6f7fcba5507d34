"""The stage of the stories: Bart, Cris and Sue at their desk, a register, a real mail server."""

from collections.abc import Iterator
from contextlib import suppress
from json import dumps
from pathlib import Path
from typing import Any

import pytest

from helpdesk.config import settings
from helpdesk.desk import people
from helpdesk.desk.people import Person
from helpdesk.duties import load_register
from helpdesk.errors import ConfigError
from helpdesk.models import Role
from notifications.mailer import Security
from tests.stories.post_office import PostOffice
from tests.stories.story import Story

ROSE = {
    "locationId": "1-100000001",
    "providerId": "1-200000001",
    "name": "Rose Cottage",
    "odsCode": "VN1A2",
    "registrationStatus": "Registered",
    "careHome": "Y",
    "postalCode": "ZZ1 1AA",
    "mainPhoneNumber": "01632960123",
}
ROSE_CARE = {
    "providerId": "1-200000001",
    "name": "Rose Care Ltd",
    "odsCode": "A1C2",
    "registrationStatus": "Registered",
}
LILAC = {
    "locationId": "1-100000002",
    "providerId": "1-200000002",
    "name": "Lilac Home Care",
    "registrationStatus": "Registered",
    "careHome": "N",
    "gacServiceTypes": [{"name": "Domiciliary care service"}],
    "postalCode": "ZZ2 2AA",
    "mainPhoneNumber": "01632960222",
}
LILAC_CARE = {
    "providerId": "1-200000002",
    "name": "Lilac Care Ltd",
    "registrationStatus": "Registered",
}
STAFF = (
    Person("sue", "Sue Shah", "sue@ods.example", "sue", Role.SUPERVISOR),
    Person("bart", "Bart Brown", "bart@ods.example", "bart"),
    Person("cris", "Cris Cole", "cris@ods.example", "cris"),
)


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    office.start()
    yield office
    office.stop()


@pytest.fixture
def office(post_office: PostOffice) -> PostOffice:
    post_office.taken, post_office.offered = [], []
    post_office.refusals, post_office.answers = {}, []
    return post_office


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """An empty desk's database: SQLite, but for the stories that ask for both engines."""
    engine = getattr(request, "param", "sqlite")
    return str(request.getfixturevalue(f"{engine}_url"))


@pytest.fixture
def story(url: str, clock: Any, office: PostOffice) -> Iterator[Story]:
    config = settings.Config(
        desk=settings.Desk(name="The ODS desk", address="desk@ods.example"),
        store=settings.Store(database=url),
        smtp=settings.Smtp(host="127.0.0.1", port=office.port, security=Security.INSECURE_LOOPBACK),
        people=settings.People(supervisors=("sue@ods.example",), desk=("desk-room@ods.example",)),
    )
    made = Story(config, clock, office)
    # All three in one unit of work, for every story begins with it.
    made.app.store.run(
        lambda tx: [people.add(tx, made.app.journal, person, "sue") for person in STAFF]
    )
    yield made
    with suppress(ConfigError):  # a story may end at a desk that no longer knows its workflow
        assert made.differences() == []  # whatever the story, its events tell all of it
    made.app.store.engine.dispose()


@pytest.fixture
def register(story: Story, tmp_path: Path) -> Path:
    """Rose Cottage with its two codes, and Lilac Home Care that has none yet; the file of it."""
    path = tmp_path / "register.json"
    path.write_text(dumps([ROSE, ROSE_CARE, LILAC, LILAC_CARE]), encoding="utf-8")
    load_register(story.app, [path], story.app.desk.who("sue", None))
    return path
