"""A Message to a Request: from an attached form, the words of the mail, and the sender."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from helpdesk.intake import (
    Message,
    Request,
    Surety,
    attached,
    layout,
    lines,
    mail,
    names,
    passing,
    patterns,
    prose,
    signature,
)
from helpdesk.intake.answers import Answers
from helpdesk.intake.attached import Form, Opened

TEXT = "text of the mail"
SIGNATURE = "signature"
FORWARDED = "forwarded mail"
ATTACHED = "attached mail"
SENDER = "sender"
USEFUL = ("organisation", "postcode", "cqc_location_id", "cqc_provider_id", "given_code")
NOTHING = "no organisation, postcode, CQC number or code could be read"
MOST_NAMED = 3

_CARE_MAILBOX = re.compile(r"care\.([a-z0-9]{3,6})@nhs\.net")
_SHORT = {TEXT: "the text", FORWARDED: "the forwarded mail", ATTACHED: "the attached mail"}


class _Text(NamedTuple):
    """Words of a mail, and where they stand."""

    place: str
    subject: str
    body: str
    signature: tuple[str, ...]


def read(message: Message) -> Request:
    """What this mail asks for. It never raises: what cannot be read is said in `unreadable`.

    Where several places answer, a form counts before the text, what stands behind a label before
    what is said in passing, and the sender last. What the mail carries on counts, too.
    """
    mails = [] if message.returned else [mail.read(each) for each in attached.mails(message)]
    files = attached.opened(message, mails)
    texts = list(_texts(message, mails))
    found = Answers()
    _take_form(found, files, is_form=True)
    for text in texts:
        found.add(_labelled(text), compared_as=_SHORT[text.place])
    _take_form(found, files, is_form=False)
    found.fill_kind()
    for text in texts:
        found.add(_passing(text), compared_as=_SHORT[text.place])
    for text in texts:
        found.add(_signed(text))
    found.add(_from_sender(message), compared_as="the sender's address")
    found.fill_kind()
    says_urgent = prose.says_urgent(message.subject, prose.own_words(message))
    return found.request(says_urgent=says_urgent, unreadable=_unread(files, found))


def asks(request: Request) -> bool:
    """Whether a request names an organisation well enough that somebody must have meant it."""
    named = request.cqc_location_id or request.cqc_provider_id or request.given_code
    return bool(named or (request.organisation and request.postcode))


def _texts(message: Message, mails: list[Message]) -> Iterator[_Text]:
    """The sender's own words, then those that the mail carries on.

    Who forwards a mail signs for themselves: their signature says nothing of what is asked for.
    """
    if not message.forwarded:
        yield _Text(TEXT, message.subject, *signature.parted(prose.own_words(message)))
        for each in mails:
            yield _Text(ATTACHED, each.subject, *signature.parted(prose.own_words(each)))
        return
    yield _Text(TEXT, message.subject, signature.parted(message.own).body, ())
    forwarded = message.forwarded
    yield _Text(FORWARDED, forwarded.subject, *signature.parted(forwarded.text))


def _take_form(found: Answers, files: Opened, *, is_form: bool) -> None:
    """The fullest of the files; one that may be something else counts after the text."""
    form = next((each for each in files.forms if each.is_form is is_form), None)
    if form and (is_form or not _first_form(files)):
        found.take(form.pairs, form.place, Surety.SURE if is_form else Surety.LIKELY)


def _first_form(files: Opened) -> Form | None:
    return next((each for each in files.forms if each.is_form), None)


def _labelled(text: _Text) -> Answers:
    told = Answers()
    told.take(layout.pairs(lines.rows(text.body)), text.place)
    told.take(passing.stated(text.body), text.place)
    return told


def _passing(text: _Text) -> Answers:
    told = Answers()
    said = passing.facts(text.subject, text.body)
    if text.place != TEXT:
        said.pop("requester_name")  # Who asks is told by the sender of the mail that came.
    told.fill(said, text.place, Surety.GUESSED)
    return told


def _signed(text: _Text) -> Answers:
    told = Answers()
    place = SIGNATURE if text.place == TEXT else text.place
    said = signature.facts(text.signature)
    if text.place != TEXT:
        said.pop("requester_name")
    guessed = {"organisation": said.pop("organisation")}
    told.fill(said, place, Surety.LIKELY)
    told.fill(guessed, place, Surety.GUESSED)
    return told


def _from_sender(message: Message) -> Answers:
    """Name and address, and what the directory of NHSmail adds to them."""
    shown, address = message.sender
    mailbox = _CARE_MAILBOX.fullmatch(address)
    name, organisation, code = names.from_directory(shown)
    if not name and names.is_organisation(shown):
        organisation = shown
    elif not name and "@" not in shown:
        name = shown
    told = Answers()
    told.fill(
        {
            "requester_name": name,
            "requester_email": address,
            "organisation": organisation,
            "given_code": mailbox[1].upper() if mailbox else patterns.code(code),
        },
        SENDER,
        Surety.LIKELY,
    )
    return told


def _unread(files: Opened, found: Answers) -> str:
    """Why a person has to read this mail, if one has to."""
    broken = [f"{each.name} could not be opened: {each.reason}" for each in files.broken]
    if broken or files.trouble:
        return "; ".join([*broken, files.trouble]).strip("; ")
    useful = any(field in found.values for field in USEFUL)
    closed = [
        each for each in files.closed if not _first_form(files) and (each.is_form or not useful)
    ]
    if closed:
        return f"a person has to open {', '.join(map(str, closed[:MOST_NAMED]))}"
    return "" if useful else NOTHING
