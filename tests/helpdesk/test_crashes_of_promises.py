"""A process may die anywhere: what comes to promises is done whole, or not at all, and once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from helpdesk import digests, reception, watching
from helpdesk.app import App, build
from helpdesk.config.settings import Config, People, Promise, Sla
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.desk.holds import Holding
from helpdesk.desk.rebuilding import check
from helpdesk.desk.recalculating import recalc
from helpdesk.desk.steps import Ending
from helpdesk.duties import note_duty
from helpdesk.intake import Request, sources
from helpdesk.journal import Who
from helpdesk.store import Store
from helpdesk.sweep import flags, holds, telling
from tests.helpdesk.dying import deaths
from tests.helpdesk.made import SUE, dump, request_mail, rows
from workflows.lifecycle import Hold

BART = Who("bart", "bart")
ANNE = "anne@rosecottage.example"
ASKED = Holding(Hold.AWAITING_REQUESTER, note="which of the two homes?", ask=True)
SOONER = Promise(within=timedelta(days=5), lead=timedelta(hours=48))


@pytest.fixture
def app(store: Store, clock: Any) -> Iterator[App]:
    config = Config(store=StoreSettings(database=store.url), people=People(supervisors=(SUE,)))
    made = build(config, clock)
    made.desk.first_agent("bart", "Bart")
    yield made
    found = made.store.run(lambda tx: check(tx, made.journal, 0, mend=False).differences)
    assert found == []


def whole_or_not_at_all(app: App, act: Callable[[App], object]) -> int:
    """Let `act` die at each of its statements: it changes nothing, until it does all."""
    before = dump(app.store)

    def unchanged() -> None:
        assert dump(app.store) == before

    died = deaths(app.store, partial(act, app), unchanged)
    assert dump(app.store) != before
    return died


def call(app: App, organisation: str = "Rose Cottage") -> str:
    request = Request("Anne Archer", ANNE, "01632 960 123", organisation)
    return str(app.desk.raise_call(request, BART, None).answer["reference"])


def letters(app: App, kind: str) -> int:
    found = rows(app.store, f"SELECT count(*) AS n FROM letter WHERE kind = '{kind}'")
    return int(found[0]["n"])


def see_to_holds(app: App) -> object:
    return holds.see_to_some(app.store, journal=app.journal, limit=20, baseline=False)


def test_a_hold_its_chasers_and_its_end_happen_whole(app: App, clock: Any) -> None:
    reference = call(app)
    app.desk.acknowledge(reference, BART)

    assert whole_or_not_at_all(app, lambda app: app.desk.hold(reference, BART, ASKED)) >= 8
    for days in (3, 4):
        clock.passes(days=days)
        assert whole_or_not_at_all(app, see_to_holds) >= 6
    clock.passes(days=7)
    assert whole_or_not_at_all(app, see_to_holds) >= 6

    assert letters(app, "asked.requester") == 1
    assert letters(app, "chaser.requester") == 2
    assert letters(app, "closed_no_reply.requester") == 1


def test_a_pause_that_ends_and_a_hold_that_is_resumed_do_so_whole(app: App, clock: Any) -> None:
    reference = call(app)
    app.desk.acknowledge(reference, BART)
    app.desk.hold(reference, BART, Holding(Hold.AWAITING_CQC, note="not registered yet"))
    clock.passes(days=28)

    assert whole_or_not_at_all(app, see_to_holds) >= 5
    assert whole_or_not_at_all(app, lambda app: app.desk.resume(reference, BART)) >= 5

    kinds = [row["kind"] for row in rows(app.store, "SELECT kind FROM event ORDER BY id")]
    assert kinds[-3:] == ["held", "pause_ended", "resumed"]


def test_a_hold_whose_date_has_come_ends_whole(app: App, clock: Any) -> None:
    reference = call(app)
    app.desk.acknowledge(reference, BART)
    app.desk.hold(reference, BART, Holding(Hold.INTERNAL, clock.now + timedelta(days=1)))
    clock.passes(days=2)

    assert whole_or_not_at_all(app, see_to_holds) >= 4


def test_what_comes_after_the_end_of_a_call_happens_whole(app: App) -> None:
    reference, other = call(app), call(app, "Lilac Lodge")
    app.desk.acknowledge(reference, BART)
    app.desk.close(reference, BART, Ending("withdrawn"))
    last = rows(app.store, "SELECT message_id FROM letter ORDER BY id DESC")[0]["message_id"]
    reply = b"In-Reply-To: " + last.encode() + b"\r\n" + request_mail(1)
    reception.take_in_one(app.store, app.journal, sources.one(reply, app.store.clock()))

    assert whole_or_not_at_all(app, lambda app: app.desk.no_action(reference, BART)) >= 4
    assert whole_or_not_at_all(app, lambda app: app.desk.reopen(reference, BART, "wrong")) >= 6
    assert whole_or_not_at_all(app, lambda app: app.desk.merge(reference, BART, other)) >= 8

    assert letters(app, "reopened.requester") == letters(app, "closed_duplicate.requester") == 1


def test_a_new_policy_moves_all_clocks_or_none(app: App, clock: Any) -> None:
    for name in ("Rose Cottage", "Lilac Lodge"):
        app.desk.acknowledge(call(app, name), BART)
    config = app.config.model_copy(update={"sla": Sla(provide=SOONER)})
    other = build(config, clock)

    died = whole_or_not_at_all(
        other,
        lambda app: app.store.run(lambda tx: recalc(tx, app.journal, BART, 0, dry_run=False)),
    )

    assert died >= 6
    assert rows(app.store, "SELECT count(*) AS n FROM event WHERE kind = 'recalculated'") == [
        {"n": 2}
    ]


def test_a_letter_about_breaches_is_posted_and_noted_whole(app: App, clock: Any) -> None:
    call(app)
    clock.passes(days=3)
    flags.flag_some(app.store, journal=app.journal, limit=20, baseline=False)

    died = whole_or_not_at_all(app, lambda app: telling.tell(app.store, app.journal))
    again = telling.tell(app.store, app.journal)

    assert (died >= 5, again.letters, letters(app, "breached.supervisor")) == (True, 0, 1)


def test_a_digest_and_a_report_are_posted_and_noted_whole(app: App, clock: Any) -> None:
    call(app)
    duties = {"digest": digests.digest, "weekly": digests.weekly}
    for post in duties.values():
        post(app.store, app.journal)
    clock.passes(days=7)

    for name, post in duties.items():
        died = whole_or_not_at_all(app, lambda app, post=post: post(app.store, app.journal))

        assert died >= 3
        assert post(app.store, app.journal).letters == 0
        assert letters(app, f"{name}.supervisor") == 1


def test_a_silence_and_its_end_are_told_whole(app: App, clock: Any) -> None:
    note_duty(app, "sweep")
    clock.passes(minutes=10)

    def watch(app: App) -> object:
        return watching.watch(app.store, app.journal)

    assert whole_or_not_at_all(app, watch) >= 4
    note_duty(app, "sweep")
    assert whole_or_not_at_all(app, watch) >= 4
    watch(app)

    assert letters(app, "daemon_silent.operator") == letters(app, "daemon_recovered.operator") == 1
