"""A Message to a Request: from an attached form, the lines of the text, and the sender."""

import re

from helpdesk.intake import Attachment, Message, Request, docx, layout, patterns, prose
from helpdesk.intake.answers import Answers
from helpdesk.intake.layout import Pair

MOST_FORMS = 5
TEXT = "text of the mail"
SENDER = "sender"
USEFUL = ("organisation", "postcode", "cqc_location_id", "cqc_provider_id", "given_code")
NOTHING = "no organisation, postcode, CQC number or code could be read"

#: Files that may well be the form, but that only a person can open.
FOR_A_PERSON = (".doc", ".docm", ".dot", ".odt", ".pdf", ".rtf", ".xls", ".xlsx", ".pages")

_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NAMED_LIKE_A_FORM = re.compile(r"form|request|ods|application", re.IGNORECASE)
_CARE_MAILBOX = re.compile(r"care\.([a-z0-9]{3,6})@nhs\.net")


def read(message: Message) -> Request:
    """What this mail asks for. It never raises: what cannot be read is said in `unreadable`.

    Where several places answer, a form counts before the text, and the text before the sender.
    """
    own = prose.own_words(message)
    forms, trouble = _forms(message)
    found = Answers()
    for name, pairs in forms[:1]:
        found.take(pairs, f"form {name}")
    found.take(layout.pairs(layout.text_rows(own)), TEXT)
    if "organisation" in found.values:
        kind = patterns.kind(found.values["organisation"])
        found.fill({"kind": kind}, found.found_in["organisation"])
    found.fill(prose.facts(message.subject, own), TEXT)
    found.fill(_from_sender(message), SENDER)
    unreadable = trouble or _unread(message, found, form_was_read=bool(forms))
    says_urgent = prose.says_urgent(message.subject, own)
    return found.request(says_urgent=says_urgent, unreadable=unreadable)


def asks(request: Request) -> bool:
    """Whether a request names an organisation well enough that somebody must have meant it."""
    named = request.cqc_location_id or request.cqc_provider_id or request.given_code
    return bool(named or (request.organisation and request.postcode))


def _forms(message: Message) -> tuple[list[tuple[str, list[Pair]]], str]:
    """The forms that hold anything, and why a person has to look at what came with them."""
    found: list[tuple[str, list[Pair]]] = []
    trouble: list[str] = []
    files = {each.content: each for each in message.attachments if _is_docx(each)}
    for file in list(files.values())[:MOST_FORMS]:
        try:
            pairs = docx.fields(file.content)
        except docx.FormUnreadable as error:
            trouble.append(f"{file.name} could not be opened: {error}")
            continue
        found += [(file.name, pairs)] if pairs else []
    if len(found) > 1 or len(files) > MOST_FORMS:
        trouble.append(f"more than one form came with this mail; only {found[0][0]} was read")
    return found, "; ".join(trouble)


def _is_docx(file: Attachment) -> bool:
    return file.name.lower().endswith(".docx") or file.content_type == _WORD_TYPE


def _from_sender(message: Message) -> dict[str, str]:
    name, address = message.sender
    code = _CARE_MAILBOX.fullmatch(address)
    return {
        "requester_name": "" if "@" in name else name,
        "requester_email": address,
        "given_code": code[1].upper() if code else "",
    }


def _unread(message: Message, found: Answers, *, form_was_read: bool) -> str:
    """Why a person has to read this mail, if one has to."""
    useful = any(field in found.values for field in USEFUL)
    closed = [
        file.name
        for file in message.attachments
        if file.name.lower().endswith(FOR_A_PERSON)
        and not form_was_read
        and (_NAMED_LIKE_A_FORM.search(file.name) or not useful)
    ]
    if closed:
        return f"a person has to open {', '.join(closed[:3])}"
    return "" if useful else NOTHING
