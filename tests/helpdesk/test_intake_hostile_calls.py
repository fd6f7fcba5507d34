"""Mail made to hurt, from the mailbox to the desk: none is lost, and none holds up another."""

from collections.abc import Callable, Iterator
from typing import Any

from helpdesk import reception
from helpdesk.config.settings import Config
from helpdesk.intake import Delivery
from helpdesk.journal import Journal
from helpdesk.reading import ChildReader
from helpdesk.store import Store
from tests.conftest import MONDAY
from tests.helpdesk.hostile import HOSTILE
from tests.helpdesk.made import request_mail, rows

BETWEEN = 10
"""After so many hostile mails comes one from Anne."""

MAILS = "SELECT uid, state, reason, call_id FROM received_mail ORDER BY id"


class Box:
    """A mailbox that holds all of them; each is made when its turn comes."""

    mailbox = "desk"

    def __init__(self) -> None:
        self.made: dict[str, Callable[[], bytes]] = {}
        self.settled: dict[str, bool] = {}
        for number, (name, make) in enumerate(HOSTILE.items()):
            self.made[name] = make
            if number % BETWEEN == 0:
                self.made[f"good {number}"] = lambda number=number: request_mail(number)

    def waiting(self, known: Callable[[str, str], bool]) -> Iterator[Delivery]:
        for name, make in self.made.items():
            if not known("1", name):
                yield Delivery(self.mailbox, "1", name, make(), MONDAY)

    def settle(self, uid: str, *, quarantined: bool = False) -> None:
        self.settled[uid] = quarantined


def test_each_becomes_a_call_or_is_filed_or_set_aside_with_a_reason(store: Store) -> None:
    box, reader, journal = Box(), ChildReader(), Journal(Config())

    reception.take_in(store, journal, box, reads=reader.read)
    at_once = by_name(store)
    for _ in range(reception.TRIES):
        reception.take_in(store, journal, box, reads=reader.read)
    in_the_end = by_name(store)

    reader.close()
    assert all(at_once[name]["call_id"] for name in box.made if name.startswith("good"))
    assert set(in_the_end) == set(box.settled) == set(box.made)
    for name, mail in in_the_end.items():
        assert mail["state"] in {"taken", "filed", "quarantined"}, name
        assert mail["reason"] or mail["state"] == "taken", name
        assert mail["call_id"] or mail["state"] == "filed", name
        assert box.settled[name] == (mail["state"] == "quarantined"), name


def by_name(store: Store) -> dict[str, dict[str, Any]]:
    return {row["uid"]: row for row in rows(store, MAILS)}
