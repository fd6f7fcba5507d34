"""Clock rows are a cache: whatever happens to a desk, its events say the same of every clock."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpdesk.app import App, build
from helpdesk.config.settings import Config, Ladder, People, Promise, Sla
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.desk import rebuilding, recalculating
from helpdesk.desk.holds import Holding
from helpdesk.desk.people import Person
from helpdesk.desk.steps import Choice, Ending
from helpdesk.duties import load_register
from helpdesk.errors import HelpdeskError
from helpdesk.intake import Delivery, Request
from helpdesk.journal import Who
from helpdesk.models import Clock, Role
from helpdesk.reception import take_in_one
from helpdesk.store import Store
from helpdesk.sweep import sweep
from tests.conftest import FakeClock
from workflows.lifecycle import Hold, Outcome
from workflows.refused import StepNotAllowed

ROSE = {"locationId": "1-100000001", "providerId": "1-200000001", "name": "Rose Cottage"}
BART = Who("bart", "bart")
REFERENCES = ("ODS-000001", "ODS-000002")

Deed = Callable[["World"], None]


class World:
    """Two calls at a desk, and all that can happen to them."""

    def __init__(self, url: str) -> None:
        self.clock, self.mails = FakeClock(), 0
        people = People(supervisors=("sue@desk.example",))
        self.app = build(Config(store=StoreSettings(database=url), people=people), self.clock)
        add, register = self.app.desk.add_agent, Path(url.removeprefix("sqlite:///")).parent
        add(Person("bart", "Bart Brown", "bart@desk.example", "bart", Role.SUPERVISOR), "bart")
        (register / "r.json").write_text(
            json.dumps([{**ROSE, "registrationStatus": "Registered", "odsCode": "VN1A2"}])
        )
        load_register(self.app, [register / "r.json"], BART)
        for name in ("Rose Cottage", "Lilac House"):
            request = Request(organisation=name, requester_email="anne@rosecottage.example")
            self.app.desk.raise_call(request, BART, None)
            self.clock.passes(hours=5)

    def does(self, verb: str, call: str, *said: Any) -> None:
        with suppress(StepNotAllowed, HelpdeskError):
            getattr(self.app.desk, verb)(call, BART, *said)

    def replies(self, call: str) -> None:
        ours = f"SELECT message_id FROM letter WHERE call_id = {int(call[4:])} ORDER BY id DESC"
        found = self.app.store.run(lambda tx: tx.rows(ours))
        self.mails += 1
        thread = f"In-Reply-To: {found[0]['message_id']}\r\n" if found else ""
        raw = f"From: anne@rosecottage.example\r\nSubject: x\r\n{thread}\r\nhello {self.mails}\r\n"
        arrived = self.clock() - timedelta(minutes=7 * (self.mails % 3))
        delivery = Delivery("box", "1", str(self.mails), raw.encode(), arrived)
        assert not take_in_one(self.app.store, self.app.journal, delivery).failed

    def merges(self) -> None:
        with suppress(StepNotAllowed, HelpdeskError):
            self.app.desk.merge(REFERENCES[0], BART, REFERENCES[1])

    def recalculates(self, hours: int) -> None:
        promise = Promise(within=timedelta(hours=hours), lead=timedelta(hours=3))
        changed = {"sla": Sla(acknowledge=promise, provide=promise)}
        self.app = build(self.app.config.model_copy(update=changed), self.clock)
        journal = self.app.journal
        self.app.store.run(lambda tx: recalculating.recalc(tx, journal, BART, 0, dry_run=False))

    def sweeps(self) -> None:
        sweep(self.app.store, self.app.journal)

    def differences(self, *, mend: bool = False) -> list[rebuilding.Difference]:
        journal = self.app.journal
        return self.app.store.run(
            lambda tx: rebuilding.check(tx, journal, 0, mend=mend)
        ).differences


def verb(name: str, *said: st.SearchStrategy[Any]) -> st.SearchStrategy[Deed]:
    """A verb of the desk, done to one of the calls."""
    return st.builds(
        lambda call, words: lambda world: world.does(name, call, *words),
        st.sampled_from(REFERENCES),
        st.tuples(*said),
    )


HOLDINGS = st.sampled_from([Holding(Hold.AWAITING_REQUESTER), Holding(Hold.AWAITING_CQC)])
DEEDS: st.SearchStrategy[Deed] = st.one_of(
    st.integers(1, 90).map(lambda hours: lambda world: world.clock.passes(hours=hours)),
    st.just(World.sweeps),
    st.sampled_from(REFERENCES).map(lambda call: lambda world: world.replies(call)),
    verb("acknowledge"),
    verb("acknowledge"),
    verb("trace", st.just(Choice(location="1-100000001"))),
    verb("allocate"),
    verb("close", st.sampled_from([Ending(each) for each in (None, *Outcome)])),
    verb("hold", HOLDINGS),
    verb("hold", HOLDINGS),
    verb("resume"),
    verb("set_urgent", st.just("a system goes live")),
    verb("set_not_urgent", st.just("it does not")),
    verb("no_action"),
    verb("reopen", st.just("for another home")),
    st.just(World.merges),
    st.integers(20, 200).map(lambda hours: lambda world: world.recalculates(hours)),
)


@pytest.fixture
def worlds(sqlite_template: Path, tmp_path: Path) -> Iterator[Callable[[], World]]:
    """As many desks as are wanted, one after the other."""
    made: list[App] = []

    def another() -> World:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        shutil.copy(sqlite_template, folder / "helpdesk.sqlite")
        world = World(f"sqlite:///{folder / 'helpdesk.sqlite'}")
        made.append(world.app)
        return world

    yield another
    for app in made:
        app.store.close()


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate],  # a desk takes too long to make for shrinking
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(DEEDS, min_size=4, max_size=25))
def test_whatever_happened_the_events_say_the_same_of_every_clock(
    worlds: Callable[[], World], history: list[Deed]
) -> None:
    world = worlds()

    for deed in history:
        deed(world)

    assert world.differences() == []


def test_a_row_that_was_tampered_with_is_found_and_mended(worlds: Callable[[], World]) -> None:
    world = worlds()
    world.does("acknowledge", REFERENCES[0])

    def tamper(tx: Any) -> None:
        row = tx.session.get(Clock, 1)
        row.due_at, row.cancelled = row.due_at + timedelta(days=1), True
        tx.session.delete(tx.clocks(tx.call(REFERENCES[0]))[1])

    world.app.store.run(tamper)
    found = world.differences(mend=True)

    assert {(each.reference, each.what) for each in found} == {
        ("ODS-000001", "acknowledge 1 due_at"),
        ("ODS-000001", "acknowledge 1 cancelled"),
        ("ODS-000001", "provide 1"),
    }
    assert world.differences() == []


def test_a_desk_on_either_engine_says_the_same(url: str, store: Store, clock: FakeClock) -> None:
    app = build(Config(store=StoreSettings(database=url), ladder=Ladder(quiet=False)), clock)
    app.desk.add_agent(Person("bart", "Bart Brown", os_user="bart"), "bart")
    app.desk.raise_call(Request(organisation="Rose Cottage"), BART, None)
    app.desk.acknowledge("ODS-000001", BART)
    app.desk.hold("ODS-000001", BART, Holding(Hold.AWAITING_CQC))
    clock.passes(days=40)
    sweep(app.store, app.journal)

    checked = app.store.run(lambda tx: rebuilding.check(tx, app.journal, 0, mend=False))

    assert (checked.calls, checked.differences) == (1, [])
    app.store.close()
