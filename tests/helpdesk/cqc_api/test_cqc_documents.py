"""What CQC's API has is fetched whole, but for the names of persons."""

import json
from datetime import timedelta

import pytest

from helpdesk.clock import ticks
from helpdesk.register.api import Fetched
from helpdesk.register.files import opened
from tests.conftest import MONDAY
from tests.cqc_api import KEY, location


def test_all_documents_of_all_pages_come_in_their_order(api, fetched, lines):
    done = fetched()

    assert [each.get("locationId", each["providerId"]) for each in lines()] == [
        *(f"1-10000000{n}" for n in range(1, 8)),
        "1-200000001",
        "1-200000002",
    ]
    assert done == Fetched(9, other=0, gone=0, failed=(), missed=0, strange=0)
    assert api.keys == {KEY}


def test_a_load_reads_of_the_file_what_it_would_of_the_documents(api, fetched, tmp_path):
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps(api.documents), encoding="utf-8")

    fetched()

    assert list(opened(tmp_path / "cqc.jsonl").pieces) == list(opened(whole).pieces)


def test_no_person_is_written_down(api, fetched, tmp_path):
    fetched()

    assert not [path for path in tmp_path.iterdir() if b"Secretperson" in path.read_bytes()]


def test_what_is_none_of_social_care_and_what_is_gone_is_left_out_and_counted(api, fetched, lines):
    api.documents[1] |= {"type": "Primary Dental Care", "inspectionDirectorate": "Dentists"}
    api.listed_too = ["1-100000077", "Jane Doe's house"]

    done = fetched()

    assert (done.documents, done.other, done.gone, done.strange) == (8, 1, 1, 1)
    assert "1-100000002" not in [each.get("locationId") for each in lines()]


def test_connections_are_kept(api, fetched):
    api.documents += [location(n) for n in range(10, 110)]

    fetched()

    assert len(api.asked) > 109
    assert api.lines <= 8


@pytest.mark.parametrize(("total", "missed"), [(0, 0), (9, 2 + 7), (None, 0), ("many", 0)])
def test_a_wrong_total_is_told_and_no_more(api, fetched, total, missed):
    api.more = {"total": total}

    done = fetched()

    assert (done.documents, done.missed) == (9, missed)


def test_only_what_changed_is_fetched_if_only_that_is_asked_for(api, fetched, lines):
    api.changed = ["1-100000003", "1-200000002"]

    done = fetched(since=MONDAY - timedelta(days=3))

    assert done.documents == 2
    assert [each["name"] for each in lines()] == ["Rose Cottage 3", "Rose Care 2 Ltd"]
    span = "startTimestamp=2026-02-27T09%3A00%3A00Z&endTimestamp=2026-03-02T09%3A00%3A00Z"
    assert api.asked[0] == f"changes/location?page=1&perPage=1000&{span}"


def test_nothing_changed_is_no_error_and_no_file(fetched, tmp_path):
    done = fetched(since=MONDAY - timedelta(days=3))

    assert (done.documents, list(tmp_path.iterdir())) == (0, [])


def test_a_steady_rate_is_kept(api, caller, fetched):
    started = ticks()

    fetched(per_minute=1_200)

    assert ticks() - started > 0.6  # for 14 questions, of which the first need not wait
