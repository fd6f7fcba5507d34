"""The pages of the tour: what a newcomer reads, in the order in which it is printed."""

import os
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

WIDTH = 80

AFTERWARDS = (
    ("next", "what to do now, and the command for it"),
    ("show {scan}", "the mail that no program could read"),
    ("trace {willow} --location 1-9000000104", "refused, with the reason and the mend"),
    ("resolve-now {fernleigh}", "all steps in one go, if a code is looked up"),
    ("codes show {code}", "whose a code is, and where it was provided"),
    ("mail list --limit 5", "the last mails, and what became of each"),
    ("sweep", "nothing new: each flag is raised once"),
    ("daemon", "takes in, sweeps, delivers; Ctrl-C ends it"),
)
"""Commands to try when the tour is over, and what each shows."""

ROSE_COTTAGES = "VX9A1"

_OVERWRITTEN = re.compile(r"[^\n]*\r(?:\x1b\[K)?")
"""What a terminal shows no more: a bar that grew until it was done."""


class Guide(NamedTuple):
    """Walks a newcomer through the desk in `folder`."""

    folder: Path
    command: Command

    def the_desk(self) -> None:
        _heading("A desk, ten days old")
        _say(
            "This desk gives ODS codes to care homes and home care companies in England. It is made"
            " up, and has just lived through ten days by a clock that was moved; what stands below"
            " a $ is what the real program printed. Bart and Cris work the calls, Sue supervises"
            " them, and you are Sue. Nothing leaves this machine."
        )

    def the_register(self, files: Sequence[Path]) -> None:
        _heading("The register")
        _say(
            "CQC says which care providers there are, ODS which codes they have. The desk joins"
            " the two. The same files once more would change nothing; one that would take more"
            " than a tenth of the places away is not loaded until somebody says so. Whoever rings"
            " is found by whatever they say, slips of the pen and all."
        )
        self._say_typed("register load register/*")
        self._say_printed(["register", "load", *map(str, files)])
        self._show("register", "find", "quary", "hill")

    def the_mail(self, days: Days) -> None:
        _heading("Ten days of mail")
        _say(
            "Each mail is stored byte for byte before it is read. Then it raises a call, joins one,"
            f" or is filed; none is lost. {days.references['willow']} came by telephone."
        )
        click.echo()
        for each in days.arrivals:
            name, subject = each.kept.uid.removesuffix(".eml"), each.mail.subject
            click.echo(f"{name:<17} {_shortened(subject, 26):<26} {_became(each)}")
        self._show("mail", "list", "--filed")

    def the_worklist(self, days: Days) -> None:
        _heading("The worklist, now")
        _say(
            "Each call has two promises: acknowledged within 48 hours, its code within seven days"
            " of that. Urgent calls come first, then those with the least time left."
            f" {days.references['quarry']} was acknowledged late, so it ranks by what it was"
            " promised end to end."
        )
        self._show("list")

    def a_sheet(self, days: Days) -> None:
        _heading("One call, all of it")
        _say(
            "What Joan gave differs from the register. Her CQC id finds the home all the same, and"
            " the sheet shows both side by side. Below this come her mails (the answer to Cris"
            " was laid to the same call), our letters, and all that happened."
        )
        self._show("show", days.references["ashgrove"], until="Mail ")

    def a_due(self, days: Days) -> None:
        _heading("How a due came about")
        _say(
            "Cris asked Joan which home she meant, and put the call on hold: while a requester is"
            " waited for, the seven days stand still. Joan's answer ended the hold by itself."
        )
        self._show("sla", "explain", days.references["ashgrove"])

    def a_walk(self, days: Days, now: datetime) -> None:
        call = days.references["rose"]
        _heading("One call, from its mail to its code")
        _say(
            "Anne's mail says that it is urgent. That only suggests it: an agent decides, and the"
            " log keeps the reason. Then come four steps, each of them one command. Without an"
            " option, trace changes nothing: it shows what the register has beside what Anne gave,"
            " and marks what it would propose."
        )
        needed = (now + timedelta(days=5)).date().isoformat()
        reason = "new records go live next week"
        self._show("urgent", call, "--reason", reason, "--needed-by", needed)
        self._show("next")
        self._show("acknowledge", call)
        self._show("trace", call, since="Candidates ")
        self._show("trace", call, "--best")
        self._show("allocate", call)
        self._show("close", call)
        self._show("deliver")

    def the_letters(self) -> None:
        posted = outbox.letters(self.folder)
        _heading("The letters")
        _say(
            f"{len(posted)} letters lie in {self.folder / 'outbox'}, all from {posted[0].sender}."
            " Requesters hear of each step, the owner (or Sue) of a promise at risk, and Sue of"
            " every breach. The last of each kind, and one in full:"
        )
        click.echo()
        kinds = Counter(_kind(letter) for letter in posted)
        for kind, letter in {_kind(letter): letter for letter in posted}.items():
            click.echo(f"{kinds[kind]:3}  to {letter.to:<25} {letter.subject}")
        self._in_full([letter for letter in posted if letter.subject.endswith("ODS codes")][-1])

    def the_doctor(self) -> None:
        _heading("Is the desk well?")
        _say("What an operator has to know, and what to mend. A note is no fault.")
        self._show("doctor")

    def farewell(self, days: Days) -> None:
        _heading("Where to look next")
        _say("Go on by hand. All of it is yours to change, and the next tour makes it anew.")
        click.echo(f"\n  cd {self.folder}")
        if not shutil.which("helpdesk"):
            click.echo(f"  export PATH={Path(sys.executable).parent}{os.pathsep}$PATH")
        for words, what in AFTERWARDS:
            typed = f"helpdesk {words.format_map(days.references | {'code': ROSE_COTTAGES})}"
            click.echo(f"  {typed:<50} # {what}")
        click.echo(f"\nThe mails are in {self.folder / 'inbox'}, as they came; open one.")
        click.echo("How it works inside: docs/path-of-a-call.md")
        click.echo("A desk of your own:  docs/running-a-desk.md")

    def _show(self, *words: str, since: str = "", until: str = "") -> None:
        """Run a command before the reader's eyes, and print its answer between two lines."""
        self._say_typed(" ".join(f'"{word}"' if " " in word else word for word in words))
        self._say_printed(words, since, until)

    def _say_typed(self, words: str) -> None:
        click.echo("\n" + click.style(f"$ helpdesk {words}", bold=True))

    def _say_printed(self, words: Sequence[str], since: str = "", until: str = "") -> None:
        # The reader stands in the folder in the end, where its paths are shorter.
        here = f"{self.folder.absolute()}{os.sep}"
        printed = _OVERWRITTEN.sub("", self.command(words).printed.replace(here, ""))
        lines = printed.partition(f"\n{until}")[0] if until else printed
        lines = f"{since}{lines.partition(since)[2]}" if since else lines
        for line in lines.rstrip().splitlines():
            click.echo(line.rstrip())

    def _in_full(self, letter: outbox.Posted) -> None:
        head = (f"From: {letter.sender}", f"To: {letter.to}", f"Subject: {letter.subject}")
        click.echo()
        for line in (*head, "", *letter.text.splitlines()):
            click.echo(f"  | {line}".rstrip())


def _heading(words: str) -> None:
    line = f"{words.upper()} {'-' * (WIDTH - len(words) - 1)}"
    click.echo("\n" + click.style(line, bold=True))


def _say(words: str) -> None:
    click.echo(textwrap.fill(words, WIDTH, break_long_words=False, break_on_hyphens=False))


def _shortened(words: str, width: int) -> str:
    return words if len(words) <= width else f"{words[: width - 3]}..."


def _became(arrival: Arrival) -> str:
    """What became of a mail, in the words of its record."""
    taken, kept, call = arrival.taken, arrival.kept, arrival.call
    if call is None or kept.reason:
        return f"{kept.state.value}: {kept.reason}"
    if taken.threaded:
        return f"laid to {call.reference}"
    says = ", says urgent" if call.suggests_urgent else ""
    return f"raised {call.reference}{says}{', for a person to read' if call.unreadable else ''}"


def _kind(letter: outbox.Posted) -> str:
    """A letter's subject without the call that it is about."""
    return re.sub(r"\[ODS-\d+\]|ODS-\d+", "", letter.subject)
