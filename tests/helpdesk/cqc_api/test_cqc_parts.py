"""A fetch that ended in the middle goes on from there, and touches nobody else's files."""

import pytest

from helpdesk.errors import ApiDown, BadValue, HelpdeskError
from helpdesk.register.api import Part, planned, unfinished
from tests.conftest import MONDAY


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


@pytest.mark.parametrize("length", [0, 1, 8, 9, 40])
def test_a_plan_that_was_written_by_half_is_made_anew(fetched, lines, tmp_path, length):
    (tmp_path / "cqc.jsonl.part").write_bytes(b'{"plan":{"url":"http://127.0.0.1/public/'[:length])

    assert fetched().documents == len(lines()) == 9


@pytest.mark.parametrize(
    "content", [b"a diary\n", b'{"plan": 7}\n', b"[]\n", b"\x00\xff", b'{"plans']
)
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
            part.begin(planned(caller, "last" if day == "2026-03-02" else "", None, MONDAY))

    assert unfinished(tmp_path, "cqc-api-", "") == tmp_path / "cqc-api-2026-03-01.jsonl"
    assert unfinished(tmp_path, "cqc-api-", "last") == tmp_path / "cqc-api-2026-03-02.jsonl"
    assert unfinished(tmp_path, "cqc-api-", "2026-02-02") is None
