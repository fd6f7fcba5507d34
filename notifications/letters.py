"""Letters: a template named `<event>.<audience>.txt` is sent to that audience on that event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

SEPARATOR = "Please reply above this line"
"""What the first line of a letter to a requester says, and by which an answer's quote is known."""

TEMPLATES = Path(__file__).with_name("templates")


class Audience(Enum):
    """Who a letter is for."""

    REQUESTER = "requester"
    OWNER = "owner"
    DESK = "desk"
    SUPERVISOR = "supervisor"
    LEAD = "lead"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Letter:
    """One e-mail to one address, in words; `html`, if any, says the same as `text`."""

    event: str
    audience: Audience
    to: str
    subject: str
    text: str
    html: str | None


def letters_for(
    event: str,
    facts: Mapping[str, object],
    addresses: Mapping[Audience, Sequence[str]],
) -> list[Letter]:
    """The letters that `event` calls for, one for each address; none if no template bears its name.

    `facts` are those that facts.FACTS declares for the event; one that is missing raises
    jinja2.UndefinedError. What people wrote is never run: `{{ 7*7 }}` arrives as it is.
    """
    return [
        Letter(event, audience, address, *words)
        for audience in Audience
        if (event, audience) in events() and addresses.get(audience)
        for words in [_written(event, audience, facts)]
        for address in addresses[audience]
    ]


@cache
def events() -> frozenset[tuple[str, Audience]]:
    """Who is told of what: the listing of the templates."""
    names = [path.name.split(".") for path in TEMPLATES.glob("[!_]*.txt")]
    return frozenset((event, Audience(audience)) for event, audience, _ in names)


def check() -> None:
    """See that every letter can be written from the facts that the desk gives.

    To be called at start: raises checking.TemplateBroken then, so that no letter fails later.
    """
    from notifications.checking import check_templates  # noqa: PLC0415  # only a daemon pays for it

    check_templates(TEMPLATES)


def _written(
    event: str, audience: Audience, facts: Mapping[str, object]
) -> tuple[str, str, str | None]:
    # Jinja is imported by the first letter: a command that posts none does not pay for it.
    from notifications.writing import written  # noqa: PLC0415

    return written(TEMPLATES, f"{event}.{audience.value}", facts)
