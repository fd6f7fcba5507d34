"""The words that places are found by are kept up to date, and the same on both engines."""

import re

import pytest
import sqlalchemy as sa

from benchmarks import registers
from benchmarks.corruptions import known_places, requests
from benchmarks.made_register import Made
from helpdesk.database import reading
from helpdesk.register.comparing import Wanted
from helpdesk.register.search import candidates, location_by
from helpdesk.register.words import words_of, write_words
from helpdesk.store import Store

ROSE = {
    "cqc_id": "1-100000001",
    "provider_cqc_id": "1-200000001",
    "name": "Rose Cottage",
    "address": "1 Mill Lane, Ashford",
    "postcode": "ZZ1 1AA",
    "phone": "01632 960123",
    "status": "Registered",
}
IVY = ROSE | {"cqc_id": "1-100000002", "name": "Ivy Cottage", "also_known_as": "The Ivies"}
ROSE_CARE = {"cqc_id": "1-200000001", "name": "Petal Care Ltd"}

ALL_WORDS = "SELECT word, location_id FROM location_word ORDER BY location_id, word"
TABLE_SCANNED = r"^SCAN (l|p|x|s|o|location|provider|location_word)\b"

COUNTS = "SELECT word, places FROM register_word"


class Register:
    def __init__(self, url, clock):
        self.url = url
        self.store = Store(url, clock)

    def holds(self, locations, providers=(ROSE_CARE,)):
        with self.store.engine.begin() as connection:
            registers.fill(connection, locations, providers)

    def run(self, sql, **values):
        with self.store.engine.begin() as connection:
            connection.execute(sa.text(sql), values)

    def ask(self, sql):
        with self.store.engine.connect().execution_options(read=True) as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]

    def writes_words_of(self, *cqc_ids):
        asked = sa.text("SELECT id FROM location WHERE cqc_id = :key")
        with self.store.engine.begin() as connection:
            ids = [connection.execute(asked, {"key": key}).scalar_one() for key in cqc_ids]
            write_words(connection, ids)


@pytest.fixture
def register(url, clock):
    made = Register(url, clock)
    yield made
    made.store.close()


def test_a_place_is_found_by_its_names_its_providers_and_its_towns():
    row = IVY | {"provider_name": "Petal Care Ltd"}

    assert words_of(row) == {"ivy", "cottage", "ivies", "petal", "care", "ashford"}


def test_it_is_counted_how_many_places_bear_a_word(register):
    register.holds([ROSE, IVY])

    assert dict(register.ask(COUNTS)) == {
        "": 2, "rose": 1, "ivy": 1, "ivies": 1, "cottage": 2, "petal": 2, "care": 2, "ashford": 2
    }  # fmt: skip


def test_the_words_of_what_changed_are_written_anew_and_are_what_all_anew_would_be(register):
    register.holds([ROSE, IVY])

    register.run("UPDATE location SET name = 'Elm Lodge' WHERE cqc_id = :key", key=IVY["cqc_id"])
    register.writes_words_of(IVY["cqc_id"])
    some = register.ask(ALL_WORDS), sorted(register.ask(COUNTS))
    with register.store.engine.begin() as connection:
        write_words(connection, None)

    assert some == (register.ask(ALL_WORDS), sorted(register.ask(COUNTS)))
    assert dict(some[1])["cottage"] == 1


def test_what_is_gone_leaves_no_word(register):
    register.holds([ROSE, IVY])
    (number,) = register.ask("SELECT id FROM location WHERE cqc_id = '1-100000002'")[0]

    register.run("DELETE FROM location WHERE id = :key", key=number)
    with register.store.engine.begin() as connection:
        write_words(connection, [number])

    assert {word for word, _ in register.ask(COUNTS)} == {
        "", "rose", "cottage", "petal", "care", "ashford"
    }  # fmt: skip


def test_an_empty_register_has_no_words(register):
    register.holds([], providers=[])

    assert register.ask(COUNTS) == [("", 0)]


