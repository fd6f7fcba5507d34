"""Finds the parts of an Excel workbook (.xlsx): its sheets, and the texts that they share."""

from collections.abc import Iterator, Mapping
from posixpath import join, normpath
from pyexpat import ParserCreate
from typing import NamedTuple

from helpdesk.errors import FileUnreadable
from helpdesk.register.packed import LARGEST_SMALL_PART, Package

ROOT = "_rels/.rels"
WORKBOOK, STRINGS = "/officeDocument", "/sharedStrings"
"""How the kinds end of the parts that one part may point to."""

_ID = ":id"
_YES = ("1", "true")


class Parts(NamedTuple):
    """The names of the parts that count."""

    sheets: list[str]
    shared: str  #: "" if the sheets share no texts


def workbook_of(package: Package) -> str:
    """The name of the part that lists the sheets; "" if this is no workbook of Excel's."""
    found = (target for kind, _, target in _links(package, "") if kind.endswith(WORKBOOK))
    name = next(found, "")
    return name if name in package.names else ""


def parts_of(package: Package, file: str, workbook: str) -> Parts:
    """The parts that the workbook lists, in its order."""
    links = list(_links(package, workbook))
    targets = {key: target for _, key, target in links}
    shared = (target for kind, _, target in links if kind.endswith(STRINGS))
    sheets = _sheets(package, file, workbook, targets)
    return Parts(sheets, next((each for each in shared if each in package.names), ""))


def _sheets(package: Package, file: str, workbook: str, targets: Mapping[str, str]) -> list[str]:
    keys: list[str] = []

    def begin(tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "sheet":
            keys.extend(value for key, value in attributes.items() if key.endswith(_ID))
        if name == "workbookPr" and attributes.get("date1904") in _YES:
            raise FileUnreadable(f"{file} counts its days from 1904; save it as .csv")

    parser = ParserCreate()
    parser.StartElementHandler = begin
    for _ in package.walk(workbook, parser, LARGEST_SMALL_PART):
        pass
    return [targets[key] for key in keys if targets.get(key) in package.names]


def _links(package: Package, part: str) -> Iterator[tuple[str, str, str]]:
    """The kind, key and target of each part that `part` points to."""
    folder, _, name = part.rpartition("/")
    links = f"{folder}/_rels/{name}.rels".lstrip("/") if part else ROOT
    found: list[tuple[str, str, str]] = []

    def begin(_tag: str, attributes: Mapping[str, str]) -> None:
        if target := attributes.get("Target"):
            to = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            found.append((attributes.get("Type", ""), attributes.get("Id", ""), to))

    if links in package.names:
        parser = ParserCreate()
        parser.StartElementHandler = begin
        for _ in package.walk(links, parser, LARGEST_SMALL_PART):
            pass
    yield from found
