"""What a mail names in passing: organisations that its sender has calls about, or others."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from helpdesk.intake import Message
from helpdesk.intake.signature import parted
from helpdesk.register.keys import COMMON, NOT_PART_OF_A_NAME, spelt

LONGEST = 20_000
"""Characters of a mail; who asks how it goes writes few."""

_WORDS = """
a about above access account after afternoon again ago all already also am an and answer answered
any anymore anyone anything apologies application applied apply approval april are as asap ask
asked asking at attached august awaiting back be because been before below best both but by call
can cannot cant care case chase chased chasing check cheers code codes colleague colleagues
confirm contact contract could couldnt cqc currently date day days dear dears december delay
delayed desk did do does done dont dspt due each earlier either email emailed emails evening
everyone everything faithfully far february few follow following for form forward friday from
further given good great had happening has have havent having hear heard hello help helpdesk hi
hiya home homes hope hoping how i id if ill im in info information is issued it its ive january
july june just kind kindest kindly know last least let like log long longer look looking madam
mail mails many march may me message might monday month months more morning most much my need
needed new news nhs nhsmail no not nothing november now number numbers october ods of on once one
only or organisation other our ours out outcome over please possible progress queries query quick
quickly re received referring regarding regards registration remind reminder replies reply request
requested requests response result said saturday see send sent september set should since
sincerely sir sirs site so some somebody someone soon sooner sorry status still submitted sunday
sure team than thank thanks that thats the their them then there these they this those though
thursday ticket time to today tomorrow tonight too toolkit touch tuesday two until up update
updates urgent us very wait waited waiting was we wed wednesday week weeks well went were weve
what when where whether which while who will wish wishes with wondering wont word working would
wouldnt write writing wrote year yesterday yet you your youre yours youve
"""
ORDINARY = frozenset(_WORDS.split())
"""Words that name nobody, as people use them who ask how it goes. One that is missing here, written
with a capital, costs a call of its own; one too many could lay a mail to the wrong call."""

KINDS = frozenset(
    {"abbey", "barn", "bungalow", "cottage", "court", "farm", "gardens", "grange", "grove", "hall"}
    | {"haven", "house", "lodge", "manor", "mews", "park", "place", "retreat", "view", "villa"}
)
"""What a home may be called; with another name before it, it is another home, however written."""


POINTING = frozenset({"about", "at", "for", "of", "on", "re", "regarding"})
ARTICLES = frozenset({"a", "an", "my", "our", "the"})
"""What stands before a name in "any news on sunrise": after these a word is one, even in small."""


_POSSESSED = re.compile(r"['\u2019]s\b")


class Named(NamedTuple):
    """What a mail names."""

    known: tuple[int, ...]  #: the places of those of the names given that it bears
    others: bool  #: whether it seems to name something else


def named(message: Message, names: Sequence[str]) -> Named:
    """Which of `names` the mail bears in its subject or its own words, and whether others.

    Neither its signature counts, nor whom it comes from.
    """
    text = f"{message.subject}\n{parted(message.own).body}"[:LONGEST]
    written = [(word, plain) for word in text.split() for plain in _words(word)]
    said = [plain for _, plain in written if plain not in COMMON | NOT_PART_OF_A_NAME]
    found = {place: telling for place, name in enumerate(names) if (telling := _in(said, name))}
    whole = [
        place
        for place, telling in found.items()
        # Rose Cottage stands in Rose Cottage East, too.
        if not any(set(telling) < set(other) for other in found.values())
    ]
    borne = {word for name in names for word in _words(name)}
    borne |= set(_words(f"{message.sender.name} {message.sender.address.partition('@')[0]}"))
    return Named(tuple(whole), _names_others(written, borne | ORDINARY | NOT_PART_OF_A_NAME))


def _words(text: str) -> list[str]:
    """The words as they are compared: "Lilac House's code" names Lilac House."""
    return spelt(_POSSESSED.sub("", text))


def _in(said: Sequence[str], name: str) -> tuple[str, ...]:
    """The words by which the name is told from others, if they stand there side by side."""
    telling = tuple(word for word in _words(name) if word not in COMMON)
    if not telling or (len(telling) == 1 and telling[0] in ORDINARY):
        return ()
    ends = range(len(telling), len(said) + 1)
    return telling if any(tuple(said[end - len(telling) : end]) == telling for end in ends) else ()


def _names_others(written: Sequence[tuple[str, str]], known: frozenset[str] | set[str]) -> bool:
    """Whether a word is there that is not `known`, and written as a name or where one belongs."""
    is_pointed_at = False
    for word, plain in written:
        is_written_so = plain in KINDS or re.match(r"\W*[A-Z]", word) is not None
        is_number = any(map(str.isdigit, plain))  # what those say is read as facts of a request
        if plain not in known and not is_number and (is_written_so or is_pointed_at):
            return True
        is_pointed_at = plain in POINTING or (is_pointed_at and plain in ARTICLES)
    return False
