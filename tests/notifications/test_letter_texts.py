"""Each letter, word for word: golden/<letter>.txt. HELPDESK_WRITE_GOLDEN=1 writes them anew."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from notifications.letters import TEMPLATES, Audience, Letter, letters_for

GOLDEN = Path(__file__).with_name("golden")
LETTERS = sorted(path.stem for path in TEMPLATES.glob("[!_]*.txt"))


def _bare(facts: dict[str, Any]) -> None:
    """What a letter says when hardly anything is known."""
    nothing = {"requester_name": "", "organisation": "", "kind": "", "owner": "", "missing": []}
    facts["call"] |= nothing | {"urgent": False, "urgent_reason": ""}
    facts |= {"signature": ""}
    facts |= {"agent": "", "note": "", "due": {"acknowledge": None, "provide": None}}
    facts["desk"] = facts["desk"] | {"phone": ""}
    facts["codes"] |= {"parent": "", "newly_allocated": True}
    _one_risk(facts)
    facts["risks"][0] |= {"organisation": "", "owner": "", "urgent": False}
    facts["risks"][0] |= {"desk_left": "no desk hours", "unwinnable": True}
    facts |= {"breaches": facts["breaches"][:1], "total": 1, "needed": [], "last_sweep": None}
    facts["daemon"] |= {"last_good": None, "since": None, "error": ""}
    facts |= {"ageing": [], "outcomes": [], "holds": []}
    facts["end_to_end"] |= {"count": 0}
    facts["targets"] = [target | {"finished": 0} for target in facts["targets"]]
    for section in ("new", "still", "at_risk_today", "cleared", "mail"):
        facts |= {section: [], f"{section}_total": 0}
    facts |= {"holds_total": 0, "digest": facts["digest"] | {"all_clear": True}}


def _parent_only(facts: dict[str, Any]) -> None:
    facts["codes"] |= {"site": "", "site_name": ""}


def _home_care(facts: dict[str, Any]) -> None:
    facts["call"]["kind"] = "home care"


def _last(facts: dict[str, Any]) -> None:
    facts["last"] = True


def _last_without_a_date(facts: dict[str, Any]) -> None:
    facts |= {"last": True, "closes_at": None, "note": ""}


def _only_needed(facts: dict[str, Any]) -> None:
    facts["note"] = ""


def _first_day_is_a_tuesday(facts: dict[str, Any]) -> None:
    _bare(facts)
    facts["digest"] |= {"day": "Tuesday 7 April 2026", "monday": False}


def _displaced(facts: dict[str, Any]) -> None:
    facts |= {"waited": False, "register_now": facts["register_now"][1:]}


def _one_risk(facts: dict[str, Any]) -> None:
    facts |= {"risks": facts["risks"][:1], "total": 1}


def _flood(facts: dict[str, Any]) -> None:
    facts |= {"total": 10_000, "more": 9_997}


def _sections_of_the_digest_are_cut(facts: dict[str, Any]) -> None:
    sections = ("new", "still", "at_risk_today", "cleared", "mail", "holds")
    facts |= {f"{section}_total": 1_234 for section in sections}


VARIANTS: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    **{name: (name, lambda facts: None) for name in LETTERS},
    **{f"{name}.bare": (name, _bare) for name in LETTERS},
    "allocated.requester.parent-only": ("allocated.requester", _parent_only),
    "allocated.requester.home-care": ("allocated.requester", _home_care),
    "register_changed.owner.displaced": ("register_changed.owner", _displaced),
    "asked.requester.only-needed": ("asked.requester", _only_needed),
    "chaser.requester.last": ("chaser.requester", _last),
    "chaser.requester.last-without-a-date": ("chaser.requester", _last_without_a_date),
    "digest.supervisor.tuesday": ("digest.supervisor", _first_day_is_a_tuesday),
    "digest.supervisor.cut": ("digest.supervisor", _sections_of_the_digest_are_cut),
    "at_risk.owner.one": ("at_risk.owner", _one_risk),
    "at_risk.desk.one": ("at_risk.desk", _one_risk),
    "at_risk.desk.flood": ("at_risk.desk", _flood),
    "breached.supervisor.flood": ("breached.supervisor", _flood),
    "level_2.lead.flood": ("level_2.lead", _flood),
}


@pytest.fixture(params=sorted(VARIANTS))
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def letter(variant: str, facts: dict[str, Any], holds_of: dict[str, Any]) -> Letter:
    name, change = VARIANTS[variant]
    event, audience = name.split(".")
    facts["holds"] = holds_of.get(event, [])
    change(facts)
    (written,) = letters_for(event, facts, {Audience(audience): ["someone@desk.example"]})
    return written


def test_the_letter_reads_as_agreed(variant: str, letter: Letter) -> None:
    golden = GOLDEN / f"{variant}.txt"
    text = f"Subject: {letter.subject}\n\n{letter.text}"
    if os.environ.get("HELPDESK_WRITE_GOLDEN"):
        golden.write_text(text, "utf-8")

    agreed = golden.read_text("utf-8")

    assert text == agreed


def test_no_golden_letter_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(VARIANTS)


def test_the_text_has_no_ragged_lines(letter: Letter) -> None:
    lines = letter.text.splitlines()

    assert not [line for line in lines if line != line.rstrip()]
    assert not [line for line in lines if len(line) > 90]
    assert "\n\n\n" not in letter.text


def test_the_page_is_well_formed_and_says_its_language(letter: Letter) -> None:
    page = ET.fromstring(_xml(letter))  # noqa: S314  # our own letter

    assert page.get("lang") == "en-GB"
    assert page.findtext("head/title")


def test_the_page_needs_nothing_from_outside(letter: Letter) -> None:
    page = ET.fromstring(_xml(letter))  # noqa: S314  # our own letter

    used = {element.tag for element in page.iter()}
    assert not used & {"img", "link", "style", "script", "svg", "iframe", "form"}
    assert not re.search(r"https?:|url\(", letter.html or "")


def test_each_table_that_is_not_mere_layout_can_be_heard(letter: Letter) -> None:
    page = ET.fromstring(_xml(letter))  # noqa: S314  # our own letter

    for table in page.iter("table"):
        if table.get("role") != "presentation":
            assert table.find("caption") is not None
            assert all(head.get("scope") for head in table.iter("th"))


def test_the_page_says_what_the_text_says(letter: Letter) -> None:
    page = ET.fromstring(_xml(letter))  # noqa: S314  # our own letter
    shown = _words(" ".join(page.itertext()))

    told = _words(DRAWN.sub("", letter.text))

    # The two are laid out differently, yet no date, code, reference or figure is in one only.
    assert {word for word in told if any(c.isdigit() for c in word)} <= shown
    assert told - shown <= set(FURNITURE.split())


DRAWN = re.compile(r"^ *\d+\. |\[#*\.*\]", re.MULTILINE)
"""The numbers of a list, and bars: a page draws them by other means."""
FURNITURE = """here is your code codes are two for the it late by due why hold owner type promise
organisation urgent subject yes - to as gave cqc these worst of that runs site parent which left"""
"""Words that a text needs where a page has a heading, a column or a style."""


def _xml(letter: Letter) -> str:
    assert letter.html
    return letter.html.removeprefix("<!DOCTYPE html>\n")


def _words(text: str) -> set[str]:
    return {word.strip(".,:()").lower() for word in text.split()} - {""}
