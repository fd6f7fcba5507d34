"""Holds: why a call may wait, whether its clock waits too, and what happens meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from workflows.calendar import Calendar
from workflows.lifecycle import Hold

DAY = timedelta(days=1)


class Rules(NamedTuple):
    """What holds do, as the desk has it configured."""

    requester_pauses: bool = True  #: whether the clock waits for the requester
    cqc_pauses_for: timedelta = timedelta(days=28)  #: how long it waits for CQC, in one cycle
    chasers: tuple[int, ...] = (3, 7)  #: days after the last message on which we ask again
    no_reply: int = 14  #: the day on which a call is closed whose requester never answered
    audit_before_due: timedelta = timedelta(hours=24)


class Next(Enum):
    """What comes next to a call on hold."""

    CHASE = "chase"
    NO_REPLY = "no_reply"
    PAUSE_ENDS = "pause_ends"  #: the call stays on hold; its clock goes on
    ENDS = "ends"


class Waiting(NamedTuple):
    """A call on hold."""

    reason: Hold
    since: datetime
    until: datetime | None = None
    last_message: datetime | None = None  #: the last one before the hold, by either side
    chased: tuple[datetime, ...] = ()  #: when chasers were posted
    can_chase: bool = True  #: whether the requester has an address that letters go to
    pause_ends: datetime | None = None  #: when its clock goes on, although it is still on hold


def allowance(rules: Rules, reason: Hold, paused_before: timedelta) -> timedelta | None:
    """How long a hold for `reason` may let the clock stand still; None is without end.

    `paused_before`: how long other holds for the same reason did so in the same cycle.
    """
    if reason is Hold.AWAITING_REQUESTER and rules.requester_pauses:
        return None
    if reason is Hold.AWAITING_CQC:
        return max(timedelta(), rules.cqc_pauses_for - paused_before)
    return timedelta()


def next_moment(
    rules: Rules, waiting: Waiting, calendar: Calendar, now: datetime
) -> tuple[datetime, Next] | None:
    """When something comes next to a call on hold, and what; None if nothing ever does.

    Letters wait for the desk to be open. Each is so far from the one before as the days say, even
    if that one was late, so that nobody is given up who was not warned in time.
    """
    moments = [(waiting.until, Next.ENDS), (waiting.pause_ends, Next.PAUSE_ENDS)]
    if waiting.reason is Hold.AWAITING_REQUESTER and waiting.can_chase:
        moments.append(_next_letter(rules, waiting, calendar, now))
    coming = [(moment, what) for moment, what in moments if moment is not None]
    return min(coming, key=lambda each: each[0], default=None)


def gives_up(rules: Rules, last_chaser: datetime, calendar: Calendar) -> datetime:
    """When a call is closed whose last chaser goes out at `last_chaser`."""
    return calendar.opening(last_chaser + DAY * (rules.no_reply - rules.chasers[-1]))


def _next_letter(
    rules: Rules, waiting: Waiting, calendar: Calendar, now: datetime
) -> tuple[datetime, Next]:
    days = (*rules.chasers, rules.no_reply)
    done = len(waiting.chased)
    first = waiting.last_message or waiting.since
    moment = first + DAY * days[done]
    if waiting.chased:
        moment = max(moment, waiting.chased[-1] + DAY * (days[done] - days[done - 1]))
    what = Next.CHASE if done < len(rules.chasers) else Next.NO_REPLY
    return calendar.opening(max(moment, now)), what


def audit(
    rules: Rules,
    waiting: Waiting,
    now: datetime,
    *,
    due: datetime | None,
    replied: datetime | None,
) -> Sequence[str]:
    """What a supervisor should look at: sentences; none if the hold is in order.

    `due`: when the call's clock was due as the hold began; `replied`: the last human reply.
    """
    found = []
    if due is not None and waiting.since < due < waiting.since + rules.audit_before_due:
        found.append("placed shortly before it was due")
    if replied is not None and replied > waiting.since:
        found.append("still on hold after a reply")
    if waiting.until is not None and now > waiting.until:
        found.append("past its date")
    return found
