"""The pages of the tour: what a newcomer reads, in the order in which it is printed."""

import re
import shutil
import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import click

from helpdesk.tour import outbox
from helpdesk.tour.command import Command
from helpdesk.tour.days import Arrival, Days

WIDTH = 88


class Guide(NamedTuple):
    """Walks a newcomer through the desk in `folder`."""

    folder: Path
    command: Command

    def welcome(self) -> None:
        _say(
            "This is the desk that gives ODS codes to care homes and home care companies in"
            " England: made up, in a folder of its own, ten days old. It was built just now by the"
            " real program with a clock that was moved; all that you see below is what it printed."
            " Nothing leaves this machine."
        )

    def the_desk(self) -> None:
        _heading("The desk")
        _say(
            "A configuration, a database and people. Agents work the calls, a supervisor answers"
            " for the promises; you are one, so that you can go on by hand afterwards."
        )
        self._show("agent", "list")

    def the_register(self, files: Sequence[Path]) -> None:
        _heading("The register")
        _say(
            "CQC says which care providers there are, ODS says which codes they have. The desk"
            " holds both, joined by name and postcode; load the same files twice and nothing"
            " changes."
        )
        self._show("register", "load", *(str(path) for path in files))

    def the_mail(self, days: Days) -> None:
        _heading("Ten days of mail")
        _say(
            "Every mail is stored byte for byte before it is read, and becomes a call, joins"
            " one, or is filed; none is lost. Bart answered a telephone meanwhile."
        )
        click.echo()
        for arrival in days.arrivals:
            name, subject = arrival.kept.uid.removesuffix(".eml"), arrival.mail.subject
            click.echo(f"{name:<18} {_shortened(subject, 36):<36} {_became(arrival)}")

    def the_worklist(self) -> None:
        _heading("The worklist, now")
        _say(
            "Two promises run for each call: acknowledged within 48 hours, the code within seven"
            " days of that. Urgent calls come first, then those with the least time left. Breached"
            " is breached: nothing clears it."
        )
        self._show("list")

    def a_sheet(self, days: Days) -> None:
        call = days.references["ashgrove"]
        _heading("One call, all of it")
        _say(
            "What Joan gave beside what the register has. Her postcode finds nothing, her CQC id"
            " does; she has answered Cris in the meantime, which put her mail onto this call."
        )
        self._show("show", call)

    def a_walk(self, days: Days, now: datetime) -> None:
        call = days.references["rose"]
        _heading("One call, from its mail to its code")
        _say(
            "Anne's mail says that it is urgent. That suggests it: an agent decides, and the log"
            " keeps the reason. Then four steps, each one command."
        )
        needed = (now + timedelta(days=5)).date().isoformat()
        reason = "new care records go live next week"
        self._show("urgent", call, "--reason", reason, "--needed-by", needed)
        self._show("next")
        self._show("acknowledge", call)
        self._show("trace", call, "--best")
        self._show("allocate", call)
        self._show("close", call)
        self._show("deliver")

    def the_letters(self) -> None:
        posted = outbox.letters(self.folder)
        _heading("The letters")
        _say(
            f"{len(posted)} letters lie in {self.folder / 'outbox'}, as a mail server would have"
            " got them. Requesters hear at each step, owners when a promise is at risk, and"
            " supervisors of all breaches of one sweep in one letter."
        )
        click.echo()
        kinds = Counter(_kind(letter.subject) for letter in posted)
        newest = {_kind(letter.subject): letter for letter in posted}
        for kind, number in kinds.items():
            click.echo(f"{number:3} x  {_shortened(kind, 46):<46}  such as to {newest[kind].to}")
        self._in_full(posted[-1])

    def _in_full(self, letter: outbox.Posted) -> None:
        click.echo()
        for name, words in (
            ("From", letter.sender),
            ("To", letter.to),
            ("Subject", letter.subject),
        ):
            click.echo(f"  | {click.style(name, bold=True)}: {words}")
        for line in ("", *letter.text.splitlines()):
            click.echo(f"  | {line}".rstrip())

    def the_doctor(self) -> None:
        _heading("Is the desk well?")
        _say("The doctor looks at what an operator has to know, and says what to mend.")
        self._show("doctor")

    def farewell(self, days: Days) -> None:
        _heading("Where to look next")
        unread, willow = days.references["scan"], days.references["willow"]
        _say("Go on by hand: all of this is yours to change, and the next tour makes it anew.")
        click.echo()
        tries = (
            ("next", "what to do now, and the command for it"),
            (f"show {unread}", "the mail that no program could read"),
            (f"trace {willow} --location 1-9000000104", "refused, with the reason and the mend"),
            ("sweep", "nothing new to flag: each flag is raised once"),
            ("daemon", "takes in, sweeps and delivers by itself, until Ctrl-C"),
        )
        click.echo(f"  cd {self.folder}")
        for words, what in tries:
            click.echo(f"  {_program()} {words:<47} # {what}")
        click.echo()
        click.echo(f"Mails are in {self.folder / 'inbox'}, letters in {self.folder / 'outbox'}.")
        click.echo(
            "How it is built: docs/path-of-a-call.md. How to run it: docs/running-a-desk.md."
        )

    def _show(self, *words: str) -> None:
        """Run a command before the reader's eyes."""
        click.echo()
        # The reader is told to stand in the folder, where these are shorter.
        short = [word.removeprefix(f"{self.folder}/") for word in words]
        typed = " ".join(f'"{word}"' if " " in word else word for word in short)
        click.echo(click.style(f"$ helpdesk {typed}", bold=True))
        printed = self.command(words).printed.replace(f"{self.folder}/", "")
        for line in printed.strip().splitlines():
            click.echo(line.rstrip())


def _heading(words: str) -> None:
    click.echo()
    click.echo(click.style(f"{words.upper()}  {'-' * (WIDTH - len(words) - 2)}", bold=True))


def _say(words: str) -> None:
    click.echo(textwrap.fill(words, WIDTH))


def _shortened(words: str, width: int) -> str:
    return words if len(words) <= width else f"{words[: width - 3]}..."


def _became(arrival: Arrival) -> str:
    """What became of a mail, in the words of its record."""
    taken, kept, call = arrival.taken, arrival.kept, arrival.call
    about = call.reference if call else ""
    if taken.raised and call:
        marks = [
            "says urgent" if call.suggests_urgent else "",
            "for a person to read" if call.unreadable else "",
        ]
        return ", ".join(filter(None, (f"raised {about}", *marks)))
    return f"laid to {about}" if taken.threaded else f"{kept.state.value}: {kept.reason}"


def _kind(subject: str) -> str:
    """A letter's subject without the call that it is about."""
    return re.sub(r"\[?ODS-\d+\]?:? ?", "", subject).strip()


def _program() -> str:
    """How to type the command: by its name, or by its place if the shell would not find it."""
    return (
        "helpdesk" if shutil.which("helpdesk") else str(Path(sys.executable).with_name("helpdesk"))
    )
