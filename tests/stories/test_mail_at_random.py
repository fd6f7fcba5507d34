"""Whatever mails come, in whatever order: no state moves, nothing is lost, the events tell all."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from helpdesk.config.settings import Config, Desk, Intake, People, Smtp
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.desk import people
from helpdesk.desk.steps import Choice, Ending
from helpdesk.errors import HelpdeskError
from helpdesk.intake import Request
from helpdesk.models import MailState
from tests.conftest import FakeClock
from tests.stories.clients import ANNE, BART, DORA, EVE, Writer
from tests.stories.conftest import STAFF
from tests.stories.post_office import Posted, PostOffice
from tests.stories.postmasters import exchange, postfix
from tests.stories.story import REQUEST, Story
from workflows.lifecycle import Outcome
from workflows.refused import StepNotAllowed

AWAY = {"auto_submitted": "auto-replied", "subject": "Out of office"}
TAG = {"subject": "Re: [ODS-000001] our code"}


class So(NamedTuple):
    """What there is for a new mail to go on from."""

    letters: list[Posted]
    mails: list[bytes]

    def letter(self, n: int) -> Posted:
        return self.letters[n % len(self.letters)]

    def mail(self, n: int) -> bytes:
        return self.mails[n % len(self.mails)]


Makes = Callable[[Writer, So, int], bytes]

KINDS: Mapping[str, Makes] = {
    "new": lambda who, so, n: who.writes(f"{REQUEST}\nMail {n}"),
    "tagged": lambda who, so, n: who.writes(f"Mail {n}", **TAG),
    "answer": lambda who, so, n: who.answers(so.letter(n).raw, f"Mail {n}"),
    "answer to mail": lambda who, so, n: who.answers(so.mail(n), f"Mail {n}"),
    "passed on": lambda who, so, n: who.forwards(so.mail(n), f"Mail {n}", whole=bool(n % 2)),
    "away": lambda who, so, n: who.answers(so.letter(n).raw, f"Mail {n}", **AWAY),
    "bounce": lambda who, so, n: postfix(so.letter(n), copy=bool(n % 2)),
    "full": lambda who, so, n: exchange(so.letter(n), "5.2.2"),
    "late": lambda who, so, n: exchange(so.letter(n), "4.4.1", action="delayed"),
    "loop": lambda who, so, n: so.letter(n).raw,
    "again": lambda who, so, n: so.mail(n),
    "again, by another way": lambda who, so, n: b"Received: by mx2\r\n" + so.mail(n),
    "rubbish": lambda who, so, n: bytes([n % 256]) * (n % 50),
}

DEEDS: Mapping[str, Callable[[Story, str], object]] = {
    "acknowledge": lambda story, call: story.bart.acknowledge(call),
    "trace": lambda story, call: story.bart.trace(call, Choice(location="1-100000001")),
    "hold": lambda story, call: story.hold(call, note="which home?"),
    "close": lambda story, call: story.bart.close(call, Ending(Outcome.WITHDRAWN)),
    "merge": lambda story, call: story.bart.merge(call, into="1"),
    "reopen": lambda story, call: story.bart.reopen(call, "it goes on"),
    "a day passes": lambda story, call: story.clock.passes(days=1),
    "a month passes": lambda story, call: story.clock.passes(days=31),
}

NUMBERS = st.integers(0, 1000)
MAILS = st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from([ANNE, DORA, EVE, BART]), NUMBERS)
WORKS = st.tuples(st.sampled_from(sorted(DEEDS)), NUMBERS)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],  # to make a failure smaller would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(MAILS | MAILS | WORKS, min_size=5, max_size=25), st.booleans())
def test_mail_moves_no_call_and_none_is_lost(
    sqlite_template: Path, tmp_path: Path, office: PostOffice, moves, plus
) -> None:
    with desk(sqlite_template, tmp_path, office, plus=plus) as story:
        first = ANNE.writes(REQUEST, cc="Dora Dean <dora@rosecottage.example>")
        story.arrives(first)
        phoned = Request("Fay", "fay@elsewhere.example", "01632 960321", "Lilac")
        story.bart.raise_call(phoned, None)
        so = So(letters_of(story), [first])
        for number, move in enumerate(moves):
            if move[0] in DEEDS:
                work(story, *move)
            else:
                kind, writer, n = move
                raw = KINDS[kind](writer, so, n)
                check_arrival(story, raw, f"box {number}")
                so.mails.append(raw)
            so = So(letters_of(story), so.mails)

        check_all(story, len(so.mails))


def work(story: Story, deed: str, n: int) -> None:
    calls = story.references()
    with suppress(HelpdeskError, StepNotAllowed):
        DEEDS[deed](story, calls[n % len(calls)])


def check_arrival(story: Story, raw: bytes, mailbox: str) -> None:
    """The mail is taken in: whatever it was, it moved no call, and a program's moved no clock."""
    states, clocks = calls_of(story), clocks_of(story)

    became = story.arrives(raw, mailbox=mailbox)

    assert sum(became) == 1
    assert became.failed == became.quarantined == 0
    after = calls_of(story)
    assert {number: after[number] for number in states} == states
    assert all(after[number][0] == "received" for number in after.keys() - states)
    assert len(after.keys() - states) == became.raised
    if not became.raised and not became.threaded:
        assert clocks_of(story) == clocks


def check_all(story: Story, arrived: int) -> None:
    rows = story.rows("SELECT state, call_id, raw FROM received_mail")
    assert len(rows) == arrived
    assert {MailState(row["state"]) for row in rows} <= DONE
    assert all(row["call_id"] for row in rows if row["state"] == "taken")
    receipts = story.rows("SELECT call_id FROM letter WHERE kind = 'received.requester'")
    assert len({row["call_id"] for row in receipts}) == len(receipts)
    assert story.differences() == []


DONE = {MailState.TAKEN, MailState.FILED, MailState.DUPLICATE}


def calls_of(story: Story) -> dict[int, tuple[object, ...]]:
    """What no mail may change in a call."""
    asked = "SELECT id, state, outcome, closed_at, owner_id, location_id, urgent FROM call"
    return {row["id"]: tuple(row.values())[1:] for row in story.rows(asked)}


def clocks_of(story: Story) -> list[dict[str, object]]:
    return story.rows("SELECT * FROM clock ORDER BY id")


def letters_of(story: Story) -> list[Posted]:
    """All letters of the desk, sent or not."""
    asked = "SELECT raw, to_address, envelope_sender FROM letter ORDER BY id"
    return [
        Posted(
            row["envelope_sender"],
            row["to_address"],
            message_from_bytes(row["raw"], policy=policy.default),
            row["raw"],
        )
        for row in story.rows(asked)
    ]


@contextmanager
def desk(template: Path, folder: Path, office: PostOffice, *, plus: bool) -> Iterator[Story]:
    """A desk that nothing has happened to yet."""
    with TemporaryDirectory(dir=folder) as own:
        database = Path(own) / "helpdesk.sqlite"
        shutil.copy(template, database)
        database.chmod(0o600)
        config = Config(
            desk=Desk(name="The ODS desk", address="desk@ods.example"),
            store=StoreSettings(database=f"sqlite:///{database}"),
            intake=Intake(receipts_per_hour=1000),
            smtp=Smtp(plus_addresses=plus),
            people=People(supervisors=("sue@ods.example",)),
        )
        story = Story(config, FakeClock(), office)
        story.app.store.run(
            lambda tx: [people.add(tx, story.app.journal, person, "sue") for person in STAFF]
        )
        try:
            yield story
        finally:
            story.app.store.engine.dispose()
