"""The sheet of one call, as `show` prints it: for people, or as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import click

from helpdesk.cli import correspondence, places
from helpdesk.cli.cell import cell
from helpdesk.cli.lines import away_words
from helpdesk.cli.table import STYLES, local, show_json
from helpdesk.database import Reader, Row, moment
from helpdesk.references import reference
from helpdesk.register.comparing import Candidate, asked_by
from helpdesk.register.memory import Remembered, remembered
from helpdesk.register.proposing import proposed
from helpdesk.register.search import candidates
from helpdesk.views import Sheet, clock_standing
from helpdesk.views.lines import is_away
from helpdesk.views.outbox import posted
from workflows import spans
from workflows.standing import Standing, outcome_words

FACTS = (
    ("requester_name", "requester"),
    ("requester_email", "e-mail"),
    ("requester_phone", "telephone"),
    ("organisation", "organisation"),
    ("postcode", "postcode"),
    ("kind", "kind"),
    ("cqc_location_id", "CQC location"),
    ("cqc_provider_id", "CQC provider"),
    ("given_code", "code given"),
    ("purposes", "wanted for"),
)
"""The facts that a requester gives, by column, and what they are called."""

SURETIES = {
    "sure": "from the {}",
    "likely": "likely, from the {}",
    "guessed": "guessed from the {}",
    "given": "corrected by {}",
}
"""How the place is named where a fact was read, by how sure it is that it was meant so."""

MOST_REMEMBERED = 5
"""How many other calls about the same organisation the sheet of a call names."""

TOLD = {"found_in", "doubts", "policies"}
"""What an event knows that the sheet says beside the facts."""


def candidates_for(reader: Reader, found: Sheet) -> list[Candidate]:
    """What the register proposes for the call."""
    return candidates(reader, asked_by(found.call.__getitem__))


class Beside(NamedTuple):
    """What is shown beside a call: the places that it may be about, and other calls like it."""

    candidates: Sequence[Candidate]
    remembered: Sequence[Remembered]


def beside(reader: Reader, found: Sheet, now: datetime) -> Beside:
    """What the register and the desk's own memory have for the call."""
    call = found.call
    others = remembered(reader, call["id"], call["organisation"], now)
    return Beside(candidates_for(reader, found), others)


def show(found: Sheet, known: Beside, zone: str, now: datetime, *, wants_json: bool) -> None:
    if wants_json:
        show_json(_as_values(found, known, now))
        return
    for line in _lines(found, known, zone, now):
        click.echo(line)


def show_candidates(found: Sheet, known: Beside, *, wants_json: bool) -> None:
    """Print the places that the call may be about, beside what it says of its organisation."""
    if wants_json:
        show_json(places.values_of_all(known.candidates))
        return
    for line in (*_facts(found.call, found.read_from), *_candidates(found.call, known.candidates)):
        click.echo(line)


def _as_values(found: Sheet, known: Beside, now: datetime) -> dict[str, Any]:
    number = found.call["id"]
    return {
        "reference": reference(number),
        "call": dict(found.call),
        "clocks": [
            {**dict(row), "standing": clock_standing(row, now).value} for row in found.clocks
        ],
        "candidates": places.values_of_all(known.candidates),
        "remembered": [{**each._asdict(), "words": each.words} for each in known.remembered],
        "events": list(found.events),
        "messages": [dict(row) for row in found.messages],
        "attachments": [dict(row) for row in found.attachments],
        "letters": [dict(row) for row in found.letters],
    }


def _lines(found: Sheet, known: Beside, zone: str, now: datetime) -> Iterator[str]:
    call = found.call
    yield from _head(found, zone, now)
    yield from _hold(call, zone)
    yield ""
    yield from _facts(call, found.read_from)
    yield from (f"  in doubt: {cell(doubt)}" for doubt in found.doubts)
    yield from (f"  {cell(each.words)}" for each in known.remembered[:MOST_REMEMBERED])
    yield from _clocks(found, zone, now)
    if call["state"] in ("received", "acknowledged", "traced"):
        yield from _candidates(call, known.candidates)
    yield from correspondence.mails_of_call(found.messages, found.attachments, zone)
    yield from correspondence.letters_of_call([posted(row) for row in found.letters], zone)
    yield from _history(found, zone)


def _head(found: Sheet, zone: str, now: datetime) -> Iterator[str]:
    call = found.call
    number, step = reference(call["id"]), call["step"]
    state = call["state"] + (f" ({outcome_words(call['outcome'])})" if call["outcome"] else "")
    urgent = click.style("  URGENT", bold=True, fg="magenta") if call["urgent"] else ""
    who = f", {call['owner']} has it" if call["owner"] else ", nobody has it"
    if is_away(call, now):
        who += f" ({away_words(call['owner'], moment(call['away_until']), zone)})"
    yield click.style(f"{number}  {state}{cell(who)}", bold=True) + urgent
    if call["urgent"]:
        by = f", needed by {call['needed_by']}" if call["needed_by"] else ""
        yield f"  urgent because: {cell(call['urgent_reason'])}{by}"
    elif call["suggests_urgent"] and step:
        reason = f": {cell(call['urgent_reason'])}" if call["urgent_reason"] else ""
        yield f"  the requester says it is urgent{reason}"
        yield f"  if it is: helpdesk urgent {number} --reason ..."
    if call["unreadable"]:
        yield f"  to be read by a person: {cell(call['unreadable'])}"
    if call["reply_waiting"]:
        yield f"  a reply waits to be read; once it is: {_after_reading(call, number)}"
        yield from _or_about(found)
    if any(letter["undelivered_at"] for letter in found.letters):
        yield "  a letter did not arrive: it stands below, with why; then helpdesk outbox"
    if step:
        yield f"  next: helpdesk {step} {number}"


