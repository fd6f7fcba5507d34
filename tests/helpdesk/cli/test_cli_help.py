"""Every command explains itself, and each of its options."""

import re

import click
import pytest

from helpdesk.cli import COMMANDS, commands


def _every(command=commands, path=()):
    """Every command, by the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from _every(command.get_command(context, name), (*path, name))


EVERY = dict(_every())


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_mentions_every_option_and_says_what_it_is_for(desk, path):
    command = EVERY[path]

    said = desk.type(*path, "--help")

    assert (said.code, said.err) == (0, "")
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[-1] in said.out
            assert parameter.help
        else:
            assert parameter.make_metavar(click.Context(command)).strip("[]") in said.out


def test_help_mentions_every_command(desk):
    said = desk.type("--help")

    for name, (_, line) in COMMANDS.items():
        assert re.search(rf"^  {name} +{line[:20]}", said.out, re.MULTILINE)
