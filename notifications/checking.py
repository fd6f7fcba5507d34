"""The check that each letter asks for no more than its event's facts (facts.py)."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from jinja2 import TemplateError, nodes
from jinja2.meta import find_undeclared_variables

from notifications.facts import FACTS
from notifications.letters import Audience
from notifications.writing import SUBJECT, environment


class TemplateBroken(Exception):
    """A letter could not be written from the facts that its event brings."""


Known = Mapping[str, str]
"""The names in reach at some place of a template, and the fact that each is, or is a part of."""


def check_templates(folder: Path) -> None:
    """Compile every template of `folder`, and see that it asks for declared facts only.

    Raises TemplateBroken, naming the template and what is wrong with it.
    """
    for name in environment(folder).list_templates():
        _compiled(folder, name)
        if name.startswith("_"):  # a part, which is checked in the letters that use it
            continue
        facts = FACTS.get(event := _event(folder, name))
        if facts is None:
            raise TemplateBroken(f"{name}: no facts are declared for {event!r} (FACTS)")
        strange = {asked for asked in _asked(folder, name, {}) if not _is_declared(asked, facts)}
        if strange:
            raise TemplateBroken(
                f"{name}: asks for {'.'.join(min(strange))}, which is not declared"
            )


@cache  # a part is used by many letters
def _compiled(folder: Path, name: str) -> nodes.Template:
    templates = environment(folder)
    try:
        templates.get_template(name)
        return templates.parse((folder / name).read_text("utf-8"))
    except TemplateError as error:
        raise TemplateBroken(f"{name}: {error}") from error


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


def _asked(folder: Path, name: str, known: Known) -> Iterator[tuple[str, ...]]:
    """Each fact that a template and its parts ask for, and each (fact, part) of it."""
    tree = _compiled(folder, name)
    free = find_undeclared_variables(tree) - {one.target for one in tree.find_all(nodes.Import)}
    yield from _asked_in(tree, folder, {one: known.get(one, one) for one in free})


def _asked_in(node: nodes.Node, folder: Path, known: Known) -> Iterator[tuple[str, ...]]:
    match node:
        case nodes.Name(name=name) if name in known:
            yield (known[name],)
        case nodes.Getattr(attr=part) if whose := _whose(node.node, known):
            yield whose, part
        case nodes.Include(template=nodes.Const(value=part)):
            yield from _asked(folder, part, known)
        case (
            nodes.Extends(template=nodes.Const(value=part))
            | nodes.Import(template=nodes.Const(value=part))
        ):
            yield from _asked(folder, part, {})
    inner = _within(node, known) if isinstance(node, nodes.For) else known
    for child in node.iter_child_nodes():
        yield from _asked_in(child, folder, inner)


def _within(loop: nodes.For, known: Known) -> Known:
    """What is known inside of a loop: the thing that is looped over is a part of its fact."""
    names = {name.name for name in loop.target.find_all(nodes.Name)}
    outside = {name: fact for name, fact in known.items() if name not in names}
    whose = _whose(loop.iter, known)
    if isinstance(loop.target, nodes.Name) and whose:
        return outside | {loop.target.name: whose}
    return outside


def _whose(thing: nodes.Node, known: Known) -> str | None:
    """The fact that `thing` is, or is one of: breaches, or breaches[0]."""
    while isinstance(thing, nodes.Getitem):
        thing = thing.node
    return known.get(thing.name) if isinstance(thing, nodes.Name) else None


def _is_declared(wanted: tuple[str, ...], facts: Mapping[str, frozenset[str]]) -> bool:
    fact, *part = wanted
    return fact in facts and set(part) <= facts[fact]
