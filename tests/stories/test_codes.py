"""Codes: new ones come from the desk's ranges, none is given twice, a wrong one is put right."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from helpdesk.config.settings import Codes
from helpdesk.desk.providing import Wish
from helpdesk.desk.recoding import Moving, Recoding
from helpdesk.desk.steps import Choice, Ending
from helpdesk.duties import load_register
from helpdesk.errors import BadValue, NotFound, NotPermitted
from helpdesk.intake import Request
from helpdesk.register.asking import Loading
from workflows.refused import StepNotAllowed

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)

NEW = Wish(new=True)
ROSE, LILAC = "1-100000001", "1-100000002"


@pytest.fixture
def pooled(story, register):
    """The desk may allocate three site codes, and two parent codes."""
    story.reconfigure(codes=Codes(site_pool=("VX9YX-VXA00",), parent_pool=("AX00-AX01",)))
    return story


@on_both
def test_what_the_register_has_not_comes_from_the_desks_ranges(pooled):
    call = pooled.traced(LILAC)
    pooled.post()

    said = pooled.bart.allocate(call, NEW).answer["said"]

    assert "site code VX9YX" in said[0]
    assert "parent code AX00" in said[0]
    assert "newly given" in pooled.post()[-1].text
    rows = pooled.rows("SELECT value, level, origin, call_id FROM code WHERE origin = 'pool'")
    assert {row["value"]: row["level"] for row in rows} == {"AX00": "parent", "VX9YX": "site"}
    again = pooled.traced(LILAC)
    assert "VX9YX" in pooled.cris.allocate(again).answer["said"][0]


def test_a_desk_with_ranges_is_told_of_them_where_there_is_no_code(pooled):
    with pytest.raises(StepNotAllowed, match=r"site code.*, or --new for one of the desk's own"):
        pooled.bart.allocate(pooled.traced(LILAC))


def test_a_step_that_is_refused_uses_no_code(pooled):
    call = pooled.traced(LILAC)

    with pytest.raises(BadValue):
        pooled.bart.allocate(call, Wish(site="VN1A2", new=True))

    assert "VX9YX" in pooled.bart.allocate(call, NEW).answer["said"][0]


def test_a_code_that_was_given_already_is_passed_over(pooled):
    pooled.bart.allocate(pooled.traced(LILAC), Wish("VX9YX", "A2D4"))
    pooled.sue.move_code("VX9YX", Moving(ROSE, "ODS", instead=True))

    said = pooled.cris.allocate(pooled.traced(LILAC), NEW).answer["said"]

    assert "site code VX9YY" in said[0]


def test_the_end_of_the_ranges_is_told_with_what_to_do(story, register):
    call = story.traced(LILAC)

    with pytest.raises(BadValue, match=r"no new site code left.*\[codes\] site_pool"):
        story.bart.allocate(call, NEW)


@on_both
def test_two_who_allocate_at_once_give_one_code_once(pooled):
    calls = [pooled.traced(LILAC) for _ in range(2)]

    def allocate(call):
        try:
            return pooled.bart.allocate(call, NEW).answer["said"][0]
        except StepNotAllowed as refused:
            return str(refused)

    with ThreadPoolExecutor(2) as both:
        said = list(both.map(allocate, calls))

    assert all("VX9YX" in each for each in said), said
    assert len(pooled.rows("SELECT value FROM code WHERE origin = 'pool'")) == 2


@on_both
def test_a_wrong_code_is_put_right_and_the_requester_is_told(story, register):
    call = story.traced(ROSE)
    story.bart.allocate(call)
    story.bart.close(call, Ending())
    story.post()
    clocks = story.rows("SELECT * FROM clock ORDER BY id")

    wish = Wish("VN2C3", "A2D4")
    recoding = Recoding("it was the home next door", Choice(location=LILAC, instead=True), wish)
    said = story.bart.recode(call, recoding).answer["said"]

    assert "site code VN2C3" in said[0]
    assert (story.call(call)["site_code"], story.call(call)["parent_code"]) == ("VN2C3", "A2D4")
    (event,) = story.events(call, "recoded")
    assert event["facts"]["before"] == ["VN1A2", "A1C2"]
    (letter,) = story.post()
    assert letter.subject == f"[{call}] CORRECTION: your ODS codes"
    assert "please do not use VN1A2 or A1C2" in " ".join(letter.text.split())
    assert story.rows("SELECT * FROM clock ORDER BY id") == clocks


def test_a_call_that_has_no_code_cannot_be_recoded(story, register):
    call = story.traced(ROSE)

    with pytest.raises(StepNotAllowed, match="was provided no code"):
        story.bart.recode(call, Recoding("wrong"))


def test_codes_that_are_right_are_not_put_right(story, register):
    call = story.traced(ROSE)
    story.bart.allocate(call)

    with pytest.raises(StepNotAllowed, match="nothing differs"):
        story.bart.recode(call, Recoding("to be sure"))


def test_a_supervisor_says_whose_a_code_is(story, register):
    story.sue.move_code("VN1A2", Moving(LILAC, "ODS, by telephone"))

    rows = story.rows("SELECT cqc_id, code FROM location ORDER BY cqc_id")
    assert rows == [{"cqc_id": ROSE, "code": ""}, {"cqc_id": LILAC, "code": "VN1A2"}]
    call = story.traced(LILAC)
    assert "VN1A2" in story.bart.allocate(call).answer["said"][0]


def test_an_agent_does_not(story, register):
    with pytest.raises(NotPermitted, match="supervisor"):
        story.bart.move_code("VN1A2", Moving(LILAC, "I think so"))
    with pytest.raises(NotFound, match="VN7A7"):
        story.sue.move_code("VN7A7", Moving(LILAC, "ODS"))


def test_a_home_that_has_a_code_loses_it_to_no_other_by_mistake(pooled):
    pooled.bart.allocate(pooled.traced(LILAC), NEW)

    with pytest.raises(StepNotAllowed, match=r"has the site code VX9YX.*--instead"):
        pooled.sue.move_code("VN1A2", Moving(LILAC, "ODS"))
    said = pooled.sue.move_code("VN1A2", Moving(LILAC, "ODS", instead=True)).answer["said"]

    assert said[1:] == ["look at ODS-000001, which was provided VX9YX"]


def test_an_agents_code_for_another_home_is_refused_even_after_it_was_let_go(story, register):
    story.sue.move_code("VN1A2", Moving(LILAC, "ODS"))
    call = story.traced(ROSE)

    with pytest.raises(BadValue, match="VN1A2 is the code of Lilac"):
        story.bart.allocate(call, Wish("VN1A2"))


def test_a_request_by_telephone_hears_of_the_open_call(story, register):
    story.anne_writes()

    again = Request(organisation="Rose Cottage", postcode="zz1 1aa", cqc_location_id=ROSE)
    raised = story.bart.raise_call(again, None)

    assert any("already open: ODS-000001" in said for said in raised.answer["said"])


@on_both
def test_what_a_supervisor_settled_no_file_disputes_again(story, register):
    story.sue.move_code("VN1A2", Moving(LILAC, "ODS, by telephone"))

    again = Loading("sue", again=True)
    summary = load_register(story.app, [register], story.app.desk.who("sue", None), again)

    assert summary.claims == ()
    assert "VN1A2" in story.bart.allocate(story.traced(LILAC)).answer["said"][0]
