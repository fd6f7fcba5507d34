"""Who gets a letter, on what event, and what is never in it."""

import re
from typing import Any

import pytest
from jinja2 import UndefinedError

from notifications import letters
from notifications.facts import FACTS, NO_DESK_HOURS
from notifications.letters import SEPARATOR, Audience, letters_for

ANNE = {Audience.REQUESTER: ["anne@rosecottage.example"]}
BART = {Audience.OWNER: ["bart@desk.example"]}
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
        "recoded.requester",
        "register_changed.desk",
        "register_changed.owner",
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
        "asked.requester",
        "chaser.requester",
        "reopened.requester",
        "reply.requester",
        "level_2.lead",
        "digest.supervisor",
        "weekly.supervisor",
        "quarantined.operator",
        "daemon_silent.operator",
        "daemon_recovered.operator",
    }


def test_facts_are_declared_for_each_event_that_has_letters() -> None:
    assert {event for event, _ in letters.events()} == set(FACTS)


def test_the_facts_of_these_tests_are_those_that_are_declared(
    facts: dict[str, Any], holds_of: dict[str, Any]
) -> None:
    for event, declared in FACTS.items():
        facts["holds"] = holds_of.get(event)
        for fact, parts in declared.items():
            given = facts[fact][0] if isinstance(facts[fact], list) else facts[fact]
            assert parts <= (set(given) if isinstance(given, dict) else set())


@pytest.mark.parametrize("event", sorted(FACTS))
def test_each_letter_needs_no_more_than_its_declared_facts(
    event: str, facts: dict[str, Any], holds_of: dict[str, Any]
) -> None:
    facts["holds"] = holds_of.get(event)
    declared = {fact: _only(facts[fact], parts) for fact, parts in FACTS[event].items()}
    to = {audience: [f"{audience.value}@desk.example"] for audience in Audience}

    sent = letters_for(event, declared, to)

    assert sent
    assert all(letter.html for letter in sent)


def _only(fact: Any, parts: frozenset[str]) -> Any:
    """What is declared of a fact, or of each thing in it, and nothing more."""
    if not parts:
        return fact
    if isinstance(fact, list):
        return [_only(thing, parts) for thing in fact]
    return {part: fact[part] for part in parts}


def test_the_receipt_tells_a_stranger_nothing_that_a_stranger_wrote(facts: dict[str, Any]) -> None:
    facts["call"] |= dict.fromkeys(
        ("requester_name", "organisation", "urgent_reason"), "Buy cheap pills"
    )

    (receipt,) = letters_for("received", facts, ANNE)

    assert "pills" not in f"{receipt}"


def test_nobodys_name_is_in_a_subject(facts: dict[str, Any], holds_of: dict[str, Any]) -> None:
    to = {audience: ["somebody@desk.example"] for audience in Audience}

    subjects = [
        letter.subject
        for event in FACTS
        for letter in letters_for(event, facts | {"holds": holds_of.get(event)}, to)
    ]

    assert all(
        re.search(r"ODS-0000|3 calls|2 new|Weekly|desk-one|mail 41", subject)
        for subject in subjects
    )
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

    assert "\nHello Anne Site code: VXXXX   ,\n" in letter.text


def test_a_letter_to_a_requester_says_where_to_answer_and_no_other_does(
    facts: dict[str, Any],
) -> None:
    (letter,) = letters_for("acknowledged", facts, ANNE)
    (other,) = letters_for("quarantined", facts, {Audience.OPERATOR: ["olaf@desk.example"]})

    assert SEPARATOR in letter.text.splitlines()[0]
    assert letter.html is not None
    assert letter.html.index(SEPARATOR) < letter.html.index("Hello")
    assert SEPARATOR not in other.text + str(other.html)


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


@pytest.mark.parametrize("urgent", [" (urgent)", ""])
def test_one_call_at_risk_is_named_in_the_subject(urgent: str, facts: dict[str, Any]) -> None:
    facts |= {"risks": [facts["risks"][0] | {"urgent": bool(urgent)}], "total": 1}

    (letter,) = letters_for("at_risk", facts, BART)

    assert letter.subject == f"AT RISK: ODS-000017 acknowledge{urgent}"


@pytest.mark.parametrize(
    ("event", "audience", "caption"),
    [
        ("at_risk", Audience.OWNER, "The 3 most pressing of 10,000 promises"),
        ("at_risk", Audience.DESK, "The 3 most pressing of 10,000 promises"),
        ("breached", Audience.SUPERVISOR, "The worst 3 of 10,000 missed promises"),
        ("breached", Audience.OWNER, "The worst 3 of 10,000 missed promises"),
        ("level_2", Audience.LEAD, "The worst 3 of 10,000 missed promises"),
    ],
)
def test_a_flood_of_flags_is_one_letter_that_says_how_many_there_are(
    event: str, audience: Audience, caption: str, facts: dict[str, Any]
) -> None:
    facts |= {"total": 10_000, "more": 9_997}

    (letter,) = letters_for(event, facts, {audience: ["sue@desk.example"]})

    assert letter.subject.endswith(": 10,000 calls")
    assert "and 9,997 more: helpdesk list shows them all" in letter.text
    assert letter.html
    assert caption in letter.html
    assert "and 9,997 more" in letter.html


def test_who_is_warned_hears_that_nobody_will_be_there(facts: dict[str, Any]) -> None:
    facts["risks"] = [facts["risks"][0] | {"desk_left": NO_DESK_HOURS}]

    (one,) = letters_for("at_risk", facts | {"total": 1}, BART)
    (several,) = letters_for("at_risk", facts | {"total": 2, "more": 1}, BART)

    assert "Nobody will be at the desk before it is due" in one.text
    assert "nobody will be at the desk before it is due" in several.text


def test_an_all_clear_says_that_the_daemon_lives(facts: dict[str, Any]) -> None:
    sections = ("new", "still", "cleared", "at_risk_today", "mail", "holds")
    facts |= {section: [] for section in sections}
    facts |= {f"{section}_total": 0 for section in sections}
    facts["digest"]["all_clear"] = True

    (letter,) = letters_for("digest", facts, {Audience.SUPERVISOR: ["sue@desk.example"]})

    assert letter.subject == "All clear: Monday 2 March 2026"
    assert "it proves that the daemon is alive" in letter.text
    assert "Last good sweep: Monday 2 March 2026 at 08:59" in letter.text


@pytest.mark.parametrize(
    ("share", "drawn"),
    [
        (0, "[....................]"),
        (1, "[#...................]"),
        (50, "[##########..........]"),
        (99, "[###################.]"),
        (100, "[####################]"),
    ],
)
def test_a_bar_is_full_or_empty_only_if_all_or_none_is_meant(
    share: int, drawn: str, facts: dict[str, Any], holds_of: dict[str, Any]
) -> None:
    facts |= {"holds": holds_of["weekly"]}
    facts["end_to_end"]["share"] = share

    (letter,) = letters_for("weekly", facts, {Audience.SUPERVISOR: ["sue@desk.example"]})

    assert f"In time:     {drawn} 90.1 %" in letter.text
