"""`acknowledge`, `trace`, `allocate`, `close`, `step`: the steps of a call's life."""

import click

from helpdesk.cli.context import Context
from helpdesk.cli.reading import reference_argument, show_candidates
from helpdesk.cli.table import as_json
from helpdesk.cli.told import tell
from helpdesk.errors import BadValue
from workflows.lifecycle import Outcome

OUTCOMES = [outcome.value.replace("_", "-") for outcome in Outcome]


class _Ending(click.Choice[str]):
    """One of OUTCOMES, written as an option or as the rules and the JSON write it (no_reply)."""

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:
        return super().normalize_choice(choice, ctx).replace("_", "-")


@click.command("acknowledge")
@reference_argument
@as_json
@click.pass_obj
def acknowledge_command(context: Context, reference: str, *, wants_json: bool) -> None:
    """Tell the requester that you have the call.

    This stops the 48 hours and starts the seven days. The call is yours from then on, and the
    letter says so, with what is still missing from the request.
    """
    desk, who = context.working()
    tell(desk.acknowledge(reference, who), wants_json=wants_json)


@click.command("trace")
@reference_argument
@click.option("--location", default="", metavar="ID", help="A CQC location id, or a site code.")
@click.option(
    "--provider",
    default="",
    metavar="ID",
    help="A CQC provider id or parent code: for a question about the parent only.",
)
@click.option("--best", is_flag=True, help="The one that the register proposes, if it is sure.")
@click.option("--none", "none", is_flag=True, help="It is not in the register.")
@click.option("--deregistered", is_flag=True, help="Although it is no longer registered.")
@click.option("--instead", is_flag=True, help="Although another agent traced it elsewhere.")
@as_json
@click.pass_obj
def trace_command(
    context: Context,
    reference: str,
    *,
    location: str,
    provider: str,
    best: bool,
    none: bool,
    deregistered: bool,
    instead: bool,
    wants_json: bool,
) -> None:
    """Say which organisation of the register a call is about.

    Without an option, the candidates: what agrees and what differs, and which one is proposed.
    """
    ways = sum(map(bool, (location, provider, best, none)))
    if ways > 1:
        raise click.UsageError("give one of --location, --provider, --best and --none, not more")
    if not ways:
        show_candidates(context, reference, wants_json=wants_json)
        return
    desk, who = context.working()
    from helpdesk.desk.steps import Choice

    choice = Choice(location, provider, best, deregistered, instead, none)
    tell(desk.trace(reference, who, choice), wants_json=wants_json)


@click.command("allocate")
@reference_argument
@click.option("--site", default="", metavar="CODE", help="The site code, if the register has none.")
@click.option("--parent", default="", metavar="CODE", help="The parent code, likewise.")
@click.option("--new", is_flag=True, help="Allocate from the desk's ranges what there is not yet.")
@as_json
@click.pass_obj
def allocate_command(
    context: Context, reference: str, *, site: str, parent: str, new: bool, wants_json: bool
) -> None:
    """Provide the codes: those of the register, unless it has none yet.

    Both codes go into the letter. This stops the seven days.
    """
    desk, who = context.working()
    from helpdesk.desk.providing import Wish

    tell(desk.allocate(reference, who, Wish(site, parent, new)), wants_json=wants_json)


@click.command("resolve-now")
@reference_argument
@click.option("--location", default="", metavar="ID", help="A CQC location id, or a site code.")
@click.option("--provider", default="", metavar="ID", help="A CQC provider id or parent code.")
@as_json
@click.pass_obj
def resolve_now_command(
    context: Context, reference: str, *, location: str, provider: str, wants_json: bool
) -> None:
    """Acknowledge, trace, allocate and close a call whose code is just looked up, in one go.

    Without an option it is traced to what the register proposes, if that is sure. All or nothing:
    each step has its event, the requester gets one letter, and both promises are kept.
    """
    if location and provider:
        raise click.UsageError("give --location or --provider, not both")
    desk, who = context.working()
    from helpdesk.desk.steps import Choice

    choice = Choice(location, provider, best=not (location or provider))
    tell(desk.resolve_now(reference, who, choice), wants_json=wants_json)


@click.command("close")
@reference_argument
@click.option(
    "--outcome",
    type=_Ending(OUTCOMES),
    metavar="OUTCOME",
    help=f"How it ended: {', '.join(OUTCOMES)} [default: provided, once it is].",
)
@click.option("--note", default="", metavar="WORDS", help="Words for the requester's letter.")
@click.option("--of", "original", default="", metavar="REF", help="Which call it duplicates.")
@as_json
@click.pass_obj
def close_command(
    context: Context,
    reference: str,
    *,
    outcome: str | None,
    note: str,
    original: str,
    wants_json: bool,
) -> None:
    """End a call. Without a code, say how it ended: the requester is told what to do."""
    desk, who = context.working()
    from helpdesk.desk.steps import Ending

    way = Outcome(outcome.replace("-", "_")) if outcome else None
    tell(desk.close(reference, who, Ending(way, note, original)), wants_json=wants_json)


@click.command("step")
@click.argument("step")
@reference_argument
@click.option("--outcome", metavar="OUTCOME", help="How the call ended, where the step ends it.")
@click.option(
    "--fact",
    "facts",
    multiple=True,
    metavar="NAME=VALUE",
    help="What the step needs, as its workflow names it; may be given more than once.",
)
@as_json
@click.pass_obj
def step_command(
    context: Context,
    step: str,
    reference: str,
    *,
    outcome: str | None,
    facts: tuple[str, ...],
    wants_json: bool,
) -> None:
    """Take STEP with a call of another workflow than the one for codes.

    Which steps there are, and what each needs, its definition says ([workflows] in config.toml).
    """
    given = dict(_fact(text) for text in facts)
    desk, who = context.working()
    tell(desk.step(reference, who, step, outcome, given), wants_json=wants_json)


def _fact(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise BadValue(f"{text!r} is no fact; write --fact NAME=VALUE")
    return name.strip(), value
