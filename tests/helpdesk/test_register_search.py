"""A trace finds the place that a request means, and shows what agrees and what differs."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import Session, create_engine

from helpdesk.database import SCHEMA, reading
from helpdesk.errors import BadValue
from helpdesk.intake import Kind
from helpdesk.models import METADATA, Location, Provider
from helpdesk.register.keys import name_key, phone_key, postcode_key
from helpdesk.register.proposing import proposed
from helpdesk.register.search import Wanted, candidates, location_by, provider_by
from helpdesk.register.words import write_words

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ROSE = {
    "cqc_id": "1-100000001",
    "code": "VL0A1",
    "provider_cqc_id": "1-200000001",
    "name": "Rose Cottage",
    "postcode": "ZZ1 1AA",
    "phone": "01632 960123",
    "kind": Kind.CARE_HOME,
    "status": "Registered",
    "registered_on": date(2010, 12, 29),
}
ROSE_BEFORE = ROSE | {
    "cqc_id": "1-100000009",
    "code": "VL0A9",
    "provider_cqc_id": "1-200000009",
    "status": "Deregistered",
    "registered_on": date(2005, 3, 1),
    "deregistered_on": date(2010, 12, 28),
    "successors": "1-100000001",
}
IVY = {
    "cqc_id": "1-100000002",
    "code": "VL0A2",
    "provider_cqc_id": "1-200000001",
    "name": "Ivy House",
    "postcode": "ZZ1 1AA",
    "phone": "01632 960999",
    "status": "Registered",
}
ROSE_CARE = {"cqc_id": "1-200000001", "code": "A0A1", "name": "Rose Care Ltd"}


class Register:
    """A database in a file, filled by row, and asked through the reader that the desk uses."""

    def __init__(self, folder):
        self.url = f"sqlite:///{folder / 'desk.sqlite'}"
        self.engine = create_engine(self.url)
        METADATA.create_all(self.engine)
        with self.engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE alembic_version (version_num TEXT)"))
            connection.execute(sa.text(f"INSERT INTO alembic_version VALUES ('{SCHEMA}')"))

    def holds(self, *rows, providers=(ROSE_CARE,)):
        with Session(self.engine) as session:
            session.add_all(Location(**row, **keys(row), **LOADED) for row in rows)
            for row in providers:
                session.add(Provider(**row, name_key=name_key(row["name"]), **LOADED))
            session.commit()
        with self.engine.begin() as connection:
            write_words(connection, None)

    def candidates(self, *, limit=5, **wanted):
        with reading(self.url) as reader:
            return candidates(reader, Wanted(**wanted), limit)

    def ids(self, **wanted):
        return [each.place.cqc_id for each in self.candidates(**wanted)]

    def location(self, text):
        with reading(self.url) as reader:
            return location_by(reader, text)

    def provider(self, text):
        with reading(self.url) as reader:
            return provider_by(reader, text)


LOADED = {"source": "cqc.json", "loaded_at": MONDAY}


def keys(row):
    return {
        "name_key": name_key(row["name"]),
        "postcode_key": postcode_key(row["postcode"]),
        "phone_key": phone_key(row["phone"]),
    }


@pytest.fixture
def register(tmp_path):
    made = Register(tmp_path)
    yield made
    made.engine.dispose()


def test_an_id_finds_its_location_with_all_that_a_trace_needs(register):
    register.holds(ROSE, IVY)

    (found,) = register.candidates(location_id="1-100000001")

    place = found.place
    assert found.found_by == "CQC location id"
    assert (place.name, place.kind, place.status) == ("Rose Cottage", Kind.CARE_HOME, "Registered")
    assert (place.site_code, place.parent_code) == ("VL0A1", "A0A1")
    assert (place.provider_cqc_id, place.provider_name) == ("1-200000001", "Rose Care Ltd")
    assert place.location_id is not None
    assert place.provider_id is not None
    assert found.words == ("registered since 29 December 2010",)


def test_a_location_id_in_the_box_of_the_provider_finds_the_location(register):
    register.holds(ROSE, IVY)

    assert register.ids(provider_id="1-100000001") == ["1-100000001"]


def test_a_provider_id_in_the_box_of_the_location_finds_what_the_provider_runs(register):
    register.holds(ROSE, IVY)

    first, second = register.candidates(location_id="1-200000001", organisation="Ivy House")

    assert (first.place.cqc_id, first.found_by) == ("1-100000002", "CQC provider id")
    assert second.place.cqc_id == "1-100000001"


def test_a_provider_without_locations_is_a_candidate_itself(register):
    register.holds()

    (found,) = register.candidates(provider_id="1-200000001")

    assert found.place.location_id is None
    assert found.place.provider_id is not None
    assert (found.place.name, found.place.parent_code) == ("Rose Care Ltd", "A0A1")


@pytest.mark.parametrize(
    ("code", "found_by"),
    [("vloa1", "ODS site code"), ("AOA1", "ODS parent code")],
)
def test_a_code_finds_its_place_however_it_is_written(register, code, found_by):
    register.holds(ROSE)

    (found,) = register.candidates(code=code)

    assert (found.place.cqc_id, found.found_by) == ("1-100000001", found_by)


def test_a_parent_code_that_only_the_location_bears_finds_it_too(register):
    register.holds(ROSE | {"parent_code": "A0C1"}, providers=())

    (found,) = register.candidates(code="A0C1")

    assert found.place.parent_code == "A0C1"


def test_postcode_and_name_find_the_place_and_say_so(register):
    register.holds(ROSE, IVY)

    first, second = register.candidates(organisation="rose cottage ltd", postcode="zz11aa")

    assert (first.place.cqc_id, first.found_by) == ("1-100000001", "postcode and name")
    assert (first.agrees, first.differs, first.score) == (("name", "postcode"), (), 1.0)
    assert second.found_by == "postcode"
    assert second.differs == (("name", "rose cottage ltd", "Ivy House"),)
    assert second.score < 0.6


def test_the_name_of_the_provider_agrees_as_well_as_that_of_the_place(register):
    register.holds(ROSE)

    (found,) = register.candidates(organisation="Rose Care", postcode="ZZ1 1AA")

    assert found.agrees == ("name", "postcode")


def test_a_name_alone_finds_places_and_providers_but_never_decides(register):
    register.holds(ROSE | {"name": "Ash Grange"})

    (by_place,) = register.candidates(organisation="ASH GRANGE")
    (by_provider,) = register.candidates(organisation="Rose Care")

    assert by_place.found_by == "name"
    assert by_provider.found_by == "name of the provider"
    assert by_place.score == by_provider.score == 0.8


def test_a_postcode_alone_never_decides(register):
    register.holds(ROSE)

    (found,) = register.candidates(postcode="ZZ1 1AA")

    assert found.score == 0.8


def test_a_telephone_number_finds_the_place_where_nothing_else_does(register):
    register.holds(ROSE)

    (found,) = register.candidates(organisation="Mrs Smith's", phone="+44 1632 960123")

    assert found.found_by == "phone"
    assert found.differs == (("name", "Mrs Smith's", "Rose Cottage"),)


def test_what_was_given_wrong_is_shown_beside_what_is_registered(register):
    register.holds(ROSE)

    (found,) = register.candidates(
        location_id="1-100000001",
        organisation="Rose Cottage",
        postcode="ZZ2 2BB",
        phone="01632 960555",
    )

    assert found.agrees == ("CQC location id", "name")
    assert found.differs == (
        ("postcode", "ZZ2 2BB", "ZZ1 1AA"),
        ("phone", "01632 960555", "01632 960123"),
    )
    assert found.score == 0.562


def test_a_telephone_number_that_differs_is_told_and_lowers_no_score(register):
    other = {"cqc_id": "1-100000003", "code": "VL0A3", "phone": "01632 960777"}
    register.holds(ROSE, ROSE | other)

    same, other = register.candidates(
        organisation="Rose Cottage", postcode="ZZ1 1AA", phone="01632 960777"
    )

    assert (same.place.cqc_id, same.score, same.differs) == ("1-100000003", 1.0, ())
    assert (other.place.cqc_id, other.score) == ("1-100000001", 1.0)
    assert other.differs == (("phone", "01632 960777", "01632 960123"),)


@pytest.mark.parametrize("given", [{"organisation": "Rose Cottage"}, {"postcode": "ZZ1 1AA"}])
def test_one_fact_beside_a_telephone_number_that_differs_never_decides(register, given):
    register.holds(ROSE)

    (found,) = register.candidates(phone="07700 900123", **given)

    assert found.score == 0.8


def test_a_telephone_number_that_differs_counts_where_it_is_the_only_fact(register):
    register.holds(ROSE)

    (found,) = register.candidates(location_id="1-100000001", phone="07700 900123")

    assert found.score == 0.0


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"location_id": "1-100000001"}, "CQC location id"),
        ({"provider_id": "1-100000001"}, "CQC location id"),
        ({"location_id": "1-200000001"}, "CQC provider id"),
        ({"provider_id": "1-200000001"}, "CQC provider id"),
        ({"code": "VL0A1"}, "ODS site code"),
        ({"code": "A0A1"}, "ODS parent code"),
    ],
)
def test_the_key_that_found_a_place_is_among_what_agrees(register, given, key):
    register.holds(ROSE)

    (found,) = register.candidates(**given, organisation="Elm Court")

    assert (found.found_by, found.agrees) == (key, (key,))


def test_a_provider_without_places_agrees_by_the_id_of_a_provider(register):
    register.holds()

    (found,) = register.candidates(location_id="1-200000001")

    assert (found.place.location_id, found.agrees) == (None, ("CQC provider id",))


def test_an_id_is_compared_with_its_like_whatever_box_it_was_written_in(register):
    other = ROSE_CARE | {"cqc_id": "1-200000002", "code": "", "name": "Elm Care"}
    register.holds(ROSE, providers=[ROSE_CARE, other])

    found, _ = register.candidates(
        location_id="1-200000002", organisation="Rose Cottage", postcode="ZZ1 1AA"
    )

    assert found.place.cqc_id == "1-100000001"
    assert found.differs == (("CQC provider id", "1-200000002", "1-200000001"),)


def test_an_id_that_the_register_has_nothing_to_lay_beside_differs_from_nothing(register):
    register.holds(ROSE | {"cqc_id": None, "provider_cqc_id": "", "code": ""})

    (found,) = register.candidates(
        location_id="1-100000007",
        provider_id="1-200000007",
        code="VL0A7",
        organisation="Rose Cottage",
        postcode="ZZ1 1AA",
    )

    assert (found.differs, found.score) == ((), 0.8)


def test_what_is_not_given_or_not_registered_counts_for_nothing(register):
    register.holds(ROSE | {"phone": ""})

    (found,) = register.candidates(
        organisation="Rose Cottage", postcode="ZZ1 1AA", phone="01632 960123"
    )

    assert found.score == 1.0


def test_the_registered_come_before_the_deregistered_of_the_same_building(register):
    register.holds(ROSE_BEFORE, ROSE)

    assert register.ids(organisation="Rose Cottage", postcode="ZZ1 1AA") == [
        "1-100000001",
        "1-100000009",
    ]


def test_what_an_old_registration_became_comes_before_it_but_is_not_proposed(register):
    register.holds(ROSE_BEFORE, ROSE)

    found = register.candidates(
        location_id="1-100000009", organisation="Rose Cottage", postcode="ZZ1 1AA"
    )

    first, second = found
    assert (first.place.cqc_id, first.succeeds) == ("1-100000001", True)
    assert first.differs == (("CQC location id", "1-100000009", "1-100000001"),)
    assert second.place.cqc_id == "1-100000009"
    assert second.words == (
        "deregistered on 28 December 2010; its successor is Rose Cottage (1-100000001)",
    )
    assert proposed(found) is None


def test_a_chain_of_successors_is_followed_to_its_end_whether_by_id_or_code(register):
    first = ROSE_BEFORE | {"cqc_id": "1-100000007", "code": "VL0A7", "successors": "VL0A9"}
    register.holds(first, ROSE_BEFORE, ROSE)

    place = register.location("VL0A7")

    assert place.living_heir.number == "1-100000001"
    assert place.words[0].endswith("its successor is Rose Cottage (1-100000001)")


def test_a_chain_that_bites_its_tail_ends(register):
    one = ROSE_BEFORE | {"successors": "1-100000008"}
    other = ROSE_BEFORE | {
        "cqc_id": "1-100000008", "code": "VL0A8", "successors": "1-100000009"
    }  # fmt: skip
    register.holds(one, other)

    assert register.location("1-100000009").heirs == ()


def test_a_successor_that_is_gone_as_well_is_told_as_such(register):
    last = ROSE | {"status": "Deregistered"}
    register.holds(ROSE_BEFORE, last)

    words = register.location("1-100000009").words[0]

    assert words.endswith("is Rose Cottage (1-100000001), no longer registered either")


def test_a_providers_name_alone_proposes_none_of_its_places(register):
    register.holds(ROSE | {"name": "Elm Court"})

    found = register.candidates(organisation="Rose Care", postcode="ZZ1 1AA")

    assert found[0].of_provider
    assert proposed(found) is None


def test_how_far_each_fact_agrees_is_told(register):
    register.holds(ROSE)

    (found,) = register.candidates(
        organisation="Rose Cotage", postcode="ZZ1 1AB", phone="07700 900123"
    )

    assert found.comparison == "name 0.98, postcode 0.60, phone differs"


@pytest.mark.parametrize(
    "given",
    [
        {"organisation": "Rosse Cottage"},
        {"organisation": "Cotage"},
        {"organisation": "Rosecottage Ltd"},
        {"organisation": "Sunny Days t/a Rose Cottage"},
        {"organisation": "Nobody", "postcode": "ZZ1 1AB"},
        {"organisation": "Nobody", "postcode": "Z21 1AA"},
    ],
)
def test_a_place_is_found_although_nothing_was_given_quite_right(register, given):
    register.holds(ROSE, IVY | {"postcode": "ZZ9 9ZZ"})

    assert register.ids(**given)[0] == "1-100000001"


@pytest.mark.parametrize(
    "text",
    ["x" * 200_000, "rose " * 40_000, "\0", "&&&", "\u202eegattoc", "%_'\"", "\ud800", "1" * 500],
)
def test_a_hostile_text_is_looked_for_like_any_other(register, text):
    register.holds(ROSE)

    found = register.candidates(
        organisation=text, postcode=text, phone=text, location_id=text, provider_id=text, code=text
    )

    assert len(found) <= 1


def test_an_id_that_is_not_borne_out_by_the_rest_does_not_come_first(register):
    register.holds(ROSE, IVY | {"postcode": "ZZ9 9ZZ"})

    assert register.ids(
        location_id="1-100000002", organisation="Rose Cottage", postcode="ZZ1 1AA"
    ) == ["1-100000001", "1-100000002"]


@pytest.mark.parametrize("given", [{"location_id": "1-999999999"}, {"code": "VL0A7"}])
def test_an_id_or_code_of_another_leaves_the_decision_to_a_person(register, given):
    register.holds(ROSE)

    (found,) = register.candidates(organisation="Rose Cottage", postcode="ZZ1 1AA", **given)

    assert found.score == 0.8
    assert found.differs[0][1] in given.values()


def test_what_the_requester_wrote_in_the_box_of_an_id_need_not_be_one(register):
    register.holds(ROSE)

    (found,) = register.candidates(
        location_id="not sure", code="n/a", organisation="Rose Cottage", postcode="ZZ1 1AA"
    )

    assert found.score == 1.0


def test_a_dual_registration_is_told(register):
    register.holds(ROSE, ROSE | {"cqc_id": "1-100000003", "code": "VL0A3"})

    found = register.candidates(organisation="Rose Cottage", postcode="ZZ1 1AA")

    assert len(found) == 2
    assert all("dual registration" in each.words[1] for each in found)


def test_an_old_registration_of_the_building_is_no_dual_registration(register):
    register.holds(ROSE, ROSE_BEFORE)

    (first, _) = register.candidates(organisation="Rose Cottage", postcode="ZZ1 1AA")

    assert first.words == ("registered since 29 December 2010",)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (IVY, ("registered",)),
        (IVY | {"dormant": True}, ("registered", "dormant")),
        (IVY | {"code": ""}, ("registered", "not yet coded")),
        (
            ROSE_BEFORE | {"successors": "", "code": ""},
            ("deregistered on 28 December 2010; it has no successor", "no code is known"),
        ),
        (
            ROSE_BEFORE | {"successors": "1-100000001 1-100000002"},
            ("deregistered on 28 December 2010; its successors are 1-100000001, 1-100000002",),
        ),
        (IVY | {"cqc_id": None, "status": ""}, ("known to ODS alone",)),
    ],
)
def test_how_a_place_stands_is_told_in_plain_words(register, row, words):
    register.holds(row)

    (found,) = register.candidates(organisation=row["name"], postcode="ZZ1 1AA")

    assert found.words == words


def test_no_more_are_shown_than_asked_for(register):
    register.holds(*(IVY | {"cqc_id": f"1-10000010{n}", "code": ""} for n in range(7)))

    assert len(register.candidates(postcode="ZZ1 1AA")) == 5
    assert len(register.candidates(postcode="ZZ1 1AA", limit=2)) == 2


def test_what_is_not_in_the_register_gives_no_candidate(register):
    register.holds(ROSE)

    assert register.candidates(organisation="Elm Court", postcode="ZZ8 8ZZ") == []
    assert register.candidates() == []


@pytest.mark.parametrize("text", ["1-100000001", "1 \u2013 100000001", "vl0a1", "VLOA1"])
def test_a_location_is_looked_up_by_its_id_or_code(register, text):
    register.holds(ROSE, IVY)

    assert register.location(text).name == "Rose Cottage"


@pytest.mark.parametrize("text", ["1-200000001", "a0a1"])
def test_a_provider_is_looked_up_by_its_id_or_code(register, text):
    register.holds()

    assert register.provider(text).name == "Rose Care Ltd"


def test_what_is_not_there_is_none_and_what_is_neither_id_nor_code_is_refused(register):
    register.holds(ROSE)

    assert register.location("1-999999999") is None
    assert register.provider("A0A9") is None
    with pytest.raises(BadValue, match="a site code is wanted"):
        register.location("A0A1")
    with pytest.raises(BadValue, match="not a CQC id"):
        register.provider("Rose Cottage")


def test_a_provider_bears_the_parent_code_that_its_locations_agree_on(register):
    stub = ROSE_CARE | {"code": ""}
    register.holds(ROSE | {"parent_code": "A0C1"}, IVY | {"parent_code": "A0C1"}, providers=[stub])

    assert register.provider("1-200000001").parent_code == "A0C1"


def test_a_trust_bears_the_code_that_it_goes_by(register):
    register.holds(ROSE | {"provider_cqc_id": "RXX"}, providers=())

    assert register.location("1-100000001").parent_code == "RXX"


def test_a_search_does_without_the_orm_so_that_it_starts_quickly():
    heavy = "{'sqlmodel', 'sqlalchemy', 'pydantic'} & set(sys.modules)"
    asked = f"import sys; import helpdesk.register.search; sys.exit(str({heavy} or ''))"

    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )

    assert done.stderr.strip() == ""
