"""Urgent first, then the least time left, then the longest here; and nobody starves unseen."""

from datetime import timedelta

import pytest

from helpdesk import views
from helpdesk.desk.steps import Ending
from helpdesk.intake import Request

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


def test_the_least_time_left_comes_first(story, clock):
    acknowledged = story.anne_writes()
    story.bart.acknowledge(acknowledged)
    clock.passes(hours=1)
    received = story.anne_writes()

    assert story.order() == [received, acknowledged]


def test_what_is_overdue_longest_comes_before_what_is_overdue(story, clock):
    first = story.anne_writes()
    clock.passes(hours=1)
    second = story.anne_writes()
    clock.passes(days=5)

    lines = story.worklist()

    assert [line.reference for line in lines] == [first, second]
    assert all(line.left < timedelta() for line in lines)


def test_of_equal_ones_the_longest_here_comes_first(story, clock):
    story.bart.raise_call(Request(organisation="Lilac"), clock.now)
    story.bart.raise_call(Request(organisation="Rose Cottage"), clock.now - timedelta(minutes=1))

    assert story.order() == ["ODS-000002", "ODS-000001"]


def test_among_the_urgent_the_least_time_left_comes_first(story, clock):
    first = story.anne_writes()
    clock.passes(hours=1)
    second, usual = story.anne_writes(), story.anne_writes()
    for call in (second, first):
        story.bart.set_urgent(call, "they go live")

    assert story.order() == [first, second, usual]


def test_what_has_its_code_presses_no_longer(story, register, clock):
    allocated = story.traced()
    story.bart.allocate(allocated)
    clock.passes(days=1)
    later = story.anne_writes()

    lines = story.worklist()

    assert [line.reference for line in lines] == [later, allocated]
    assert lines[1].standing is None
    assert lines[1].step == "close"


def test_closed_calls_are_not_on_the_worklist(story, register):
    call = story.traced()
    story.bart.allocate(call)

    story.bart.close(call, Ending())

    assert story.order() == []


def test_each_line_says_what_to_do_next(story, register):
    received, acknowledged, traced = story.anne_writes(), story.anne_writes(), story.traced()
    story.bart.acknowledge(acknowledged)

    steps = {line.reference: line.step for line in story.worklist()}

    assert steps == {received: "acknowledge", acknowledged: "trace", traced: "allocate"}


def test_an_agent_sees_their_own(story):
    barts, criss = story.anne_writes(), story.anne_writes()
    story.bart.acknowledge(barts)
    story.cris.acknowledge(criss)

    assert [line.reference for line in story.worklist("bart")] == [barts]


@on_both
def test_what_is_not_urgent_and_breaches_today_is_named(story, clock):
    overdue = story.anne_writes()
    clock.passes(hours=14)
    first, urgent = story.anne_writes(), story.anne_writes()
    story.bart.set_urgent(urgent, "they go live")
    clock.passes(hours=35)
    second = story.anne_writes()

    def today():
        ends = clock.now.replace(hour=23, minute=59, second=59)
        return [line.reference for line in views.breaching_today(story.worklist(), ends)]

    assert story.order() == [urgent, overdue, first, second]
    assert today() == [first]
    clock.passes(days=1)
    assert today() == []


def test_a_reply_that_waits_is_marked(story):
    call = story.anne_writes(message_id="<first@rosecottage.example>")

    story.arrives(story.mail("One more thing.", in_reply_to="<first@rosecottage.example>"))

    assert "reply waiting" in story.worklist()[0].marks
    assert story.order() == [call]
