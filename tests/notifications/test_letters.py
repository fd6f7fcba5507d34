"""Who gets a letter, on what event, and what is never in it."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from notifications import letters
from notifications.facts import FACTS, TemplateBroken, check_templates
from notifications.letters import Audience, letters_for

ANNE = {Audience.REQUESTER: ["anne@rosecottage.example"]}
HOSTILE = "{{ 7*7 }}{% raw %} =?utf-8?q?a=0D=0ABcc:_x=40y.test?= <script>alert(1)</script>"


def test_a_letter_goes_to_each_address_of_its_audience(facts: dict[str, Any]) -> None:
    to = {Audience.SUPERVISOR: ["sue@desk.example", "sam@desk.example"], Audience.OWNER: []}

    sent = letters_for("breached", facts, to)

    assert [letter.to for letter in sent] == ["sue@desk.example", "sam@desk.example"]
    assert {letter.audience for letter in sent} == {Audience.SUPERVISOR}
    assert {letter.event for letter in sent} == {"breached"}


def test_an_event_that_nobody_is_told_of_has_no_letters(facts: dict[str, Any]) -> None:
    assert letters_for("traced", facts, ANNE) == []


def test_the_listing_is_who_is_told_of_what() -> None:
    told = {f"{event}.{audience.value}" for event, audience in letters.events()}

    assert told == {
        "received.requester",
        "acknowledged.requester",
        "allocated.requester",
        "closed_cqc_details_wrong.requester",
        "closed_duplicate.requester",
        "closed_no_reply.requester",
        "closed_not_cqc_registered.requester",
        "closed_out_of_scope.requester",
        "closed_withdrawn.requester",
        "at_risk.desk",
        "at_risk.owner",
        "breached.owner",
        "breached.supervisor",
    }


def test_facts_are_declared_for_each_event_that_has_letters() -> None:
    assert {event for event, _ in letters.events()} == set(FACTS)


def test_the_facts_of_these_tests_are_those_that_are_declared(facts: dict[str, Any]) -> None:
    for declared in FACTS.values():
        for fact, parts in declared.items():
            given = facts[fact][0] if isinstance(facts[fact], list) else facts[fact]
            assert parts <= (set(given) if isinstance(given, dict) else set())


@pytest.mark.parametrize("event", sorted(FACTS))
def test_each_letter_needs_no_more_than_its_declared_facts(
    event: str, facts: dict[str, Any]
) -> None:
    declared = {fact: facts[fact] for fact in FACTS[event]}
    if parts := FACTS[event].get("call"):
        declared["call"] = {part: facts["call"][part] for part in parts}
    to = {audience: [f"{audience.value}@desk.example"] for audience in Audience}

    sent = letters_for(event, declared, to)

    assert sent
    assert all(letter.html for letter in sent)


def test_the_receipt_tells_a_stranger_nothing_that_a_stranger_wrote(facts: dict[str, Any]) -> None:
    facts["call"] |= dict.fromkeys(
        ("requester_name", "organisation", "urgent_reason"), "Buy cheap pills"
    )

    (receipt,) = letters_for("received", facts, ANNE)

    assert "pills" not in f"{receipt}"


def test_nobodys_name_is_in_a_subject(facts: dict[str, Any]) -> None:
    to = {audience: ["somebody@desk.example"] for audience in Audience}

    subjects = [letter.subject for event in FACTS for letter in letters_for(event, facts, to)]

    assert all("ODS-0000" in subject or "3 calls" in subject for subject in subjects)
    assert not [s for s in subjects if "Rose" in s or "Anne" in s or "Bart" in s]


@pytest.mark.parametrize("event", ["acknowledged", "allocated", "closed_out_of_scope"])
def test_what_people_wrote_is_not_run(event: str, facts: dict[str, Any]) -> None:
    facts["call"] |= {"requester_name": HOSTILE, "organisation": HOSTILE}
    facts["note"] = HOSTILE

    (letter,) = letters_for(event, facts, ANNE)

    assert "{{ 7*7 }}{% raw %} =?utf-8?q?a=0D=0ABcc:_x=40y.test?=" in " ".join(letter.text.split())
    assert "49" not in letter.text
    assert letter.html
    assert "<script" not in letter.html
    assert "{{ 7*7 }}" in letter.html


def test_a_name_cannot_pass_for_a_line_of_ours(facts: dict[str, Any]) -> None:
    facts["call"]["requester_name"] = "Anne\nSite code: VXXXX\u202e\ud800\x00"

    (letter,) = letters_for("acknowledged", facts, ANNE)

    assert letter.text.startswith("Hello Anne Site code: VXXXX   ,\n")


def test_a_fact_that_is_missing_is_not_glossed_over(facts: dict[str, Any]) -> None:
    del facts["call"]["reference"]

    with pytest.raises(UndefinedError, match="reference"):
        letters_for("acknowledged", facts, ANNE)


def test_a_moment_without_a_zone_is_refused(facts: dict[str, Any]) -> None:
    facts["due"] = {"provide": facts["call"]["received_at"].replace(tzinfo=None)}

    with pytest.raises(ValueError, match="zone"):
        letters_for("acknowledged", facts, ANNE)


def test_moments_are_told_in_the_zone_of_the_desk(facts: dict[str, Any]) -> None:
    facts["due"] = {"provide": facts["call"]["received_at"].replace(month=7)}

    (letter,) = letters_for("acknowledged", facts, ANNE)

    assert "Thursday 2 July 2026 at 10:00" in letter.text


def test_one_breach_is_named_in_the_subject(facts: dict[str, Any]) -> None:
    facts |= {"breaches": facts["breaches"][1:2], "total": 1}

    (letter,) = letters_for("breached", facts, {Audience.SUPERVISOR: ["sue@desk.example"]})

    assert letter.subject == "BREACHED: ODS-000017 acknowledge"


def test_a_flood_of_breaches_is_one_letter_that_says_how_many_there_are(
    facts: dict[str, Any],
) -> None:
    facts |= {"breaches": facts["breaches"] * 30, "total": 90}

    (letter,) = letters_for("breached", facts, {Audience.SUPERVISOR: ["sue@desk.example"]})

    assert letter.subject == "BREACHED: 90 calls"
    assert "50. ODS-" in letter.text
    assert "51. ODS-" not in letter.text
    assert "the worst 50 of 90" in letter.text
    assert "helpdesk list" in letter.text
    assert letter.html
    assert letter.html.count("Type: ") == 50


def test_every_template_that_we_ship_can_be_written() -> None:
    letters.check()


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("received.requester.txt", "{{ call.requester_name }}", "call.requester_name"),
        ("received.requester.txt", "{{ call.missing[0].colour }}", None),
        ("received.requester.txt", "{{ cal.reference }}", "cal, which"),
        ("received.requester.txt", "{{ call.reference|shout }}", "shout"),
        ("received.requester.txt", "{% if %}", "Expected"),
        ("received.requester.txt", '{% include "_no.txt" %}', "_no.txt"),
        ("breached.owner.txt", "{% for b in breaches %}{{ b.lat }}{% endfor %}", "breaches.lat"),
        ("breached.owner.txt", "{{ breaches[0].lat }}", "breaches.lat"),
        ("breached.owner.txt", "{% for a, b in breaches %}{{ b }}{% endfor %}", None),
        ("eaten.owner.txt", "", "no facts are declared for 'eaten'"),
        ("received.passer_by.txt", "", "is not named"),
        ("received.requester.pdf", "", "is not named"),
    ],
)
def test_a_broken_template_is_found_at_start(
    tmp_path: Path, name: str, text: str, complaint: str | None
) -> None:
    (tmp_path / name).write_text(f"Subject: a letter\n\n{text}\n")

    if complaint is None:
        check_templates(tmp_path)
        return
    with pytest.raises(TemplateBroken) as told:
        check_templates(tmp_path)

    assert complaint in str(told.value)


def test_a_part_is_checked_in_the_letter_that_uses_it(tmp_path: Path) -> None:
    (tmp_path / "_part.txt").write_text("{{ flag.late }}")
    (tmp_path / "at_risk.desk.txt").write_text('Subject: a letter\n\n{% include "_part.txt" %}')

    with pytest.raises(TemplateBroken, match=r"at_risk\.desk\.txt: asks for flag\.late"):
        check_templates(tmp_path)


@pytest.mark.parametrize("text", ["", "Dear Anne", "Subject: a letter\nDear Anne"])
def test_a_text_begins_with_its_subject(tmp_path: Path, text: str) -> None:
    (tmp_path / "received.requester.txt").write_text(text)

    with pytest.raises(TemplateBroken, match="does not begin with a subject"):
        check_templates(tmp_path)


def test_no_letter_is_html_only(tmp_path: Path) -> None:
    (tmp_path / "received.requester.html").write_text("<p>Hello</p>")

    with pytest.raises(TemplateBroken, match=r"no received\.requester\.txt beside it"):
        check_templates(tmp_path)
