"""What a letter may speak of: the contract with the desk, and the check that it is kept."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from jinja2 import TemplateError, nodes
from jinja2.meta import find_referenced_templates, find_undeclared_variables

from notifications.letters import Audience
from notifications.writing import SUBJECT, environment

NOTHING: frozenset[str] = frozenset()
ALWAYS = {
    "desk": frozenset({"name", "address", "phone"}),  # phone may be ""
    "zone": NOTHING,  # the IANA name of the zone that moments are shown in
}
CALL = ALWAYS | {
    "call": frozenset(
        {
            "reference",
            "requester_name",
            "organisation",
            "kind",  # "care home", "home care" or ""
            "urgent",
            "urgent_reason",
            "received_at",
            "promise_at",
            "owner",  # a name to show, or ""
            "missing",  # plain names, such as "your telephone number"
        }
    ),
    "due": frozenset({"acknowledge", "provide"}),  # moments, or None
    "agent": NOTHING,  # the name of who took the step, or ""
}
RECEIPT = CALL | {
    # The receipt answers whoever wrote, so it cannot be made to say what a stranger wrote.
    "call": frozenset({"reference", "received_at", "promise_at", "missing"}),
}
CLOSED = CALL | {"note": NOTHING}  # the agent's own words, or ""
FLAGGED = frozenset(
    {
        "reference",
        "organisation",
        "target",  # "acknowledge" or "provide"
        "promised",  # "48 hours", "7 days"
        "due",
        "owner",  # a name to show; "" means nobody
        "urgent",
        "command",  # what to type
    }
)
AT_RISK = ALWAYS | {"flag": FLAGGED | {"left"}}  # left: a text, "11 hours 20 minutes"
BREACHED = ALWAYS | {
    "breaches": FLAGGED | {"late", "late_start", "holds", "why"},  # holds and why may be ""
    "total": NOTHING,  # how many breaches there are in all
}

FACTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "received": RECEIPT,
    "acknowledged": CALL,
    "allocated": CALL
    | {"codes": frozenset({"site", "parent", "site_name", "parent_name", "newly_allocated"})},
    "closed_not_cqc_registered": CLOSED,
    "closed_cqc_details_wrong": CLOSED
    | {"differences": frozenset({"what", "given", "registered"})},
    "closed_duplicate": CLOSED | {"original": NOTHING},  # the reference of the other call
    "closed_withdrawn": CLOSED,
    "closed_no_reply": CLOSED,
    "closed_out_of_scope": CLOSED,
    "at_risk": AT_RISK,
    "breached": BREACHED,
}
"""For each event the facts that its letters are given, and what may be asked of each.

What may be asked of a list is what may be asked of each thing in it.
"""


class TemplateBroken(Exception):
    """A letter could not be written from the facts that its event brings."""


def check_templates(folder: Path) -> None:
    """Compile every template of `folder`, and see that it asks for declared facts only.

    Raises TemplateBroken, naming the template and what is wrong with it.
    """
    for name in environment(folder).list_templates():
        wanted = _wanted(folder, name)
        if name.startswith("_"):  # a part, which is checked in the letters that use it
            continue
        event = _event(folder, name)
        if event not in FACTS:
            raise TemplateBroken(f"{name}: no facts are declared for {event!r} (FACTS)")
        if strange := sorted(fact for fact in wanted if not _is_declared(fact, FACTS[event])):
            raise TemplateBroken(f"{name}: asks for {'.'.join(strange[0])}, which is not declared")


@cache  # a part is used by many letters
def _wanted(folder: Path, name: str) -> frozenset[tuple[str, ...]]:
    """Each fact that a template and its parts ask for, and each (fact, part) of it."""
    tree = _compiled(folder, name)
    parts = [_wanted(folder, str(part)) for part in find_referenced_templates(tree)]
    return frozenset(_asked(tree)).union(*parts)


def _compiled(folder: Path, name: str) -> nodes.Template:
    templates = environment(folder)
    try:
        templates.get_template(name)
        return templates.parse((folder / name).read_text("utf-8"))
    except TemplateError as error:
        raise TemplateBroken(f"{name}: {error}") from error


def _asked(tree: nodes.Template) -> Iterator[tuple[str, ...]]:
    free = find_undeclared_variables(tree) - {one.target for one in tree.find_all(nodes.Import)}
    things = dict(_loops(tree))
    yield from ((name,) for name in free)
    for asked in tree.find_all(nodes.Getattr):
        whose = asked.node
        while isinstance(whose, nodes.Getitem):  # breaches[0].reference
            whose = whose.node
        if isinstance(whose, nodes.Name):
            name = things.get(whose.name, whose.name)
            if name in free:
                yield name, asked.attr


def _loops(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    """The name of each thing that is looped over, and the fact that it is a part of."""
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.target, nodes.Name):
            for fact in [loop.iter, *loop.iter.find_all(nodes.Name)]:
                if isinstance(fact, nodes.Name):
                    yield loop.target.name, fact.name


def _event(folder: Path, name: str) -> str:
    """The event that the template is for, once its name and its first lines are in order."""
    event, _, rest = name.partition(".")
    audience, _, kind = rest.partition(".")
    if audience not in {one.value for one in Audience} or kind not in {"txt", "html"}:
        raise TemplateBroken(f"{name}: is not named <event>.<audience>.txt or .html")
    text = folder / f"{event}.{audience}.txt"
    if not text.exists():
        raise TemplateBroken(f"{name}: there is no {text.name} beside it")
    first, second, *_ = [*text.read_text("utf-8").split("\n", 2), ""]
    if not first.startswith(SUBJECT) or second:
        raise TemplateBroken(f"{text.name}: does not begin with a subject and a blank line")
    return event


def _is_declared(wanted: tuple[str, ...], facts: Mapping[str, frozenset[str]]) -> bool:
    fact, *part = wanted
    return fact in facts and set(part) <= facts[fact]