def _after_reading(call: Row, number: str) -> str:
    if call["closed_at"] is None:
        return f"helpdesk reply {number}, or helpdesk note {number} ..."
    return f"helpdesk no-action {number}, or helpdesk reopen {number} --reason ..."


def _or_about(found: Sheet) -> Iterator[str]:
    """That a mail was laid here which may be about another call of its sender."""
    here = {row["received_mail_id"] for row in found.messages}
    for event in found.events:
        if (others := event["facts"].get("or_about")) and event["facts"]["mail"] in here:
            mail = event["facts"]["mail"]
            for other in others[:MOST_REMEMBERED]:
                yield f"  or is mail {mail} about {other}? helpdesk mail attach {mail} {other}"


def _hold(call: Row, zone: str) -> Iterator[str]:
    since, until = moment(call["hold_since"]), moment(call["hold_until"])
    if not call["hold"] or since is None:
        return
    end = f" until {local(until, zone)}" if until else ""
    yield f"  on hold since {local(since, zone)}{end}: {call['hold'].replace('_', ' ')}"
    if call["hold_note"]:
        yield f"  what is waited for: {cell(call['hold_note'])}"


def _facts(call: Row, read_from: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    for column, name in FACTS:
        value = cell(call[column] or "-")
        source = f"  ({cell(_source(*read_from[column]))})" if column in read_from else ""
        yield f"  {name:<14}{value.replace('_', ' ') if column == 'kind' else value}{source}"
    if call["location_name"] or call["provider_name"]:
        name = call["location_name"] or call["provider_name"]
        number = call["location_cqc_id"] or call["provider_cqc_id"] or ""
        yield f"  {'traced to':<14}{cell(name)} ({number}), by {cell(call['matched_by'])}"
    if call["site_code"] or call["parent_code"]:
        yield f"  {'codes':<14}site {call['site_code'] or '-'}, parent {call['parent_code'] or '-'}"


def _source(place: str, surety: str) -> str:
    """Where a fact was read, in words that say how sure it is."""
    return SURETIES.get(surety, SURETIES["sure"]).format(place)


def _clocks(found: Sheet, zone: str, now: datetime) -> Iterator[str]:
    yield ""
    received, promise = moment(found.call["received_at"]), moment(found.call["promise_at"])
    if received and promise:
        yield f"  received {local(received, zone)}; end to end promised by {local(promise, zone)}"
    for row in found.clocks:
        standing, due = clock_standing(row, now), moment(row["due_at"]) or now
        word = click.style(f"{standing.words:<9}", **_colour(standing))
        left = _left(row, due, now, zone)
        target = row["target"] + (f" {row['cycle']}" if row["cycle"] > 1 else "")
        yield f"  {target:<12} due {local(due, zone):<18} {word}  {left}"


def _left(row: Row, due: datetime, now: datetime, zone: str) -> str:
    if stopped := moment(row["stopped_at"]):
        late = f", {spans.words(stopped - due)} late" if stopped >= due else ""
        return f"{'cancelled' if row['cancelled'] else 'done'} {local(stopped, zone)}{late}"
    if paused := moment(row["paused_at"]):
        return f"{spans.words(due - paused)} left, standing still since {local(paused, zone)}"
    words = f"{spans.words(due - now)} {'left' if due > now else 'overdue'}"
    return words + (", started late" if row["late_start"] else "")


def _colour(standing: Standing) -> dict[str, Any]:
    _, _, colour = STYLES.get(standing.words, "").rpartition(" ")
    return {"fg": colour or None, "bold": bool(colour)}


def _candidates(call: Row, found: Sequence[Candidate]) -> Iterator[str]:
    yield ""
    yield "Candidates in the register" if found else "No candidate in the register"
    command = "" if call["state"] == "received" else f"helpdesk trace {reference(call['id'])}"
    best = proposed(found)
    for each in found:
        yield from places.lines_of(each, command, is_proposed=each is best)
    if best is not None and best.place.has_open_code and call["state"] != "traced":
        yield f"  all in one go: helpdesk resolve-now {reference(call['id'])}"


def _history(found: Sheet, zone: str) -> Iterator[str]:
    yield ""
    yield "History"
    for event in found.events:
        at = moment(event["at"])
        by = (
            event["by"] if event["by"] == event["actor"] else f"{event['by']} (by {event['actor']})"
        )
        what = " ".join(filter(None, (event["target"], event["kind"].replace("_", " "))))
        facts = "; ".join(
            f"{name.replace('_', ' ')}: {_fact(value)}"
            for name, value in event["facts"].items()
            if value and name not in TOLD
        )
        yield f"  {local(at, zone) if at else '':<17} {cell(by):<12} {what}  {cell(facts)}".rstrip()


def _fact(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{name.replace('_', ' ')} {_fact(each) or '-'}" for name, each in value.items()
        )
    if isinstance(value, list):
        return ", ".join(_fact(each) for each in value)
    return "" if value is None else str(value)
