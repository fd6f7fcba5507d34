"""The forms that came with a mail, whatever program they were filled in with."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from helpdesk.intake import Attachment, Message, docx, pdf, xlsx
from helpdesk.intake.layout import Pair
from helpdesk.intake.unopened import FormUnreadable

MOST_FORMS = 5
MOST_MAILS = 3
SMALLEST_PICTURE = 20_000  # in bytes; the logo of a signature is smaller

#: How a file name ends -> what reads it. No macro in any of them is ever run.
READERS: Mapping[str, Callable[[bytes], list[Pair]]] = {
    ".docx": docx.fields,
    ".docm": docx.fields,
    ".pdf": pdf.fields,
    ".xlsx": xlsx.fields,
    ".xlsm": xlsx.fields,
}
TYPES: Mapping[str, str] = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-word.document.macroenabled.12": ".docm",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": ".xlsm",
}
#: Files that may well be the form, but that only a person can open.
FOR_A_PERSON = (".doc", ".dot", ".odt", ".ods", ".rtf", ".xls", ".pages", ".numbers")

PICTURES = (".jpg", ".jpeg", ".png", ".heic", ".tif", ".tiff")

#: Facts that only a request for a code asks for: an invoice has a telephone number, too.
_OF_A_REQUEST = frozenset(
    {"cqc_location_id", "cqc_provider_id", "cqc_number", "given_code", "purpose", "dspt", "nhsmail"}
    | {"adult_social_care", "care_home", "domiciliary", "kind"}
)
_NAMED_LIKE_A_FORM = re.compile(r"form|request|ods|application", re.IGNORECASE)
_WORD = frozenset({".docx", ".docm"})


class Form(NamedTuple):
    """A form that was read, and where it was."""

    place: str
    pairs: list[Pair]
    is_form: bool  #: it asks what a request asks; if not, its answers may be of something else

    @property
    def answers(self) -> dict[str, str]:
        return {pair.fact: pair.value for pair in reversed(self.pairs)}


class Closed(NamedTuple):
    """A file of which nothing was read, and why."""

    name: str
    reason: str
    is_form: bool  #: it is named like one

    def __str__(self) -> str:
        return f"{self.name} ({self.reason})" if self.reason else self.name


class Opened(NamedTuple):
    """What came of all the files of a mail; the fullest form first."""

    forms: list[Form]
    broken: list[Closed]  #: made with the program that forms are made with
    closed: list[Closed]
    trouble: str  #: why a person has to look at them all the same


def opened(message: Message, mails: Sequence[Message] = ()) -> Opened:
    """The files of a mail, and of the mails that came attached to it, read."""
    origins = [(message, ""), *((each, " in the attached mail") for each in mails)]
    every = [(file, within) for each, within in origins for file in each.attachments]
    files = {file.content: (file, within) for file, within in every if ending(file) in READERS}
    opens = list(files.values())[:MOST_FORMS]
    read = [_read(file, within) for file, within in opens]
    forms = [each for each in read if isinstance(each, Form)]
    unread = [
        (file, each)
        for (file, _), each in zip(opens, read, strict=True)
        if isinstance(each, Closed)
    ]
    broken = [each for file, each in unread if ending(file) in _WORD]
    closed = [each for file, each in unread if ending(file) not in _WORD]
    closed += [Closed(file.name, "", _is_named_so(file)) for file, _ in every if _is_for_eyes(file)]
    forms.sort(key=lambda form: (not form.is_form, -len(form.answers)))
    return Opened(forms, broken, closed, "; ".join(_troubles(forms, more=len(files) > MOST_FORMS)))


def mails(message: Message) -> list[bytes]:
    """The mails among the files of a mail."""
    found = [each.content for each in message.attachments if _is_mail(each)]
    return found[:MOST_MAILS]


def ending(file: Attachment) -> str:
    """What kind of file it is: how its name ends, or else what its sender calls it."""
    named = next((each for each in READERS if file.name.lower().endswith(each)), "")
    return named or TYPES.get(file.content_type.lower(), "")


def _read(file: Attachment, within: str) -> Form | Closed | None:
    kind = ending(file)
    likely = _is_named_so(file)
    try:
        pairs = READERS[kind](file.content)
    except FormUnreadable as error:
        return Closed(file.name, str(error), likely)
    if not pairs:
        return None if kind in _WORD else Closed(file.name, "", likely)
    asks = bool({pair.fact for pair in pairs} & _OF_A_REQUEST)
    return Form(f"form {file.name}{within}", pairs, asks or likely or kind in _WORD)


def _is_named_so(file: Attachment) -> bool:
    return bool(_NAMED_LIKE_A_FORM.search(file.name))


def _is_for_eyes(file: Attachment) -> bool:
    """Whether only a person can read it: an old format, or a picture of some size."""
    name = file.name.lower()
    picture = name.endswith(PICTURES) and len(file.content) >= SMALLEST_PICTURE
    return picture or name.endswith(FOR_A_PERSON)


def _is_mail(file: Attachment) -> bool:
    return file.content_type == "message/rfc822" or file.name.lower().endswith(".eml")


def _troubles(forms: list[Form], *, more: bool) -> Iterator[str]:
    """That there are several forms, and they are not copies of one."""
    others = (form for form in forms[1:] if form.is_form)
    if forms and (more or any(_differs(form, forms[0]) for form in others)):
        yield f"more than one form came with this mail; only {_named(forms[0])} was read"


def _differs(form: Form, first: Form) -> bool:
    return any(first.answers.get(fact) != value for fact, value in form.answers.items())


def _named(form: Form) -> str:
    return form.place.removeprefix("form ")
