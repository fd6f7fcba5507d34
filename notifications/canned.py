"""Canned texts: what an agent may begin a reply with, ours and those of the desk's own folder."""

import traceback
from collections.abc import Mapping
from pathlib import Path

from jinja2 import TemplateSyntaxError

from notifications.writing import GAP, TRAILING, environment

OURS = Path(__file__).with_name("canned")


class CannedBroken(Exception):
    """A canned text could not be written; it says which file, which line, and what is wrong."""


def texts(folder: Path | None = None) -> dict[str, Path]:
    """The files of the canned texts by their names; those in `folder` replace ours.

    Raises CannedBroken if `folder` is none.
    """
    if folder is not None and not folder.is_dir():
        raise CannedBroken(f"{folder}: there is no such folder")
    folders = [OURS, folder] if folder else [OURS]
    return {path.stem: path for each in folders for path in sorted(each.glob("[!_.]*.txt"))}


def first_line(path: Path) -> str:
    """The first line of a canned text: what it says of itself, if that is a comment."""
    try:
        lines = path.read_text("utf-8").split("\n", 1)
    except (OSError, UnicodeDecodeError) as error:
        raise CannedBroken(f"{path}: cannot be read: {error}") from error
    return lines[0].strip().removeprefix("{#").removesuffix("#}").strip()


def written(path: Path, facts: Mapping[str, object]) -> str:
    """The text in `path`, about those facts (facts.CANNED): nothing of the facts is run."""
    try:
        text = environment(path.parent).get_template(path.name).render(facts)
    except TemplateSyntaxError as error:
        raise CannedBroken(f"{error.filename or path}:{error.lineno}: {error.message}") from error
    except Exception as error:
        # It is the desk's own template: whatever it does wrong, its line is told.
        raise CannedBroken(f"{path}:{_line(path, error)}: {error}") from error
    return GAP.sub("\n\n", TRAILING.sub("", text)).strip() + "\n"


def _line(path: Path, error: Exception) -> int:
    """The line of the template at which `error` arose."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((each.lineno or 1 for each in reversed(frames) if each.filename == str(path)), 1)
