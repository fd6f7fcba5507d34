"""What a transaction asks of the promises: clocks, their calendars, and who was told of what."""

import json
from collections.abc import Collection, Sequence
from functools import lru_cache

import sqlalchemy as sa
from sqlmodel import col, select

from helpdesk.errors import CalendarLost
from helpdesk.models import Alert, Call, Clock, Event
from helpdesk.models import Calendar as KeptCalendar
from helpdesk.store.unit import Unit
from workflows import sla
from workflows.calendar import OFFICE, Calendar, calendar_from

_CALENDAR = sa.select(col(KeptCalendar.key)).where(col(KeptCalendar.key) == sa.bindparam("key"))


class PromiseQuestions(Unit):
    """Clocks, calendars and alerts."""

    def calendar(self, key: str) -> Calendar:
        """The calendar that a clock goes by; the usual office hours if it names none.

        CalendarLost if the store has lost the one that it names.
        """
        if not key:
            return OFFICE
        kept = self.session.get(KeptCalendar, key)
        if kept is None:
            raise CalendarLost(
                f"the calendar {key}, which clocks go by, is missing from the database;"
                " restore it from a backup"
            )
        return _calendar(kept.facts)

    def keep_calendar(self, calendar: Calendar) -> None:
        """See to it that clocks can name `calendar` by its key."""
        if self.first(_CALENDAR, key=calendar.key) is None:
            self.write(KeptCalendar(key=calendar.key, facts=json.dumps(calendar.values())))

    def clocks(self, call: Call) -> Sequence[Clock]:
        """The call's clocks, in the order in which they started."""
        mine = select(Clock).where(Clock.call_id == call.id)
        return self.session.exec(mine.order_by(col(Clock.id))).all()

    def clocks_of(self, call_ids: Collection[int]) -> dict[int, list[Clock]]:
        """The clocks of those calls, by the call's number, in the order in which they started."""
        found: dict[int, list[Clock]] = {}
        asked = select(Clock).where(col(Clock.call_id).in_(call_ids)).order_by(col(Clock.id))
        for clock in self.session.exec(asked):
            found.setdefault(clock.call_id, []).append(clock)
        return found

    def calls_after(self, number: int, limit: int) -> Sequence[int]:
        """The numbers of the calls that follow that one."""
        asked = select(Call.id).where(col(Call.id) > number).order_by(col(Call.id)).limit(limit)
        return [found for found in self.session.exec(asked) if found is not None]

    def calls_with_clocks_after(self, number: int, limit: int) -> Sequence[int]:
        """The numbers of the calls that follow that one, and have a clock that has not ended."""
        asked = (
            select(Clock.call_id)
            .where(col(Clock.stopped_at).is_(None), col(Clock.call_id) > number)
            .order_by(col(Clock.call_id))
            .distinct()
            .limit(limit)
        )
        return self.session.exec(asked).all()

    def alerts_of(self, call: Call) -> Sequence[Alert]:
        """What was flagged of the call, and whom it was told."""
        mine = select(Alert).where(Alert.call_id == call.id).order_by(col(Alert.id))
        return self.session.exec(mine).all()

    def reading(self, row: Clock) -> sla.Clock:
        """A clock's row as the value that the rules work on."""
        return row.reading(self.calendar(row.policy.get("calendar", "")))

    def events_of(self, call_ids: Collection[int]) -> dict[int, list[Event]]:
        """All that happened to those calls, by the call's number, in its order."""
        found: dict[int, list[Event]] = {}
        asked = select(Event).where(col(Event.call_id).in_(call_ids)).order_by(col(Event.id))
        for event in self.session.exec(asked):
            found.setdefault(event.call_id or 0, []).append(event)
        return found

    def tell_now(self, call: Call) -> None:
        """Let nothing that is to be told of `call` wait for desk hours any longer."""
        waiting = (col(Alert.call_id) == call.id, col(Alert.tell_at) > self.now)
        told = col(Alert.stage).in_([stage.value for stage in sla.WORTH_A_FLAG])
        self.session.execute(sa.update(Alert).where(*waiting, told).values(tell_at=self.now))

    def forget_warnings(self, clock: Clock) -> None:
        """Let nobody be told any more that a clock is at risk, or left alone: it ended."""
        mine = (
            col(Alert.call_id) == clock.call_id,
            col(Alert.target) == clock.target,
            col(Alert.cycle) == clock.cycle,
            col(Alert.stage) != sla.Standing.BREACHED.value,
            col(Alert.tell_at).is_not(None),
        )
        self.session.execute(sa.update(Alert).where(*mine).values(tell_at=None))


@lru_cache(maxsize=16)
def _calendar(facts: str) -> Calendar:
    # The same value each time: what it has worked out of its years is kept with it.
    return calendar_from(json.loads(facts))
