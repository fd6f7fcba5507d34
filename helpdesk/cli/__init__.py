"""The command line: which commands there are, and what their endings mean."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from helpdesk import __version__
from helpdesk.cli.cell import block
from helpdesk.cli.context import Context
from helpdesk.errors import BadValue, CannotWrite, HelpdeskError
from workflows.refused import StepNotAllowed

COMMANDS = {
    "list": ("reading", "The worklist: open calls, the most pressing first."),
    "next": ("choosing", "What to do next, and the command for it."),
    "brief": ("morning", "Your morning on one screen: what to look at today."),
    "show": ("reading", "All about one call: facts, clocks, candidates, history."),
    "raise": ("care", "Raise a call that came by telephone or in person."),
    "acknowledge": ("steps", "Tell the requester that you have the call."),
    "trace": ("steps", "Say which organisation of the register a call is about."),
    "allocate": ("steps", "Provide the codes."),
    "resolve-now": ("steps", "All steps in one go, for a code that is just looked up."),
    "recode": ("codes", "Put right the codes that a call was provided."),
    "close": ("steps", "End a call."),
    "step": ("steps", "Take a step of another workflow than the one for codes."),
    "hold": ("holds", "Let a call wait: for the requester, for CQC, or at the desk."),
    "resume": ("holds", "End the hold of a call."),
    "holds": ("holds", "The calls on hold, and what comes next to each."),
    "no-action": ("again", "Say that a reply on a closed call needs nothing."),
    "reopen": ("again", "Take a closed call up again."),
    "merge": ("again", "End one of two calls about the same thing."),
    "correct": ("care", "Write facts that were learnt later into a call."),
    "urgent": ("care", "Put a call before the others, or back among them."),
    "reply": ("reply", "Write to the requester of a call, in your own words or canned ones."),
    "note": ("care", "Write a note into a call's history."),
    "take": ("care", "Make a call yours."),
    "give": ("care", "Make a call somebody else's."),
    "mail": ("mail", "The mail that came: what became of it, and to set it right."),
    "outbox": ("outbox", "The letters of the desk: which wait, and which did not arrive."),
    "forecast": ("morning", "What breaches before the desk opens next."),
    "sla": ("sla", "The promises: how a due came about, and whether all is as events say."),
    "report": ("reports", "The figures of a week, or the digest of this morning."),
    "intake": ("duties", "Take in mail: from the configuration, a folder, or standard input."),
    "sweep": ("duties", "Flag what is at risk or breached, and post the letters about it."),
    "deliver": ("duties", "Send the letters that wait in the outbox."),
    "daemon": ("duties", "Do all duties of the desk, again and again, until told to stop."),
    "watch": ("reports", "See whether the daemon is silent, and tell the operator."),
    "register": ("register", "The register: load it, search it, see what changed."),
    "codes": ("codes", "Whose a code is, and where new ones come from."),
    "agent": ("people", "The people of the desk."),
    "init": ("setting_up", "Make a new desk here."),
    "doctor": ("setting_up", "Say whether the desk is well, and what to mend."),
    "config": ("setting_up", "Show the configuration in force."),
    "db": ("setting_up", "Look after the database."),
    "form": ("setting_up", "Write the blank request form."),
    "completion": ("setting_up", "Print what makes your shell complete commands."),
    "demo": ("setting_up", "A tour: one made-up desk, end to end."),
}
"""Each command: the file that holds it, and its line in the help. Nothing is imported for help."""

NOT_ALLOWED = 5
"""The exit code of a step that the rules refuse."""

INTERRUPTED = 130


class _Commands(click.Group):
    """Commands that are imported when they are called, and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click passes it
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click passes it
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        name = f"{cmd_name.replace('-', '_')}_command"
        found = import_module(f"helpdesk.cli.{module}").__dict__.get(name)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click passes it
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:  # click's own type
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f", did you mean {near[0]!r}?" if near else "; see: helpdesk --help"
            ctx.fail(f"there is no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", metavar="FILE", help="The configuration [default: ./config.toml].")
@click.option(
    "--as",
    "speaks_for",
    metavar="NAME",
    envvar="HELPDESK_AGENT",
    help="Speak for another agent (for supervisors; both names are kept).",
)
@click.version_option(__version__, prog_name="helpdesk")
@click.pass_context
def commands(ctx: click.Context, config: str | None, speaks_for: str | None) -> None:
    """The desk that gives ODS codes to adult social care providers.

    A first look: helpdesk next. What a command does: helpdesk COMMAND --help.
    """
    ctx.obj = Context(config, speaks_for)


def run(arguments: Sequence[str]) -> int:
    """Run one command. What goes wrong is told in a sentence on stderr, and by the exit code."""
    try:
        _check_text(arguments)
        result = commands.main(list(arguments), prog_name="helpdesk", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except HelpdeskError as error:
        return _told(error, error.exit_code)
    except StepNotAllowed as error:
        return _told(error, NOT_ALLOWED)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except OSError as error:
        return _unwritten(error)
    return result if isinstance(result, int) else 0


def _check_text(arguments: Sequence[str]) -> None:
    """Refuse bytes that are no text: they come as halves of characters, which nothing keeps."""
    for word in arguments:
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise BadValue(f"{word!r} is not UTF-8 text; type it anew, or rename the file")


def _unwritten(error: OSError) -> int:
    """What a command ends with that could not write: 0 if who read it has had enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more to flush
    if isinstance(error, BrokenPipeError):
        return 0
    where = error.filename or "the output"
    return _told(CannotWrite(f"{where}: {error.strerror}"), CannotWrite.exit_code)


def _told(error: Exception, code: int) -> int:
    for line in block(str(error)):  # it may quote what a stranger wrote
        click.echo(f"helpdesk: {line}", err=True)
    return code
