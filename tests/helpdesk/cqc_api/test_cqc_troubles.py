"""Documents come from CQC's API whatever it does meanwhile; what cannot be had is told."""

from itertools import pairwise

import pytest
from pydantic import SecretStr

from helpdesk.clock import ticks
from helpdesk.errors import ApiDown, ConfigError, KeyRefused
from helpdesk.register.api import Caller, planned
from tests.authority import authority_at_work
from tests.conftest import MONDAY
from tests.cqc_api import FIRST, KEY, QUICK, calling


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
        planned(caller, "", None, MONDAY)


@pytest.mark.parametrize("more", [{"locations": "none"}, {"locations": None}])
def test_an_answer_that_lists_nothing_is_no_list(api, caller, more):
    api.more = more

    with pytest.raises(ApiDown, match="what should list locations has no locations"):
        planned(caller, "", None, MONDAY)


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


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "caf\u00e9", "\u200b0123"])
def test_what_can_be_no_key_is_refused_unseen(api, key):
    with pytest.raises(ConfigError) as told:
        calling(api, key)

    assert key not in str(told.value)


def test_whoever_cannot_prove_who_it_is_gets_no_key(certificate):
    with authority_at_work(certificate) as stranger:
        desk = Caller(stranger.url, SecretStr(KEY), 60_000, QUICK)
        with desk as caller, pytest.raises(ApiDown, match="certificate is not trusted here"):
            planned(caller, "", None, MONDAY)
