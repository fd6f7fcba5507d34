"""What the project says of itself is so: the example, the exit codes, the schema, the words."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory

from helpdesk import errors
from helpdesk.cli import COMMANDS, NOT_ALLOWED
from helpdesk.config.settings import Config, load
from helpdesk.database import KNOWN_SCHEMAS, SCHEMA
from helpdesk.register.asking import Doubtful

ROOT = Path(__file__).parents[2]

SHARED = {
    69: {"StoreUnavailable", "CalendarLost", "ApiDown"},
    77: {"SignInFailed", "KeyRefused"},
}
"""Exit codes of several kinds of error: something is away, or a server does not let the desk in."""


def settings_in(model, path=()):
    for name, field in model.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        if inner is None:
            yield (*path, name)
        else:
            yield from settings_in(field.annotation, (*path, name))


def test_the_example_configuration_holds_the_defaults(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text((ROOT / "config.example.toml").read_text(encoding="utf-8"), encoding="utf-8")
    empty = tmp_path / "empty.toml"
    empty.write_text("", encoding="utf-8")

    assert load(path) == load(empty)


def test_the_example_configuration_names_every_setting():
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")

    for *section, name in settings_in(Config):
        part = text.partition(f"[{'.'.join(section)}]")[2].partition("\n[")[0]
        assert re.search(rf"^#? ?{name} = ", part, re.MULTILINE), f"{section}.{name}"


def test_every_exit_code_stands_in_the_docs():
    text = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    codes = {each.exit_code for each in vars(errors).values() if hasattr(each, "exit_code")}

    for code in codes | {0, NOT_ALLOWED, Doubtful.exit_code}:
        assert re.search(rf"^\| *`?{code}`? *\|", text, re.MULTILINE), code


def test_kinds_of_error_share_an_exit_code_only_where_the_same_is_to_be_done():
    kinds = {}
    for name, each in vars(errors).items():
        if hasattr(each, "exit_code"):
            kinds.setdefault(each.exit_code, set()).add(name)

    assert {code: names for code, names in kinds.items() if len(names) > 1} == SHARED


def test_the_newest_migration_is_the_schema_that_the_program_knows():
    settings = AlembicConfig()
    settings.set_main_option("script_location", "helpdesk:migrations")
    scripts = ScriptDirectory.from_config(settings)

    assert scripts.get_current_head() == SCHEMA
    assert [each.revision for each in scripts.walk_revisions()][::-1] == list(KNOWN_SCHEMAS)


@pytest.mark.parametrize("word", ["call", "clock", "standing", "promise", "outbox", "sweep"])
def test_the_glossary_has_the_words_of_the_field(word):
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").lower()

    assert re.search(rf"^\| \**{word}", text, re.MULTILINE)


def test_the_glossary_names_each_word_once_in_their_order():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").lower()
    words = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)[1:]

    assert len(set(words)) == len(words)
    assert [(one, other) for one, other in pairwise(words) if one[0] > other[0]] == []


def test_every_link_in_the_docs_leads_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    ]

    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []


def test_every_command_has_a_line_of_help():
    assert all(line.endswith(".") and len(line) < 72 for _, line in COMMANDS.values())


@pytest.mark.parametrize("name", ["run", "dev"])
def test_the_locked_requirements_are_pinned_hashed_and_name_no_host(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")

    assert "://" not in text
    assert "--index-url" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert "==" in requirement
        assert "--hash=sha256:" in requirement


def test_what_is_installed_beside_the_lock_is_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    locked = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8").lower()

    for requirement in [*project["dependencies"], *(each for extra in extras for each in extra)]:
        name = re.match(r"[\w-]+", requirement)[0].lower()
        assert re.search(rf"^{name}==", locked, re.MULTILINE), name
