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
    facts |= {"agent": "", "note": "", "due": {"acknowledge": None, "provide": None}}
    facts["desk"] = facts["desk"] | {"phone": ""}
    facts["codes"] |= {"parent": "", "newly_allocated": True}
    facts["flag"] |= {"organisation": "", "owner": "", "urgent": False}
    facts |= {"breaches": facts["breaches"][:1], "total": 1}


def _parent_only(facts: dict[str, Any]) -> None:
    facts["codes"] |= {"site": "", "site_name": ""}


def _home_care(facts: dict[str, Any]) -> None:
    facts["call"]["kind"] = "home care"


VARIANTS: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    **{name: (name, lambda facts: None) for name in LETTERS},
    **{f"{name}.bare": (name, _bare) for name in LETTERS},
    "allocated.requester.parent-only": ("allocated.requester", _parent_only),
    "allocated.requester.home-care": ("allocated.requester", _home_care),
}


@pytest.fixture(params=sorted(VARIANTS))
def variant(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def letter(variant: str, facts: dict[str, Any]) -> Letter:
    name, change = VARIANTS[variant]
    change(facts)
    event, audience = name.split(".")
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

    told = _words(NUMBERING.sub("", letter.text))

    # The two are laid out differently, yet no date, code, reference or figure is in one only.
    assert {word for word in told if any(c.isdigit() for c in word)} <= shown
    assert told - shown <= set(FURNITURE.split())


NUMBERING = re.compile(r"^ *\d+\. ", re.MULTILINE)
FURNITURE = """here is your code codes are two for the it late by due why holds owner type promise
organisation urgent subject yes - to as gave cqc these worst of that runs site parent which"""
"""Words that a text needs where a page has a heading, a column or a style."""


def _xml(letter: Letter) -> str:
    assert letter.html
    return letter.html.removeprefix("<!DOCTYPE html>\n")


def _words(text: str) -> set[str]:
    return {word.strip(".,:()").lower() for word in text.split()} - {""}
