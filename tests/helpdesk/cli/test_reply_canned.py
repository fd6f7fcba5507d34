"""`reply --canned`: our texts, and the desk's own."""

import json

import pytest

from notifications import canned
from notifications.checking import _asked, _is_declared
from notifications.facts import CANNED
from tests.helpdesk.cli.received import FIRST, arrives
from tests.helpdesk.cli.replied import last_letter, replies, text
from workflows.lifecycle import Outcome


def test_a_canned_text_can_go_as_it_is(desk, anne):
    said = desk.type("reply", anne, "--canned", "more_details", "--no-edit")

    assert said.code == 0
    words = text(last_letter(desk))
    assert "Hello Anne Archer," in words
    assert "for Rose Cottage we need a little more from you" in " ".join(words.split())


def test_the_list_names_the_canned_texts_and_what_they_are_for(desk):
    rows = {
        row["name"]: row["about"] for row in json.loads(desk.type("reply", "--list", "--json").out)
    }

    assert {str(each) for each in Outcome} - {"spam"} | {"more_details", "which_home"} == set(rows)
    assert rows["which_home"] == "Which of several homes or branches it is for."


@pytest.fixture
def own(desk):
    """The desk's own folder of canned texts."""
    folder = desk.folder / "texts"
    folder.mkdir()
    with desk.config.open("a") as config:
        config.write('[replies]\nfolder = "texts"\n')
    return folder


def test_the_desks_own_texts_are_added_and_replace_ours(desk, anne, own):
    (own / "parking.txt").write_text("{# Where to park. #}\nPark at {{ call.organisation }}.\n")
    (own / "provided.txt").write_text("Ours no more.\n")

    listed = desk.type("reply", "--list").out
    desk.type("reply", anne, "--canned", "parking", "--no-edit")

    assert "parking\tWhere to park.\n" in listed
    assert "provided\tOurs no more.\n" in listed
    assert "Park at Rose Cottage." in text(last_letter(desk))


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("Hello\n{{ call.colour }}\n", 2),
        ("Hello\n\n{% if %}\n", 3),
        ("{{ nothing }}\n", 1),
        ("\n{{ 1 / 0 }}\n", 2),
    ],
)
def test_a_broken_text_of_the_desks_own_is_told_with_its_file_and_line(
    desk, anne, own, template, line
):
    (own / "broken.txt").write_text(template)

    said = desk.type("reply", anne, "--canned", "broken", "--no-edit")

    assert said.code == 78
    assert f"{own / 'broken.txt'}:{line}: " in said.err
    assert replies(desk) == []


def test_a_folder_of_texts_that_is_not_there_is_told(desk, own):
    own.rmdir()

    said = desk.type("reply", "--list")

    assert said.code == 78
    assert f"{own}: there is no such folder" in said.err


def test_what_a_requester_wrote_is_not_run_in_a_canned_text(desk):
    arrives(desk, FIRST.replace("Rose Cottage", "{{ 7*7 }}"))

    desk.type("reply", "7", "--canned", "which_home", "--no-edit")

    assert "{{ 7*7 }}" in text(last_letter(desk))


@pytest.mark.parametrize("name", sorted(canned.texts()))
def test_our_canned_texts_ask_for_declared_facts_alone(name):
    asked = set(_asked(canned.OURS, f"{name}.txt", {}))

    assert [each for each in asked if not _is_declared(each, CANNED)] == []


def test_the_facts_for_a_canned_text_are_those_that_are_declared(desk, anne):
    app = desk.app()

    facts = app.desk.facts_for_reply(anne, app.desk.who("bart-of-nowhere", None))

    assert set(facts) == set(CANNED)
    for name, parts in CANNED.items():
        assert not parts or parts <= set(facts[name])
    app.store.close()
