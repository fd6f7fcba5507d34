"""ODS's organisations are read as FHIR resources: from a bundle, a list, or pages in a folder."""

import json
import re
from datetime import date

import pytest

from helpdesk.intake import Kind
from helpdesk.register.entries import LocationEntry, ProviderEntry, Reject
from helpdesk.register.fhir import OTHER_RESOURCE, OTHER_ROLE, RELATION
from helpdesk.register.files import opened
from helpdesk.register.shapes import Shape
from tests.helpdesk.made_fhir import (
    CODES,
    ENGLAND,
    PARENT,
    SITE,
    SURGERY,
    bundle,
    operated,
    organisation,
    period,
    role,
)
from tests.helpdesk.made_sheets import read


@pytest.fixture
def write(tmp_path):
    def write(name, *documents, indent=None):
        path = tmp_path / name
        text = "\n".join(json.dumps(each, indent=indent) for each in documents)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_sites_and_parents_of_social_care_are_read_from_a_bundle(write):
    site, parent, _ = read(write("a.json", bundle(SITE, PARENT, operated("VQ00A", "A0A1"))))

    assert site == LocationEntry(
        code="VQ00A",
        parent_code="A0A1",
        name="ROSE COTTAGE",
        address="1 ROSE LANE, OLDTOWN",
        postcode="ZZ1 1AA",
        phone="01632 960123",
        kind=Kind.CARE_HOME,
        registered_on=date(2011, 1, 20),
    )
    assert isinstance(parent, ProviderEntry)
    assert (parent.code, parent.name) == ("A0A1", "ROSE CARE LTD")


@pytest.mark.parametrize("indent", [None, 2])
def test_resources_come_in_a_bundle_a_list_or_one_after_the_other(write, indent):
    laid_out = [
        [bundle(SITE, PARENT)],
        [[SITE, PARENT]],
        [SITE, PARENT],
        [bundle(SITE), bundle(PARENT)],
    ]
    last = dict(reversed(bundle(SITE, PARENT).items()))

    for documents in (*laid_out, [last], [[{"resource": SITE}, {"resource": PARENT}]]):
        found = read(write("a.json", *documents, indent=indent))

        assert [entry.code for entry in found] == ["VQ00A", "A0A1"]


def test_what_is_not_of_social_care_or_no_organisation_is_skipped(write):
    outcome = {"resourceType": "OperationOutcome"}
    resources = bundle(SURGERY, operated("VQ00A", "A0A1"), outcome)

    assert list(read(write("a.json", resources))) == [OTHER_ROLE, RELATION, OTHER_RESOURCE]


def test_a_site_is_told_its_parent_by_another_page_of_the_folder(write, tmp_path):
    write("1.json", bundle(SITE))
    write("2.json", bundle(PARENT, operated("VQ00A", "A0A1")))

    source = opened(tmp_path)
    site, *_ = source.pieces

    assert source.shape is Shape.ORGANISATIONS
    assert site.parent_code == "A0A1"


@pytest.mark.parametrize(
    "more",
    [
        {"partOf": {"reference": "Organization/A0A1"}},
        {"partOf": {"identifier": {"system": CODES, "value": "A0A1"}}},
        {
            "extension": [
                role("RO101"),
                {
                    "url": f"{ENGLAND}-Relationship",
                    "extension": [
                        {"url": "type", "valueCoding": {"code": "RE6"}},
                        {"url": "target", "valueReference": {"reference": "Organization/A0A1"}},
                    ],
                },
            ]
        },
    ],
)
def test_a_site_may_name_its_parent_itself(write, more):
    (site,) = read(write("a.json", SITE | more))

    assert site.parent_code == "A0A1"


def test_a_relationship_that_is_over_names_no_parent(write):
    over = operated("VQ00A", "A0A1") | {"active": False}

    site, _ = read(write("a.json", bundle(SITE, over)))

    assert site.parent_code == ""


