"""Bounces against real ones: only where $HELPDESK_REAL_DATA says where they lie."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpdesk.intake import Message, mail

FOLDER = Path(os.environ.get("HELPDESK_REAL_DATA", "/nonexistent")) / "mail"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="$HELPDESK_REAL_DATA is not set")


def expected(fact: str) -> Iterator[tuple[Any, Message]]:
    """What is said of this fact of a mail, and the mail."""
    for line in (FOLDER / "EXPECTED.jsonl").read_text("utf-8").splitlines():
        facts = json.loads(line)
        if fact in facts:
            yield facts[fact], mail.read((FOLDER / facts["file"]).read_bytes())


def test_the_addresses_that_failed_are_found_and_no_others():
    wanted, found, right = 0, 0, 0

    for addresses, message in expected("bounced"):
        told = {row.recipient for row in message.returned}
        meant = {address.lower() for address in addresses}
        wanted, found, right = wanted + len(meant), found + len(told), right + len(told & meant)

    assert right >= 0.97 * wanted
    assert right >= 0.95 * found


def test_what_is_late_is_told_from_what_failed():
    told = [
        is_late == (bool(rows := message.returned) and not any(row.is_failure for row in rows))
        for is_late, message in expected("temporary")
    ]

    assert sum(told) >= 0.97 * len(told)


def test_nearly_every_bounce_names_an_address():
    rows = [message.returned for is_bounce, message in expected("is_bounce") if is_bounce]

    assert sum(any(row.recipient for row in each) for each in rows) >= 0.97 * len(rows)


def test_complaints_are_automatic_and_report_no_letter():
    messages = [message for is_one, message in expected("is_feedback_report") if is_one]

    assert all(message.automatic for message in messages)
    assert not any(message.returned for message in messages)
