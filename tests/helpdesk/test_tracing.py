"""A trace takes what is beyond doubt, and where there is doubt names the command to type."""

import json

import pytest

from helpdesk.app import build
from helpdesk.config import settings
from helpdesk.database import reading
from helpdesk.desk import people
from helpdesk.desk.people import Person
from helpdesk.desk.steps import Choice
from helpdesk.duties import load_register
from helpdesk.intake import Request
from helpdesk.models import Role
from tests.helpdesk.cli.typed_at import BARTS, TypedAt, make
from workflows.refused import StepNotAllowed

MOBILE = "07700 900123"
BEST = Choice(best=True)

ROSE = {
    "locationId": "1-100000001",
    "providerId": "1-200000001",
    "name": "Rose Cottage",
    "odsCode": "VLD1T",
    "registrationStatus": "Registered",
    "registrationDate": "2024-01-10",
    "postalCode": "ZZ1 1AA",
    "mainPhoneNumber": "01632960123",
}
ROSE_BEFORE = ROSE | {
    "locationId": "1-100000009",
    "odsCode": "VL0A9",
    "registrationStatus": "Deregistered",
    "registrationDate": "2011-01-20",
    "deregistrationDate": "2024-01-09",
    "relationships": [{"relatedLocationId": "1-100000001", "type": "HSCA Successor"}],
}
ROSE_AT_FIRST = ROSE_BEFORE | {
    "locationId": "1-100000008",
    "odsCode": "VL0A8",
    "relationships": [{"relatedLocationId": "1-100000009", "type": "HSCA Successor"}],
}
LILAC = ROSE | {
    "locationId": "1-100000002",
    "name": "Lilac House",
    "odsCode": "VL0A2",
    "postalCode": "ZZ2 2AA",
    "mainPhoneNumber": "01632960222",
}
NAME_AND_POSTCODE = {"organisation": "Rose Cottage", "postcode": "ZZ1 1AA"}


class Desk:
    """A desk of Bart's alone, with a register that each test fills."""

    def __init__(self, url, clock, folder):
        self.folder = folder
        self.app = build(settings.Config(store=settings.Store(database=url)), clock)
        bart = Person("bart", "Bart Brown", "", "bart", Role.SUPERVISOR)
        self.app.store.run(lambda tx: people.add(tx, self.app.journal, bart, "bart"))
        self.bart = self.app.desk.who("bart", None)

    def holds(self, *documents):
        path = self.folder / "register.json"
        path.write_text(json.dumps(documents), encoding="utf-8")
        load_register(self.app, [path], self.bart)

    def asked(self, **given):
        """The reference of a call by Anne that Bart acknowledged."""
        request = Request(requester_name="Anne", **given)
        self.app.desk.raise_call(request, self.bart, None)
        self.app.desk.acknowledge("1", self.bart)
        return "ODS-000001"

    def traced(self, reference, choice=BEST):
        """What Bart is told who traces the call."""
        return self.app.desk.trace(reference, self.bart, choice).answer["said"]


@pytest.fixture
def desk(sqlite_url, clock, tmp_path):
    made = Desk(sqlite_url, clock, tmp_path)
    yield made
    made.app.store.engine.dispose()


@pytest.fixture
def typed_at(tmp_path):
    make(tmp_path, Role.SUPERVISOR)
    return TypedAt(tmp_path)


@pytest.mark.parametrize("given", [{"cqc_location_id": "1-100000001"}, {"given_code": "VLD1T"}, {}])
def test_the_best_is_taken_though_the_manager_gave_a_mobile(desk, given):
    desk.holds(ROSE, LILAC)
    call = desk.asked(**NAME_AND_POSTCODE, **given, requester_phone=MOBILE)

    first, *more = desk.traced(call)

    assert "Rose Cottage (1-100000001)" in first
    assert any(f"the phone differs: '{MOBILE}' as given" in sentence for sentence in more)


def test_of_two_with_one_name_and_postcode_a_mobile_decides_for_none(desk):
    desk.holds(ROSE, ROSE | {"locationId": "1-100000003", "odsCode": "VL0A3"})
    call = desk.asked(**NAME_AND_POSTCODE, requester_phone=MOBILE)

    with pytest.raises(StepNotAllowed, match="choose among"):
        desk.traced(call)


def test_of_two_with_one_name_and_postcode_the_telephone_number_decides(desk):
    other = {"locationId": "1-100000003", "odsCode": "VL0A3", "mainPhoneNumber": "01632960777"}
    desk.holds(ROSE, ROSE | other)
    call = desk.asked(**NAME_AND_POSTCODE, requester_phone="01632 960777")

    assert "(1-100000003)" in desk.traced(call)[0]


def test_an_id_with_another_name_is_not_taken_and_the_command_is_named(desk):
    desk.holds(ROSE, LILAC)
    call = desk.asked(cqc_location_id="1-100000001", organisation="Lilac House", postcode="ZZ2 2AA")

    with pytest.raises(StepNotAllowed) as refused:
        desk.traced(call)

    assert str(refused.value).endswith(
        "if Rose Cottage (1-100000001) is meant (registered since 10 January 2024):"
        " helpdesk trace ODS-000001 --location 1-100000001"
    )


