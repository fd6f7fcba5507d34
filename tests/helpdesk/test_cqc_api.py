"""Documents come from CQC's API whatever it does meanwhile; what cannot be had is told."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from helpdesk.clock import ticks
from helpdesk.errors import ApiDown, BadValue, ConfigError, HelpdeskError, KeyRefused
from helpdesk.register.api import Caller, Fetched, Part, fetch, planned, unfinished
from helpdesk.register.files import opened
from tests.cqc_api import KEY, CqcApi, cqc_api_at_work, location, provider

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST = "locations/1-100000001"
QUICK = (0.01, 0.01, 0.01)


@pytest.fixture
def api() -> Iterator[CqcApi]:
    """An API with seven locations and two providers."""
    documents = [location(n) for n in range(1, 8)] + [provider(1), provider(2)]
    with cqc_api_at_work(documents) as made:
        yield made


@pytest.fixture
def caller(api: CqcApi) -> Iterator[Caller]:
    with calling(api) as made:
        yield made


def calling(api: CqcApi, key: str = KEY, deadline: float = 5.0, per_minute: int = 60_000) -> Caller:
    return Caller(api.url, SecretStr(key), per_minute, QUICK, deadline)


@pytest.fixture
def fetched(api: CqcApi, tmp_path: Path) -> Callable[..., Fetched]:
    """Fetches all there is into a file."""

    def fetch_all(since: datetime | None = None, **how: Any) -> Fetched:
        with calling(api, **how) as caller, Part(tmp_path / "cqc.jsonl") as part:
            plan = part.plan
            if plan is None:
                plan = planned(caller, "", since, NOW)
                part.begin(plan)
            done = fetch(caller, part, plan, lambda _done, _total: None)
            part.let_go()
            return done

    return fetch_all


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """The documents in the file."""
    path = tmp_path / "cqc.jsonl"
    return lambda: [json.loads(each) for each in path.read_text(encoding="utf-8").splitlines()]


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


@pytest.mark.parametrize(
    "trouble", ["status 500", "status 503 1", "status 429 1", "cut", "text", "list", "slow 0.2"]
)
def test_trouble_that_passes_is_waited_for(api, fetched, trouble):
    api.troubles = {FIRST: [trouble], "locations": [trouble]}

    done = fetched(deadline=1.0)

    assert done.documents == 9
    assert api.asked_for[FIRST] == 2


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        ("status 500", "it answers 500"),
        ("huge", "it is larger than 4 MB"),
        ("text", "it answers something else than JSON"),
        ("list", "it answers something else than a JSON object"),
        ("cut", "no answer comes through (ProtocolError)"),
        ("other", "it is another one"),
    ],
)
def test_one_document_that_cannot_be_had_does_not_keep_the_others(
    api, fetched, lines, trouble, why
):
    api.troubles = {FIRST: [trouble] * 9}

    done = fetched()

    assert done.failed == (f"{FIRST}: {why}",)
    assert len(lines()) == 8


def test_an_api_that_gives_no_more_ends_the_fetch_which_goes_on_from_there(api, fetched, lines):
    api.troubles = {f"locations/1-10000000{n}": ["status 500"] * 9 for n in range(4, 8)}
    with pytest.raises(ApiDown, match=r"gives no more documents: it answers 500; .*same command"):
        fetched()
    api.troubles, api.asked = {}, []

    done = fetched()

    assert done.documents == len(lines()) == 9
    assert sorted(api.asked_for) == [
        *(f"locations/1-10000000{n}" for n in range(4, 8)),
        "providers/1-200000001",
        "providers/1-200000002",
    ]


def test_all_wait_while_the_api_wants_to_be_left_alone(api, fetched):
    api.troubles = {FIRST: ["status 429 2"]}
    times = []
    api.trouble = lambda path, known=api.trouble: times.append(ticks()) or known(path)

    fetched()

    assert max(later - former for former, later in pairwise(times)) > 1.5


@pytest.mark.parametrize(
    ("trouble", "error", "words"),
    [
        ("status 401", KeyRefused, "does not take the key (401): put the one"),
        ("status 403", KeyRefused, "does not take the key (403): put the one"),
        ("status 403 7200", ApiDown, "nothing for 120 minutes (403): type the same"),
        ("status 429 7200", ApiDown, "nothing for 120 minutes (429): type the same"),
        ("status 503 7200", ApiDown, "nothing for 120 minutes (503): type the same"),
        ("status 400", ApiDown, "refuses the question (400): see that cqc.api_url is right"),
        ("redirect http://127.0.0.1:9/", ApiDown, "another address (302): correct cqc.api_url"),
    ],
)
@pytest.mark.parametrize("place", ["locations", FIRST])
def test_what_a_person_has_to_see_to_ends_the_fetch_at_once(
    api, fetched, place, trouble, error, words
):
    api.troubles = {place: [trouble]}

    with pytest.raises(error) as told:
        fetched()

    assert words in str(told.value)
    assert KEY not in str(told.value)


def test_an_api_that_is_always_too_busy_is_told(api, fetched):
    api.troubles = {"locations": ["status 429"] * 9}

    with pytest.raises(ApiDown, match=r"again and again.*set cqc\.per_minute lower"):
        fetched()


@pytest.mark.parametrize("place", ["locations", "providers"])
def test_a_list_that_cannot_be_had_is_told(api, fetched, tmp_path, place):
    api.troubles = {place: ["text"] * 9}

    with pytest.raises(ApiDown, match=f"does not list {place}: it answers something else"):
        fetched()
    assert list(tmp_path.iterdir()) == []


def test_an_api_that_is_not_there_is_told(api, caller):
    api.server_close()

    with pytest.raises(ApiDown, match=r"does not list locations: no answer comes through"):
        planned(caller, "", None, NOW)


@pytest.mark.parametrize("more", [{"locations": "none"}, {"locations": None}])
def test_an_answer_that_lists_nothing_is_no_list(api, caller, more):
    api.more = more

    with pytest.raises(ApiDown, match="what should list locations has no locations"):
        planned(caller, "", None, NOW)


@pytest.mark.parametrize("uri", ["/locations?page=1", "http://other.example/locations?page=2"])
def test_an_address_of_a_next_page_is_not_followed(api, fetched, uri):
    api.more = {"nextPageUri": uri}

    done = fetched()

    assert done.documents == 9


def test_pages_that_are_always_the_same_come_to_an_end(api, fetched):
    api.turns_pages = False
    api.more = {"nextPageUri": "/locations?page=2"}

    done = fetched()

    assert done.documents == 3 + 2
    assert done.missed == 4


@pytest.mark.parametrize(("total", "missed"), [(0, 0), (9, 2 + 7), (None, 0), ("many", 0)])
def test_a_wrong_total_is_told_and_no_more(api, fetched, total, missed):
    api.more = {"total": total}

    done = fetched()

    assert (done.documents, done.missed) == (9, missed)


def test_only_what_changed_is_fetched_if_only_that_is_asked_for(api, fetched, lines):
    api.changed = ["1-100000003", "1-200000002"]

    done = fetched(since=NOW - timedelta(days=3))

    assert done.documents == 2
    assert [each["name"] for each in lines()] == ["Rose Cottage 3", "Rose Care 2 Ltd"]
    span = "startTimestamp=2026-02-27T09%3A00%3A00Z&endTimestamp=2026-03-02T09%3A00%3A00Z"
    assert api.asked[0] == f"changes/location?page=1&perPage=1000&{span}"


def test_nothing_changed_is_no_error_and_no_file(fetched, tmp_path):
    done = fetched(since=NOW - timedelta(days=3))

    assert (done.documents, list(tmp_path.iterdir())) == (0, [])


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "caf\u00e9", "\u200b0123"])
def test_what_can_be_no_key_is_refused_unseen(api, key):
    with pytest.raises(ConfigError) as told:
        calling(api, key)

    assert key not in str(told.value)


def test_a_steady_rate_is_kept(api, caller, fetched):
    started = ticks()

    fetched(per_minute=1_200)

    assert ticks() - started > 0.6  # for 14 questions, of which the first need not wait


def test_the_end_of_a_part_that_was_written_by_half_is_fetched_again(api, fetched, lines, tmp_path):
    path = tmp_path / "cqc.jsonl.part"
    api.troubles = {f"locations/1-10000000{n}": ["status 500"] * 9 for n in range(5, 8)}
    with pytest.raises(ApiDown):
        fetched()
    kept = path.read_bytes()
    assert kept.count(b"\n") == 1 + 4
    path.write_bytes(kept[:-20])
    api.troubles, api.asked = {}, []

    done = fetched()

    assert done.documents == len(lines()) == 9
    assert "locations/1-100000003" not in api.asked_for
    assert api.asked_for["locations/1-100000004"] == 1
    assert not path.exists()


@pytest.mark.parametrize("length", [0, 1, 40])
def test_a_plan_that_was_written_by_half_is_made_anew(api, fetched, lines, tmp_path, length):
    (tmp_path / "cqc.jsonl.part").write_bytes(b'{"plan":{"url":"http://127.0.0.1/public/'[:length])
    if length == 1:
        with pytest.raises(BadValue, match="is none of ours: name another file"):
            fetched()
        return

    assert fetched().documents == 9


@pytest.mark.parametrize("content", [b"a diary\n", b'{"plan": 7}\n', b"[]\n", b"\x00\xff"])
def test_a_file_of_somebody_else_is_left_alone(fetched, tmp_path, content):
    (tmp_path / "cqc.jsonl.part").write_bytes(content)

    with pytest.raises(BadValue, match="is none of ours: name another file"):
        fetched()
    assert (tmp_path / "cqc.jsonl.part").read_bytes() == content


def test_two_do_not_fetch_into_one_file(fetched, tmp_path):
    with Part(tmp_path / "cqc.jsonl"), pytest.raises(BadValue, match="somebody else is fetching"):
        fetched()


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_asked(api, tmp_path):
    with pytest.raises(HelpdeskError, match=r"cqc\.jsonl\.part cannot be written: No such file"):
        Part(tmp_path / "nowhere" / "cqc.jsonl")


def test_a_fetch_that_is_not_done_is_found_again_by_what_was_asked(api, caller, tmp_path):
    for day in ("2026-02-27", "2026-03-01", "2026-03-02"):
        with Part(tmp_path / f"cqc-api-{day}.jsonl") as part:
            part.begin(planned(caller, "last" if day == "2026-03-02" else "", None, NOW))

    assert unfinished(tmp_path, "cqc-api-", "") == tmp_path / "cqc-api-2026-03-01.jsonl"
    assert unfinished(tmp_path, "cqc-api-", "last") == tmp_path / "cqc-api-2026-03-02.jsonl"
    assert unfinished(tmp_path, "cqc-api-", "2026-02-02") is None
