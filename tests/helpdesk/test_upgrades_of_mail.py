"""An older desk's mail comes along: files are kept once, letters that never came are marked."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from helpdesk import views
from helpdesk.app import App, build
from helpdesk.config.settings import Config, Desk
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.database import reading
from helpdesk.intake.sources import one
from helpdesk.reception import TakenIn, take_in_one
from tests.helpdesk.made import request_mail, rows
from tests.helpdesk.older import FAILED, FILES, FORM, NOW, OlderDesk, emptied


@pytest.fixture
def app(url: str, clock: Any) -> Iterator[App]:
    """The desk of the last version that kept files beside their mails, brought up to date."""
    older = OlderDesk(emptied(url, clock), "0003")
    older.store.create()
    older.engine.dispose()
    settings = StoreSettings(database=older.store.url)
    app = build(Config(store=settings, desk=Desk(address="desk@desk.example")), clock)
    yield app
    app.store.engine.dispose()


def test_each_file_is_kept_byte_for_byte_and_once(app: App) -> None:
    kept = {row["sha256"]: row for row in rows(app.store, "SELECT * FROM file")}

    contents = {content for _, content in FILES}
    assert len(contents) < len(FILES)
    assert {key: bytes(row["content"]) for key, row in kept.items()} == {
        sha256(content).hexdigest(): content for content in contents
    }
    assert all(row["size"] == len(row["content"]) for row in kept.values())


def test_every_attachment_still_has_its_file(app: App) -> None:
    joined = "SELECT a.message_id, f.content FROM attachment a JOIN file f ON f.sha256 = a.sha256"

    found = rows(app.store, f"{joined} ORDER BY a.id")

    assert [(row["message_id"], bytes(row["content"])) for row in found] == list(FILES)
    assert "content" not in rows(app.store, "SELECT * FROM attachment")[0]


def test_people_see_the_files_of_a_call_as_before(app: App) -> None:
    with reading(app.store.url) as reader:
        files = views.sheet(reader, 1).attachments
        *contents, whole = [bytes(row["content"]) for row in views.attachments(reader, 1)]

    assert [row["name"] for row in files] == ["form.docx"] * 2
    assert contents == [FORM, b""]
    assert whole.startswith(b"Subject: ODS code")


def test_a_letter_that_never_came_marks_an_open_call_and_brings_back_no_closed_one(
    app: App,
) -> None:
    asked = "SELECT call_id FROM letter WHERE undelivered_at IS NOT NULL"
    with reading(app.store.url) as reader:
        lines = {line.reference: line.marks for line in views.worklist(reader, NOW)}

    assert [call for call, _ in FAILED] == [2, 7]
    assert rows(app.store, asked) == [{"call_id": 2}]
    assert "NOT DELIVERED" in lines["ODS-000002"]
    assert not any("NOT DELIVERED" in lines[other] for other in lines if other != "ODS-000002")
    assert "ODS-000007" not in lines


def test_it_has_a_seal_of_its_own_from_then_on(app: App) -> None:
    (secret,) = rows(app.store, "SELECT name, value FROM secret")

    assert (secret["name"], len(secret["value"])) == ("letters", 32)
    assert len(set(secret["value"])) > 8
    seal = app.store.run(lambda tx: tx.seal())
    assert seal.opened(seal.new_id("ODS-000001")) == "ods-000001"


def test_mail_from_before_names_nobody_as_known_and_nothing_as_odd(app: App) -> None:
    found = rows(app.store, "SELECT DISTINCT trust, oddity, own, claims_id FROM message")

    assert found == [{"trust": "claimed", "oddity": "", "own": "", "claims_id": None}]


@pytest.mark.parametrize("answered", ["<1@rose.example>", "<failed.2@desk.example>"])
def test_an_answer_to_mail_from_before_still_finds_its_call(app: App, answered: str) -> None:
    reply = b"In-Reply-To: " + answered.encode() + b"\r\n" + request_mail(9)

    taken = take_in_one(app.store, app.journal, one(reply, NOW))

    assert taken == TakenIn(threaded=1)
    number = 1 if "1@rose" in answered else 2
    asked = "SELECT c.id FROM call c JOIN message m ON m.call_id = c.id WHERE m.id > 2"
    assert rows(app.store, asked) == [{"id": number}]


def test_a_file_that_comes_again_is_still_kept_once(app: App) -> None:
    before = rows(app.store, "SELECT COUNT(*) AS n FROM file")

    again = app.store.run(lambda tx: tx.keep_file(FORM))

    assert again == sha256(FORM).hexdigest()
    assert rows(app.store, "SELECT COUNT(*) AS n FROM file") == before
