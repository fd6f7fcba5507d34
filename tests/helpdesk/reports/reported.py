"""A desk to which things happen at moments that a test names, and what is reported of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from helpdesk import reports
from helpdesk.app import App
from helpdesk.database import reading
from helpdesk.desk.holds import Holding
from helpdesk.desk.steps import Choice, Ending
from helpdesk.intake import Request
from helpdesk.reports.figures import Week
from helpdesk.sweep import sweep
from workflows.lifecycle import Hold, Outcome

PLACE = {
    "locationId": "1-100000001",
    "providerId": "1-200000001",
    "name": "Rose Cottage",
    "odsCode": "VN1A2",
    "registrationStatus": "Registered",
}


def feb(day: int, hour: int) -> datetime:
    return datetime(2026, 2, day, hour, tzinfo=UTC)


def mar(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


class Made:
    """A desk to which things happen at moments that a test names, in their order."""

    def __init__(self, app: App, clock: Any) -> None:
        self.app, self.clock = app, clock
        self.bart = app.desk.who("bart", None)

    def at(self, moment: datetime) -> "Made":
        assert moment >= self.clock.now
        self.clock.now = moment
        return self

    def raised(self, organisation: str) -> str:
        request = Request(organisation=organisation, requester_email="anne@rosecottage.example")
        answer = self.app.desk.raise_call(request, self.bart, None, again=True).answer
        return str(answer["reference"])

    def acknowledged(self, call: str) -> None:
        self.app.desk.acknowledge(call, self.bart)

    def provided(self, call: str) -> None:
        self.app.desk.trace(call, self.bart, Choice(location="1-100000001"))
        self.app.desk.allocate(call, self.bart)
        self.closed(call)

    def held(self, call: str, reason: Hold, until: datetime | None = None) -> None:
        self.app.desk.hold(call, self.bart, Holding(reason, until))

    def closed(self, call: str, outcome: Outcome | None = None) -> None:
        self.app.desk.close(call, self.bart, Ending(outcome))

    def week(self, day: date = date(2026, 3, 2)) -> Week:
        with reading(self.app.store.url) as reader:
            config = self.app.config
            return reports.week(reader, config, *reports.week_with(config, day), self.clock.now)

    def morning(self, since: datetime) -> dict[str, Any]:
        with reading(self.app.store.url) as reader:
            return reports.morning(reader, self.app.config, self.clock.now, since)

    def sweeps(self) -> None:
        sweep(self.app.store, self.app.journal)
