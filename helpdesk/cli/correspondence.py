"""Mails and letters as people read them: on the sheet of a call, and one by one."""

from collections.abc import Iterator, Sequence

import click

from helpdesk.cli.cell import block, cell
from helpdesk.cli.table import local
from helpdesk.database import Row, moment
from helpdesk.references import reference
from helpdesk.views.mails import Mail
from helpdesk.views.outbox import Posted

MOST_TEXT = 40
"""How many lines of a mail the sheet of its call shows."""

TRUST = {
    "verified": "known address: the desk's mail server vouches for it, or the desk wrote there",
    "known": "known address: the desk wrote there before; nobody vouches for the sender",
    "claimed": "claimed: nobody vouches for the sender",
    "automatic": "automatic mail",
}
"""How well it is known who wrote a mail, in words."""

TRUST_IN_SHORT = {"verified": "known address", "known": "known address"}
"""The same in a list, where that is not the word itself."""

LETTERS = {
    "received": "receipt",
    "acknowledged": "acknowledgement",
    "allocated": "the code",
    "asked": "question",
    "at_risk": "warning",
    "breached": "breach",
    "level_2": "breach, level 2",
    "weekly": "weekly report",
    "quarantined": "mail set aside",
}
"""What a letter is, by the event that called for it; others are called by the event itself."""

NOT_DELIVERED = "NOT DELIVERED"


def letter_words(kind: str) -> str:
    """What a letter of that kind is: "acknowledgement", or "closed withdrawn"."""
    event, _, audience = kind.partition(".")
    words = LETTERS.get(event, event.replace("_", " "))
    return words if audience == "requester" else f"{words}, to the {audience}"


def letter_state(letter: Posted, zone: str) -> str:
    """Where a letter is: when it is tried next, or why it will not come."""
    why = f": {letter.error}" if letter.error else ""
    twice = ", perhaps twice" if letter.maybe_twice else ""
    if letter.undelivered_at or letter.state == "failed":
        how = "it came back" if letter.state == "sent" else "given up"
        why = letter.error.removeprefix("it came back: ")
        return f"{NOT_DELIVERED}: {how} {_when(letter.undelivered_at, zone)}".rstrip() + f": {why}"
    if letter.state == "sent":
        return f"sent {_when(letter.sent_at, zone)}{twice}"
    if letter.state != "waiting":
        return f"{letter.state}{why}"
    if letter.is_claimed:
        return "being sent now"
    tries = f" after {letter.tries} tries" if letter.tries else ""
    return f"waiting{tries}, next try {_when(letter.send_at, zone)}{twice}{why}"


def became(mail: Mail) -> str:
    """What became of a mail, in words."""
    if mail.state == "quarantined":
        return f"QUARANTINED: {mail.reason}"
    if mail.state == "filed":
        of = f", with {mail.call}" if mail.call else ""
        return f"filed{of}: {mail.reason}"
    if mail.state == "duplicate":
        return f"duplicate: {mail.reason}"
    if mail.state == "waiting":
        tried = f", tried {mail.tries} times" if mail.tries else ""
        why = f": {mail.reason}" if mail.reason else ""
        return f"waiting{tried}{why}"
    if not mail.call:
        return "taken, WITHOUT A CALL"
    return f"{'raised' if mail.raised else 'on'} {mail.call}"


def sender(name: str, address: str) -> str:
    """Who wrote: "Anne <anne@rosecottage.example>"."""
    if name and address:
        return f"{name} <{address}>"
    return address or name or "nobody who can be named"


def remarks(row: Row) -> Iterator[str]:
    """What a person should know of a mail before they believe it."""
    if row["oddity"]:
        yield f"beware: {cell(row['oddity'])}"
    if row["claims_id"]:
        yield f"claims {reference(row['claims_id'])}, but its sender has no part in it"
    if row["cut"]:
        yield too_big(row)
    elif row["truncated"]:
        yield "not all of it was read: the raw mail has the rest"


def too_big(row: Row) -> str:
    """That a mail is not kept whole, and where the whole of it is."""
    where = f"all of it lies in {cell(row['mailbox'])}, or its Processed folder"
    return f"it has more than 32 MB, so only its beginning is kept here: {where}"


def mail_text(row: Row, *, everything: bool = False, most: int | None = None) -> Iterator[str]:
    """What a mail says: what its writer wrote now first, and how much of others' is left out."""
    whole = block(row["text"])
    own = whole if everything or not row["own"] else block(row["own"])
    shown = own if most is None else own[:most]
    yield from (f"  | {line}".rstrip() for line in shown)
    if len(own) > len(shown):
        yield f"  ({len(own) - len(shown)} more lines)"
    if quoted := len(whole) - len(own):
        yield f"  ({quoted} quoted line{'s' * (quoted != 1)}: --all shows them)"


def mails_of_call(messages: Sequence[Row], files: Sequence[Row], zone: str) -> Iterator[str]:
    """The mails of a call, as its sheet shows them."""
    for row in messages:
        yield ""
        number = row["received_mail_id"]
        kind = f"automatic: {row['automatic']}" if row["automatic"] else TRUST.get(row["trust"], "")
        who = sender(row["sender_name"], row["sender_address"])
        yield f"Mail {number} of {_when(moment(row['arrived_at']), zone)} from {cell(who)}"
        yield f"  {cell(kind)}"
        yield from (click.style(f"  {each}", bold=True) for each in remarks(row))
        yield f"  Subject: {cell(row['subject'])}"
        yield from (
            line.replace("--all shows them", f"helpdesk mail show {number} --all")
            for line in mail_text(row, most=MOST_TEXT)
        )
        for file in files:
            if file["message_id"] == row["id"]:
                size = f"{file['size']:,} bytes; --save FOLDER saves it"
                yield f"  file: {cell(file['name'])} ({size})"


def letters_of_call(letters: Sequence[Posted], zone: str) -> Iterator[str]:
    """The letters about a call, as its sheet shows them."""
    if letters:
        yield ""
        yield "Letters"
    for letter in letters:
        yield f"  {local(letter.posted, zone):<17} {cell(letter.subject)}"
        state = cell(letter_state(letter, zone))
        told = click.style(state, fg="red", bold=True) if NOT_DELIVERED in state else state
        yield f"  {'':<17} letter {letter.id} to {cell(letter.to)}: {told}"


def _when(at: object, zone: str) -> str:
    from datetime import datetime

    return local(at, zone) if isinstance(at, datetime) else ""
