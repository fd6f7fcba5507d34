"""Sealed ids: who does not hold the desk's key can make none, and can change none."""

import ast
import inspect
import re
import string

from hypothesis import assume, given
from hypothesis import strategies as st

from helpdesk import sealing
from helpdesk.sealing import LENGTH, Seal

LONGEST = 58
"""A part before the @ has 64 characters at most: "desk+" and a sealed id fit in."""

KEYS = st.binary(min_size=32, max_size=32)
REFERENCES = st.integers(1, 999_999_999).map("ODS-{:06}".format)
EVENTS = st.text(string.ascii_lowercase + "_", min_size=1, max_size=40)
STEMS = REFERENCES | EVENTS
CHARACTERS = st.characters(codec="utf-8") | st.sampled_from(string.printable)


@given(KEYS, STEMS)
def test_the_seal_that_made_an_id_opens_it(key: bytes, stem: str) -> None:
    seal = Seal(key)

    assert seal.opened(seal.new_id(stem)) == stem.lower()[:24]


@given(KEYS, KEYS, STEMS)
def test_another_seal_does_not(key: bytes, other: bytes, stem: str) -> None:
    assume(key != other)

    assert Seal(other).opened(Seal(key).new_id(stem)) is None


@given(KEYS, STEMS, st.data())
def test_an_id_with_one_character_changed_is_refused(
    key: bytes, stem: str, data: st.DataObject
) -> None:
    sealed = Seal(key).new_id(stem)
    at = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(CHARACTERS.filter(lambda each: each.lower() != sealed[at]))

    assert Seal(key).opened(sealed[:at] + other + sealed[at + 1 :]) is None


def test_there_is_no_place_where_a_change_goes_unseen() -> None:
    seal = Seal(bytes(32))
    sealed = seal.new_id("ODS-000017")

    for at, was in enumerate(sealed):
        for other in set(string.ascii_lowercase + string.digits + ".-_") - {was}:
            assert seal.opened(sealed[:at] + other + sealed[at + 1 :]) is None


@given(KEYS, STEMS, st.data())
def test_an_id_that_lost_a_character_is_refused(key: bytes, stem: str, data: st.DataObject) -> None:
    sealed = Seal(key).new_id(stem)
    at = data.draw(st.integers(0, len(sealed) - 1))

    assert Seal(key).opened(sealed[:at] + sealed[at + 1 :]) is None


@given(KEYS, REFERENCES, REFERENCES)
def test_the_seal_of_one_call_is_none_for_another(key: bytes, one: str, other: str) -> None:
    assume(one != other)
    sealed = Seal(key).new_id(one)

    assert Seal(key).opened(sealed.replace(one.lower(), other.lower())) is None


@given(KEYS, STEMS)
def test_a_server_that_changes_its_case_breaks_nothing(key: bytes, stem: str) -> None:
    sealed = Seal(key).new_id(stem)

    for changed in (sealed.upper(), sealed.title(), sealed.swapcase()):
        assert Seal(key).opened(changed) == stem.lower()[:24]


@given(KEYS, STEMS, st.sampled_from(["<{}@ods.example>", "desk+{}@ods.example", "{}", "  <{}>"]))
def test_it_is_found_in_an_id_and_behind_a_plus_sign(key: bytes, stem: str, form: str) -> None:
    sealed = Seal(key).new_id(stem)

    assert Seal(key).opened(form.format(sealed)) == stem.lower()[:24]


@given(KEYS, st.text(max_size=300))
def test_whatever_stands_there_is_no_error(key: bytes, text: str) -> None:
    assert Seal(key).opened(text) is None


@given(KEYS, STEMS, STEMS)
def test_a_forged_id_before_it_hides_it_not(key: bytes, stem: str, other: str) -> None:
    sealed, forged = Seal(key).new_id(stem), Seal(b"another key").new_id(other)

    assert Seal(key).opened(f"<{forged}@ods.example> <{sealed}@ods.example>") == stem.lower()[:24]


@given(KEYS, STEMS)
def test_it_fits_wherever_a_server_may_put_it(key: bytes, stem: str) -> None:
    sealed = Seal(key).new_id(stem)

    assert len(sealed) <= LONGEST
    assert re.fullmatch(r"[a-z0-9_.-]+", sealed)


def test_two_ids_of_one_call_are_never_the_same() -> None:
    seal = Seal(bytes(32))

    assert len({seal.new_id("ODS-000017") for _ in range(1000)}) == 1000


def test_it_carries_ten_bytes_of_its_seal_at_least() -> None:
    sealed = Seal(bytes(32)).new_id("ODS-000017").rpartition(".")[2]

    assert LENGTH >= 10
    assert len(sealed) * 5 >= LENGTH * 8


def test_a_seal_is_compared_in_a_time_that_tells_nothing() -> None:
    tree = ast.parse(inspect.getsource(sealing))
    opened = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "opened"
    )

    assert not [node for node in ast.walk(opened) if isinstance(node, ast.Compare)]
    calls = [ast.unparse(node.func) for node in ast.walk(opened) if isinstance(node, ast.Call)]
    assert "hmac.compare_digest" in calls
