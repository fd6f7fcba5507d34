"""The intake against real, awkward mail: only where $HELPDESK_REAL_DATA says where it lies."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from helpdesk.intake import form, mail

FOLDER = Path(os.environ.get("HELPDESK_REAL_DATA", "/nonexistent")) / "mail"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="$HELPDESK_REAL_DATA is not set")


def every_mail() -> dict[str, str]:
    """Each file, and whether it is a whole mail ("eml") or only its text."""
    rows = (FOLDER / "INDEX.tsv").read_text("utf-8").splitlines()[1:]
    return {name: kind for name, kind, *_ in (row.split("\t") for row in rows)}


def expected() -> list[dict[str, object]]:
    whole = every_mail()
    lines = (FOLDER / "EXPECTED.jsonl").read_text("utf-8").splitlines()
    facts = [json.loads(line) for line in lines]
    return [each for each in facts if whole.get(each["file"]) == "eml"]


def squeezed(text: object) -> str:
    return " ".join(str(text).replace("\x00", "").split())


def test_every_real_mail_is_read_and_can_be_stored():
    for name in every_mail():
        message = mail.read((FOLDER / name).read_bytes())
        request = form.read(message)

        for text in (message.subject, message.text, *message.sender, request.organisation):
            assert "\x00" not in text
            text.encode()


def test_real_mail_is_read_as_its_own_projects_read_it():
    right, asked = Counter[str](), Counter[str]()

    for facts in expected():
        message = mail.read((FOLDER / str(facts["file"])).read_bytes())
        found = {
            "subject": message.subject,
            "from_addr": message.sender.address,
            "from_name": message.sender.name,
        }
        for field in found.keys() & facts.keys():
            wanted = squeezed(facts[field])
            asked[field] += 1
            right[field] += found[field] == (wanted.lower() if field == "from_addr" else wanted)
        if "body" in facts:
            asked["body"] += 1
            right["body"] += squeezed(facts["body"])[:200] in squeezed(message.text)

    assert right["subject"] >= 0.97 * asked["subject"]
    assert right["from_addr"] >= 0.97 * asked["from_addr"]
    assert right["from_name"] >= 0.97 * asked["from_name"]
    # Some expectations hold broken characters, or count the text of an attached mail as the body.
    assert right["body"] >= 0.92 * asked["body"]


def test_real_bounces_and_automatic_answers_are_seen():
    sent_by_programs = [each for each in expected() if each.get("is_bounce") or each.get("is_auto")]

    seen = [
        mail.read((FOLDER / str(each["file"])).read_bytes()).automatic for each in sent_by_programs
    ]

    assert sum(map(bool, seen)) >= 0.98 * len(seen)
