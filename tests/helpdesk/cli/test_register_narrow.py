"""What `register diff` and `find` show on a terminal of any width: all of it, and no id in two."""

import json
import re

import pytest

from tests.helpdesk.cli.test_cli_narrow import COLOURS
from tests.helpdesk.cli.typed_at import REGISTER

LONG = "Saint Bartholomew's Residential and Nursing Care Home for the Elderly"
GROUP = "The Bartholomew and Associated Healthcare Services (Northern England) Limited"
BEFORE = [
    {
        "locationId": "1-1000000011",
        "providerId": "1-200000003",
        "name": LONG,
        "odsCode": "VN1A9",
        "registrationStatus": "Registered",
        "postalCode": "ZZ4 2QU",
        "postalAddressLine1": "The Old Rectory, 123 Very Long Street Name",
    },
    {"providerId": "1-200000003", "name": GROUP, "registrationStatus": "Registered"},
]
AFTER = [
    BEFORE[0] | {"postalCode": "ZZ4 2QX", "postalAddressLine1": "[red]Somewhere Else[/red]"},
    BEFORE[1] | {"odsCode": "A1C3"},
    {
        "locationId": "1-1000000012",
        "providerId": "1-200000003",
        "name": "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
        "registrationStatus": "Registered",
    },
]
WIDTHS = (40, 60, 80, 100, 140)


@pytest.fixture
def loaded(desk):
    """A desk whose register was loaded twice, with names and addresses that are long."""
    for number, documents in enumerate((BEFORE, AFTER)):
        (desk.folder / f"{number}.json").write_text(json.dumps(documents), encoding="utf-8")
        said = desk.type("register", "load", f"{number}.json")
        assert said.code == 0, said.err
    return desk


def drawn(desk, columns, *words):
    found = COLOURS.sub("", desk.drawn(*words, columns=columns)).splitlines()
    assert max(map(len, found)) <= columns
    return found


def joined(lines):
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_difference_keeps_its_id_and_code_and_loses_no_word(loaded, columns):
    lines = drawn(loaded, columns, "register", "diff")

    heads = [line.split() for line in lines if re.match("(new|changed|coded) ", line)]
    assert [each[1] for each in heads] == ["1-200000003", "1-1000000011", "1-1000000012"]
    assert "VN1A9" in " ".join(heads[1])
    assert "A1C3" in " ".join(heads[0])
    assert "\u2026" not in "".join(lines)


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_on_a_narrow_terminal_what_is_different_has_lines_of_its_own(loaded, columns):
    lines = drawn(loaded, columns, "register", "diff")

    place = next(number for number, line in enumerate(lines) if line.startswith("changed"))
    below = [line for line in lines[place:] if line.startswith("  ") and not line[2].isspace()]
    assert "DIFFERENT" not in lines[0]
    assert joined(below) == (
        "address The Old Rectory, 123 Very Long Street Name -> [red]Somewhere Else[/red];"
        " postcode ZZ4 2QU -> ZZ4 2QX"
    )


def test_on_a_wide_terminal_what_is_different_is_a_column(loaded):
    lines = drawn(loaded, 200, "register", "diff")

    assert lines[0].split()[-1] == "DIFFERENT"
    assert any("[red]Somewhere" in line for line in lines)


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_place_that_is_found_keeps_its_id_codes_and_postcode_whole(loaded, columns):
    lines = drawn(loaded, columns, "register", "find", LONG, "zz4 2qx")

    text = joined(lines)
    assert any(line.startswith("  1.00  1-1000000011   Saint") for line in lines)
    for whole in ("ZZ4 2QX", "site VN1A9", "parent A1C3"):
        assert any(whole in line for line in lines)
    assert f"{LONG}, ZZ4 2QX" in text
    assert f"of {GROUP}; registered" in text


def test_a_program_reads_each_fact_in_one_line(loaded):
    lines = loaded.type("register", "find", LONG, "zz4 2qx").out.splitlines()

    assert lines[0] == f"  1.00  1-1000000011   {LONG}, ZZ4 2QX"
    assert lines[1] == f"        site VN1A9, parent A1C3 of {GROUP}; registered"


def test_a_place_without_a_postcode_is_told_without_a_comma(desk):
    said = desk.type("register", "find", "rose", "cottage").out

    assert f"  {REGISTER[0]['locationId']}    Rose Cottage\n" in said


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_command_that_traces_a_call_is_in_one_line_to_be_copied(loaded, columns):
    loaded.type("acknowledge", "1")

    shown = COLOURS.sub("", loaded.drawn("trace", "1", columns=columns)).splitlines()

    assert "        helpdesk trace ODS-000001 --location 1-100000001" in shown


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_the_loads_are_listed_whole(loaded, columns):
    lines = drawn(loaded, columns, "register", "status")

    assert "\u2026" not in "".join(lines)