def test_the_only_candidate_is_named_with_its_command(desk):
    desk.holds(ROSE)
    call = desk.asked(organisation="Rose Cottage")

    with pytest.raises(StepNotAllowed, match=r"helpdesk trace ODS-000001 --location 1-100000001$"):
        desk.traced(call)


def test_for_an_old_registration_the_command_is_that_of_its_successor(desk):
    desk.holds(ROSE_BEFORE, ROSE)
    call = desk.asked(**NAME_AND_POSTCODE, cqc_location_id="1-100000009")

    with pytest.raises(
        StepNotAllowed, match=r"if Rose Cottage \(1-100000009\) is meant"
    ) as refused:
        desk.traced(call)

    assert str(refused.value).endswith(
        "its successor is Rose Cottage (1-100000001)):"
        " helpdesk trace ODS-000001 --location 1-100000001"
    )


def test_for_a_closed_place_without_a_successor_the_command_insists(desk):
    desk.holds(ROSE_BEFORE | {"relationships": []})
    call = desk.asked(organisation="Rose Cottage")

    with pytest.raises(StepNotAllowed, match=r"--location 1-100000009 --deregistered$"):
        desk.traced(call)

    desk.traced(call, Choice(location="1-100000009", deregistered=True))


def test_a_provider_without_places_is_named_with_the_option_of_a_provider(desk):
    desk.holds(
        {"providerId": "1-200000005", "name": "Elm Care", "registrationStatus": "Registered"}
    )
    call = desk.asked(organisation="Elm Care")

    with pytest.raises(StepNotAllowed, match=r"ODS-000001 --provider 1-200000005$"):
        desk.traced(call)


def test_where_several_may_be_meant_the_list_is_named(desk):
    desk.holds(ROSE, LILAC | {"postalCode": "ZZ1 1AA"})
    call = desk.asked(postcode="ZZ1 1AA")

    with pytest.raises(StepNotAllowed, match="choose among what helpdesk show ODS-000001 lists"):
        desk.traced(call)


def test_earlier_registrations_do_not_take_the_lead_from_the_one_that_followed(desk):
    desk.holds(ROSE_AT_FIRST, ROSE_BEFORE, ROSE)
    call = desk.asked(**NAME_AND_POSTCODE)

    assert "Rose Cottage (1-100000001)" in desk.traced(call)[0]


def test_a_deregistered_place_that_did_not_come_before_leaves_the_decision_to_a_person(desk):
    desk.holds(ROSE_BEFORE | {"relationships": []}, ROSE)
    call = desk.asked(**NAME_AND_POSTCODE)

    with pytest.raises(StepNotAllowed, match="choose among"):
        desk.traced(call)


def test_an_agents_choice_notes_the_id_that_agreed(desk):
    desk.holds(ROSE)
    call = desk.asked(cqc_location_id="1-100000001")

    desk.traced(call, Choice(location="1-100000001"))

    with reading(desk.app.config.store.database) as reader:
        (event,) = reader.rows("SELECT facts FROM event WHERE kind = 'traced'")
    assert json.loads(event["facts"])["agrees"] == ["CQC location id"]


def test_a_code_that_was_misread_is_put_right_and_said(desk):
    desk.holds(ROSE)
    call = desk.asked(organisation="Rose Cottage")

    said = desk.traced(call, Choice(location="VLDIT"))

    assert "(1-100000001)" in said[0]
    assert any("read VLD1T for VLDIT" in sentence for sentence in said[1:])


def test_a_second_trace_says_instead_of_what(desk):
    desk.holds(ROSE, LILAC)
    call = desk.asked(organisation="Rose Cottage")

    first = desk.traced(call, Choice(location="1-100000001"))[0]
    second = desk.traced(call, Choice(location="1-100000002"))[0]

    assert "instead" not in first
    assert "to Lilac House (1-100000002) instead of Rose Cottage" in second


def test_what_was_put_right_is_talk_and_not_output(typed_at):
    said = typed_at.type("trace", BARTS, "--location", "VNIA2")

    assert said.code == 0
    assert "read VN1A2 for VNIA2" in said.err
    assert "VNIA2" not in said.out


def test_the_sheet_never_says_that_nothing_agrees_where_an_id_does(typed_at):
    typed_at.type("raise", "--organisation", "Elm Court", "--cqc-location", "1-100000001")

    said = typed_at.type("show", "7")

    assert "found by CQC location id: name differs" in said.out


def test_what_a_folder_holds_besides_is_named_as_left_out(typed_at, tmp_path):
    folder = tmp_path / "monthly"
    folder.mkdir()
    (folder / "cqc.json").write_text(json.dumps(ROSE), encoding="utf-8")
    (folder / "letter.docx").write_bytes(b"PK")

    said = typed_at.type("register", "load", str(folder))

    assert said.code == 0
    assert "monthly" in said.out
    assert f"{folder / 'letter.docx'}: left out" in said.err
