"""Nothing that a stranger wrote is ever obeyed by the terminal that it is shown on."""

import base64
import re

import pytest

from helpdesk.intake.sources import one
from helpdesk.models import Role
from helpdesk.reception import take_in_one
from tests.helpdesk.cli.typed_at import TypedAt, make

ATTACKS = {
    "colour": "\x1b[31mred",
    "hidden text": "\x1b[8mhidden",
    "cleared screen": "\x1b[2J\x1b[H",
    "other screen": "\x1b[?1049h",
    "reset": "\x1bc",
    "question that types an answer": "\x1b[6n",
    "window title": "\x1b]0;title\x07",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "link": "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "device control": "\x1bP+q544e\x1b\\",
    "eight-bit colour": "\x9b31mred",
    "eight-bit clipboard": "\x9d52;c;ZXZpbA==\x9c",
    "eight-bit device control": "\x90q\x9c",
    "backspace": "safe\x08\x08\x08\x08evil",
    "overwritten line": "evil\rsafe",
    "bell": "\x07",
    "nul": "a\x00b",
    "delete": "a\x7fb",
    "text turned round": "\u202egnp.exe",
    "isolated text": "\u2066evil\u2069",
    "text without width": "o\u200bd\u200ds",
    "line separator": "a\u2028ODS-000099\u2029b",
    "byte order mark": "\ufeffa",
    "tags": "\U000e0041\U000e0042",
}
LIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e0fff]"
)
OURS = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A desk that was written to by all attackers; its first six calls are harmless."""
    folder = tmp_path_factory.mktemp("desk")
    make(folder, Role.SUPERVISOR)
    made = TypedAt(folder)
    app = made.app()
    for number, attack in enumerate(ATTACKS.values()):
        take_in_one(app.store, app.journal, one(_mail(number, attack), app.store.clock()))
    app.store.engine.dispose()
    return made


def _mail(number: int, attack: str) -> bytes:
    """A mail with the attack in each place that is shown."""
    word = f"=?utf-8?b?{base64.b64encode(attack.encode()).decode()}?="
    text = base64.b64encode(f"Organisation: Rose {attack} Cottage\n{attack}\n".encode()).decode()
    return (
        f"From: {word} <anne{number}@rosecottage.example>\n"
        f"Subject: {word}\n"
        f"Message-ID: <{number}@rosecottage.example>\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n'
        "--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        f"{text}\n"
        f'--b\nContent-Type: text/plain; name="{word}.txt"\n'
        "Content-Disposition: attachment\n\nhello\n--b--\n"
    ).encode()


@pytest.mark.parametrize(
    "words",
    ["list", "next", "list --json", "next --json", "mail", "mail list --json --limit 99"],
)
def test_the_worklist_and_the_mail_show_nothing_live(desk, words):
    said = desk.type(*words.split())

    assert "rose" in (said.out + said.err).lower()
    assert not LIVE.search(said.out + said.err)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=ATTACKS)
def test_a_call_and_its_mail_show_nothing_live(desk, number):
    call, mail = ("show", str(number + 7)), ("mail", "show", str(number + 1))
    for words in (call, (*call, "--json"), mail, (*mail, "--all"), (*mail, "--json")):
        said = desk.type(*words)

        assert said.code == 0
        assert f"anne{number}@rosecottage.example" in said.out
        assert not LIVE.search(said.out + said.err)


@pytest.mark.parametrize(
    "attack", [attack for name, attack in ATTACKS.items() if name != "nul"]
)  # no argument can hold a NUL
def test_what_an_agent_pastes_shows_nothing_live_either(desk, attack):
    answers = [
        desk.type("raise", "--organisation", attack, "--name", f"Anne {attack}", "--again"),
        desk.type("note", "1", f"pasted {attack}"),
        desk.type("urgent", "1", "--reason", f"urgent {attack}"),
        desk.type("urgent", "1", "--reason", f"urgent {attack}"),
        desk.type("correct", "1", "--postcode", attack),
        desk.type("close", "1", "--outcome", "provided", "--note", attack),
        desk.type("agent", "add", attack),
        desk.type("agent", "list"),
        desk.type("give", "1", "nobody"),
        desk.type("give", "1", attack),
        desk.type("show", attack),
        desk.type(attack),
        desk.type("show", "1"),
        desk.type("show", "1", "--json"),
        desk.type("list"),
        desk.type("list", "--json"),
        desk.type("reply", "1", "--body", attack),
        desk.type("reply", "1", "--body", "hello", "--to", attack),
        desk.type("reply", "1", "--canned", attack),
        desk.type("outbox", "cancel", "1", "--reason", attack),
        desk.type("outbox", "list", "--all"),
        desk.type("mail", "list", "--from", attack),
        desk.type("mail", "list", "--since", attack),
        desk.type("mail", "attach", "1", attack),
    ]

    for said in answers:
        assert "Traceback" not in said.err
        assert not LIVE.search(said.out + said.err)


def test_a_terminal_is_sent_our_own_colours_and_nothing_else(desk):
    for words in ("list", f"show {len(ATTACKS) + 6}", "show 15", "mail", "mail show 9"):
        drawn = desk.drawn(*words.split())

        assert "rose" in drawn.lower()
        assert not LIVE.search(OURS.sub("", drawn))
