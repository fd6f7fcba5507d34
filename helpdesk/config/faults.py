"""What is wrong with a config.toml, told with its line and the mend."""

from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

MENDS = {
    "tuple_type": "write a list, between square brackets: [...]",
    "greater_than": "it must be longer than no time at all",
    "missing": "write it in hours of the desk, for example '16 hours'",
    "model_type": "it is a section: write its settings below a line that names it, [...]",
    "string_type": 'write it between quotation marks: "..."',
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
}
"""What to write instead, by pydantic's name for the mistake."""


def told(path: Path, model: type[BaseModel], error: ValidationError) -> str:
    """A line for each fault of the file at `path`: where it is, and how to mend it."""
    text = path.read_text(encoding="utf-8")
    return "\n".join(_told(path, text, model, each) for each in error.errors())


def _told(path: Path, text: str, model: type[BaseModel], error: Any) -> str:  # pydantic's mapping
    names = [str(part) for part in error["loc"]]
    where = f"{path}:{_line(text, names)}: {'.'.join(names)}"
    if error["type"] == "enum":
        return f"{where}: write {error['ctx']['expected']}"
    if error["type"] == "missing" and names[-2].isdecimal():
        return f"{where}: it is not set, and there is no default"
    if error["type"] != "extra_forbidden":
        words = MENDS.get(error["type"]) or error["msg"].removeprefix("Value error, ")
        return f"{where}: {words}"
    near = get_close_matches(names[-1], _settings_beside(names, model), n=1)
    return f"{where}: unknown setting" + (f", did you mean {near[0]!r}?" if near else "")


def _settings_beside(names: list[str], model: Any) -> list[str]:
    for name in names[:-1]:
        # A number stands for one of a list of sections, as tuple[Mailbox, ...] says.
        model = get_args(model)[0] if name.isdecimal() else model.model_fields[name].annotation
    return list(model.model_fields)


def _line(text: str, names: list[str]) -> int:
    """The line that sets `names`, or the nearest above it that can be found."""
    section: list[str] = []
    headings: list[list[str]] = []
    best, depth = 1, 0
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words.startswith("["):
            section = _key(words.strip("[").partition("]")[0])
            if words.startswith("[["):  # one of a list of sections
                headings.append(section)
                section = [*section, str(headings.count(section) - 1)]
            found = section
        elif "=" in words and not words.startswith("#"):
            found = [*section, *_key(words.partition("=")[0])]
        else:
            continue
        if found == names[: len(found)] and len(found) > depth:
            best, depth = number, len(found)
    return best


def _key(words: str) -> list[str]:
    return [part.strip().strip("\"'") for part in words.split(".")]