def test_an_organisation_that_is_closed_is_told_by_its_end_or_by_not_being_active(write):
    roles = role("RO101", active=False), role("RO270", active=False)
    ended = organisation("VQ00A", *roles, period("Operational", "2011-01-20", "2020-05-01"))
    inactive = organisation("VQ00C", *roles, active=False)

    first, second = read(write("a.json", bundle(ended, inactive)))

    assert (first.status, first.deregistered_on) == ("Deregistered", date(2020, 5, 1))
    assert (second.status, second.deregistered_on) == ("Deregistered", None)
    assert first.kind is second.kind is Kind.DOMICILIARY


def test_a_role_that_is_over_says_nothing_of_an_organisation_that_has_another(write):
    moved = organisation("VQ00A", role("RO101"), role("RO269", active=False), role("RO270"))

    (site,) = read(write("a.json", moved))

    assert site.kind is Kind.DOMICILIARY


def test_the_older_kind_of_resource_is_read_as_well(write):
    coding = {"system": "https://example.org/ODSAPI-OrganizationRole-1", "code": "101"}
    parts = [{"url": "role", "valueCoding": coding}, {"url": "primaryRole", "valueBoolean": True}]
    kind = {"url": "https://example.org/ODSAPI-DateType-1", "valueString": "Operational"}
    span = {"extension": [kind], "start": "2011-01-20"}
    older = organisation(
        "VQ00A",
        {"url": "https://example.org/Extension-ODSAPI-OrganizationRole-1", "extension": parts},
        {"url": "https://example.org/Extension-ODSAPI-ActivePeriod-1", "valuePeriod": span},
        identifier={"system": CODES, "value": "VQ00A"},
        address={"line": ["1 ROSE LANE"], "city": "OLDTOWN", "postalCode": "ZZ1 1AA"},
    )

    (site,) = read(write("a.json", older))

    assert (site.code, site.address) == ("VQ00A", "1 ROSE LANE, OLDTOWN")
    assert site.registered_on == date(2011, 1, 20)


def test_a_role_may_stand_in_the_type(write):
    kind = [{"coding": [{"code": "RO104"}]}]

    (parent,) = read(write("a.json", organisation("A0A1", type=kind)))

    assert isinstance(parent, ProviderEntry)


def test_a_resource_without_a_code_or_name_is_rejected_and_the_rest_is_read(write):
    nameless = {key: value for key, value in SITE.items() if key != "name"}
    path = write("a.json", bundle(nameless, "oddity", PARENT), indent=1)

    bad, other, good = read(path)

    assert isinstance(bad, Reject)
    assert bad.why == "it has no code or no name"
    assert other == OTHER_RESOURCE
    assert good.code == "A0A1"


def test_a_bundle_bears_the_day_on_which_it_was_made(write):
    stamped = bundle(SITE, timestamp="2025-08-11T09:00:00Z")
    noted = bundle(SITE, meta={"lastUpdated": "2025-08-12T09:00:00+00:00"})
    silent = bundle(SITE | {"meta": {"lastUpdated": "2017-09-08"}})

    days = [opened(write("a.json", each)).published_on for each in (stamped, noted, silent)]

    assert days == [date(2025, 8, 11), date(2025, 8, 12), None]


@pytest.mark.parametrize("odd", ["null", "1", "[]", "{}", '"x"', "[[1]]"])
def test_whatever_stands_in_the_place_of_a_value_the_reading_goes_on(tmp_path, odd):
    whole = json.dumps(bundle(SITE, operated("VQ00A", "A0A1"), PARENT))
    path = tmp_path / "a.json"
    values = re.compile(r'(?<=: )("[^"]*"|true)')
    for value in values.finditer(whole, whole.index("entry")):
        path.write_text(whole[: value.start()] + odd + whole[value.end() :], encoding="utf-8")

        assert len(list(read(path))) == 3


def test_a_large_bundle_on_one_line_is_read_to_its_end(write):
    path = write(
        "a.json",
        bundle(*[SITE] * 3000),
        {"resourceType": "Bundle", "entry": [{"resource": PARENT}]},
    )

    assert [type(entry) for entry in read(path)].count(LocationEntry) == 3000
    assert [entry.code for entry in read(path)][-1] == "A0A1"


def test_names_of_persons_are_not_taken_from_a_resource(write):
    assert "Secretperson" not in repr(list(read(write("a.json", bundle(SITE, PARENT)))))