def test_both_engines_give_the_same_candidates_in_the_same_order(sqlite_url, postgres_url, clock):
    made = Made(600)
    asked = list(requests(known_places(made.locations, made.providers)[:12]))
    answers = []

    for url in (sqlite_url, postgres_url):
        register = Register(url, clock)
        register.holds(made.locations, made.providers)
        with reading(url) as reader:
            found = [candidates(reader, each.wanted) for each in asked]
        answers.append([[(each.place.cqc_id, each.score) for each in one] for one in found])
        register.store.close()

    assert answers[0] == answers[1]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_each_way_of_finding_goes_by_an_index(register):
    made = Made(600)
    register.holds(made.locations, made.providers)
    register.run("ANALYZE")
    plans = []
    wanted = Wanted(
        "Rosse Cotage", "ZZ1 1AA", "01632 960999", "1-999999999", "1-999999998", "VL0A1"
    )

    with reading(register.url) as reader:

        class Explaining:
            def rows(self, sql, **values):
                if "register_word" not in sql or "SUBSTR" not in sql:  # near words: all are read
                    found = reader.rows(f"EXPLAIN QUERY PLAN {sql}", **values)
                    plans.append("\n".join(row["detail"] for row in found))
                return reader.rows(sql, **values)

        candidates(Explaining(), wanted)
        candidates(Explaining(), wanted._replace(code="A0A1"))
        location_by(Explaining(), "VL0A1")

    assert len(plans) >= 8
    for plan in plans:
        assert not re.search(
            r"^SCAN (l|p|x|s|o|location|provider|location_word)\b", plan, re.MULTILINE
        ), plan


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_is_plainly_given_takes_two_questions(register):
    register.holds([ROSE, IVY])

    sent = questions(register, Wanted("Rose Cottage", "ZZ1 1AA", "01632 960123", "1-100000001"))

    assert len(sent) == 2


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_how_rare_words_are_is_not_asked_where_it_has_no_say(register):
    register.holds([ROSE, IVY | {"name": "Elm Lodge", "also_known_as": ""}])

    sent = questions(register, Wanted("Rose Cottage Ltd", "ZZ1 1AA", "01632 960123"))

    assert len(sent) == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_succeeds_a_place_is_not_asked_for_if_it_lies_beside_it(register):
    gone = {"status": "Deregistered", "name": "Rose Villa", "successors": ROSE["cqc_id"]}
    register.holds([ROSE, IVY | gone])
    wanted = Wanted("Rose Villa", "ZZ1 1AA", "01632 960123", IVY["cqc_id"])

    with reading(register.url) as reader:
        found = candidates(reader, wanted)
    sent = questions(register, wanted)

    assert [each.place.name for each in found] == ["Rose Cottage", "Rose Villa"]
    assert [heir.name for heir in found[1].place.heirs] == ["Rose Cottage"]
    assert not any("AS number" in sql for sql in sent)  # so begins what asks for successors


def test_a_place_that_bears_all_that_was_given_is_read_once(register):
    register.holds([ROSE])
    wanted = Wanted("Rose Cottage", "ZZ1 1AA", "01632 960123", "1-100000001", "1-200000001")

    rows = []
    questions(register, wanted, rows)

    assert len(rows) == 1
    assert rows[0]["cqc_id"] == ROSE["cqc_id"]


def test_of_postcodes_a_slip_away_those_places_alone_are_read(register):
    elms = [
        IVY | {"cqc_id": f"1-10000001{n}", "name": f"Elm {n}", "postcode": f"ZZ1 {n}XY"}
        for n in range(2, 9)
    ]
    register.holds([ROSE, *elms])

    rows = []
    questions(register, Wanted(postcode="ZZ1 1AB"), rows)

    assert [row["name"] for row in rows if "name" in row] == ["Rose Cottage"]


def questions(register, wanted, answers=None):
    """What a search asks of the database; the rows of its answers go to `answers`."""
    sent = []
    with reading(register.url) as reader:

        class Counting:
            def rows(self, sql, **values):
                sent.append(sql)
                rows = reader.rows(sql, **values)
                if answers is not None:
                    answers.extend(rows)
                return rows

        candidates(Counting(), wanted)
    return sent
