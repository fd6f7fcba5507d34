"""CQC's API documents are read, however many lie in a file; broken ones are told, not lost."""

import json
from datetime import date

import pytest

from helpdesk.intake import Kind
from helpdesk.register.entries import LocationEntry, ProviderEntry, Reject, Skip
from tests.helpdesk.made_sheets import read

DOCUMENT = {
    "locationId": "1-100000001",
    "providerId": "1-200000001",
    "organisationType": "Location",
    "type": "Social Care Org",
    "name": "Rose Cottage",
    "odsCode": "VQ00A",
    "registrationStatus": "Deregistered",
    "registrationDate": "2011-01-20",
    "deregistrationDate": "2020-05-01",
    "dormancy": "N",
    "careHome": "Y",
    "postalAddressLine1": "1 Rose Lane",
    "postalAddressTownCity": "Oldtown",
    "postalCode": "ZZ1 1AA",
    "mainPhoneNumber": "01632960123",
    "gacServiceTypes": [{"name": "Residential homes"}],
    "relationships": [
        {"relatedLocationId": "1-100000002", "type": "HSCA Successor"},
        {"relatedLocationId": "1-100000003", "type": "HSCA Predecessor"},
    ],
    "regulatedActivities": [{"contacts": [{"personFamilyName": "Secretperson"}]}],
}


def test_a_document_of_a_location_is_read(write):
    (entry,) = read(write("location.json", json.dumps(DOCUMENT, indent=1)))

    assert entry == LocationEntry(
        cqc_id="1-100000001",
        code="VQ00A",
        provider_cqc_id="1-200000001",
        name="Rose Cottage",
        address="1 Rose Lane, Oldtown",
        postcode="ZZ1 1AA",
        phone="01632960123",
        kind=Kind.CARE_HOME,
        service_types="Residential homes",
        dormant=False,
        status="Deregistered",
        registered_on=date(2011, 1, 20),
        deregistered_on=date(2020, 5, 1),
        successors="1-100000002",
        predecessors="1-100000003",
    )


def test_a_document_of_a_provider_is_read(write):
    document = {"providerId": "1-200000001", "name": "Rose Care Ltd", "odsCode": "A0A1"}

    (entry,) = read(write("provider.json", json.dumps(document)))

    assert entry == ProviderEntry(cqc_id="1-200000001", code="A0A1", name="Rose Care Ltd")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([DOCUMENT] * 3),
        json.dumps([DOCUMENT] * 3, indent=4),
        "\n".join([json.dumps(DOCUMENT)] * 3),
        "\ufeff" + "\r\n".join([json.dumps(DOCUMENT, indent=2)] * 3),
    ],
    ids=["list", "indented list", "lines", "indented, one after the other"],
)
def test_documents_are_read_from_a_list_or_one_after_the_other(write, text):
    assert [entry.name for entry in read(write("many.json", text))] == ["Rose Cottage"] * 3


def test_a_file_larger_than_a_chunk_is_read_to_its_end(write):
    padded = DOCUMENT | {"reports": ["x" * 997] * 100}
    text = "\n".join([json.dumps(padded)] * 8)

    assert [type(entry) for entry in read(write("large.json", text))] == [LocationEntry] * 8


def test_a_broken_document_is_rejected_with_its_line_and_the_rest_is_read(write):
    good = json.dumps(DOCUMENT)

    first, broken, last = read(write("lines.json", f"{good}\n{good[:80]}\n{good}\n"))

    assert first == last
    assert (broken.file, broken.line) == ("lines.json", 2)
    assert broken.why.startswith("broken JSON")


def test_a_broken_document_in_an_indented_list_costs_that_document_alone(write):
    text = (
        json.dumps([DOCUMENT] * 3, indent=2)
        .replace('"VQ00A"', "VQ00A", 2)
        .replace("VQ00A", '"VQ00A"', 1)
    )

    pieces = list(read(write("list.json", text)))

    assert [type(piece) for piece in pieces] == [LocationEntry, Reject, LocationEntry]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"name": "Rose Cottage"}, "neither a location nor a provider"),
        ({"locationId": "1-100000001"}, "it has no name"),
        ({"locationId": "unknown", "name": "Rose Cottage"}, "not a CQC id"),
        ([1, [2]], "not a JSON object"),
    ],
)
def test_a_document_without_what_is_needed_is_rejected(write, document, why):
    pieces = list(read(write("odd.json", json.dumps([document, DOCUMENT]))))

    assert why in pieces[0].why
    assert isinstance(pieces[-1], LocationEntry)


def test_a_dentist_is_skipped_among_the_documents_too(write):
    dentist = DOCUMENT | {
        "type": "Primary Dental Care",
        "inspectionDirectorate": "Primary medical services",
    }

    assert list(read(write("dentist.json", json.dumps(dentist)))) == [Skip("not adult social care")]


def test_social_care_is_known_by_its_type_where_the_directorate_is_unspecified(write):
    document = DOCUMENT | {"inspectionDirectorate": "Unspecified"}

    assert isinstance(next(read(write("one.json", json.dumps(document)))), LocationEntry)


def test_names_of_managers_are_not_taken_from_any_file(write):
    (entry,) = read(write("location.json", json.dumps(DOCUMENT)))

    assert "Secretperson" not in repr(entry)
