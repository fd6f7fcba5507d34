"""Letters in a person's hands: written to a requester, tried again, called off."""

import re
from collections.abc import Mapping

from helpdesk.desk import holds, readdressing
from helpdesk.desk.addresses import check_address
from helpdesk.desk.answers import answer, local, still_waits, told, whose
from helpdesk.desk.organisations import agent_of
from helpdesk.errors import BadValue
from helpdesk.intake import characters
from helpdesk.journal import Journal, Who
from helpdesk.lives import is_dead
from helpdesk.models import Call, Letter, LetterState
from helpdesk.references import reference as reference_of
from helpdesk.store import Answer, Tx
from helpdesk.views import mails, outbox
from notifications.headers import mailbox
from notifications.letters import Audience
from workflows.lifecycle import State
from workflows.refused import StepNotAllowed

UNNAMED = "Your request for an ODS code"
"""The subject of a reply to somebody who never wrote one."""

LONGEST = 100_000
"""How many characters a reply may have: what is longer is a file, not a letter."""

ANSWERED = re.compile(r"\A(?:\s*(?:\[ODS-\d+\]|(?:re|aw|sv|fwd?|wg)\s*:))+", re.IGNORECASE)
"""What answers put before a subject, once or again and again."""


def reply(tx: Tx, journal: Journal, reference: str, who: Who, text: str, to: str = "") -> Answer:
    """Write to the requester of a call in an agent's own words. It moves no state."""
    call, agent = tx.call(reference), agent_of(tx, who)
    body, address = characters.text(text).strip(), to or call.requester_email
    if not body:
        raise BadValue("there is nothing to send: write some words")
    if len(body) > LONGEST:
        raise BadValue(
            f"the reply has {len(body):,} characters, and a letter may have {LONGEST:,}: shorten it"
        )
    if not address:
        raise BadValue(
            f"{call.reference} has no e-mail address: give one with --to, or helpdesk correct"
            f" {call.reference} --email ADDRESS"
        )
    check_address(address, "--to" if to else f"the address of {call.reference}")
    event = journal.note(tx, call, "replied", who, to=address)
    letters = journal.tell(
        tx,
        call,
        event,
        "reply",
        {Audience.REQUESTER: [address]},
        agent=agent.full_name,
        subject=_subject(tx, call),
        body=body,
        signature=journal.config.desk.signature,
    )
    if call.closed_at is None:
        call.reply_waiting = False  # whoever answers has read what came
    if call.hold is not None:
        holds.schedule(tx, journal, call)  # they are not asked again on the day of a letter
    return answer(
        call,
        told(call, letters),
        *_what_is_left(call),
        _refused_address(tx, address),
        whose(tx, call, who),
    )


def facts_of(tx: Tx, journal: Journal, reference: str, who: Who) -> Mapping[str, object]:
    """What a canned text may speak of (notifications.facts.CANNED)."""
    call = tx.call(reference)
    return {
        **journal.about_desk(),
        **journal.about_call(tx, call),
        "agent": agent_of(tx, who).full_name,
        "codes": {"site": call.site_code, "parent": call.parent_code},
        "original": reference_of(call.original_id) if call.original_id else "",
        "reopen_days": journal.config.calls.reopen_within.days,
    }


def retry(tx: Tx, journal: Journal, letter_id: int, who: Who, to: str = "") -> Answer:
    """Let a letter be sent again, as soon as may be.

    To the same address it is the same bytes with the same Message-ID. `to` another one, or if the
    call's address was corrected since, its words go as a letter of their own.
    """
    if to:
        check_address(to, "--to")
        to = mailbox(to).addr_spec
    letter = _held(tx, letter_id)
    if letter.state is LetterState.CANCELLED:
        raise StepNotAllowed(
            f"letter {letter_id} is cancelled ({letter.error}); to write anew: helpdesk reply REF"
        )
    if letter.state is LetterState.SENT and letter.undelivered_at is None:
        when = local(journal, letter.sent_at or tx.now)
        return _answer(letter, f"letter {letter_id} was sent already, {when}")
    call = _call(tx, letter)
    address = to or readdressing.present_address(tx, letter, call)
    if address.lower() != letter.to_address:
        return _sent_elsewhere(tx, journal, letter, call, who, address)
    due = letter.send_at is not None and letter.send_at <= tx.now
    if letter.state is LetterState.WAITING and due and not letter.error:
        return _answer(letter, f"letter {letter_id} is due already: helpdesk deliver sends it")
    letter.state, letter.send_at, letter.sent_at = LetterState.WAITING, tx.now, None
    letter.tries, letter.refusals, letter.undelivered_at = 0, 0, None
    why, letter.error, letter.claimed_by = letter.error, "", ""
    journal.note(
        tx,
        call,
        "letter_retried",
        who,
        letter=letter_id,
        what=letter.kind,
        to=letter.to_address,
        why=why,
    )
    return _answer(
        letter,
        f"letter {letter_id} is due again, to {letter.to_address}",
        _refused_address(tx, letter.to_address),
        _moved(letter, call),
    )


def cancel(tx: Tx, journal: Journal, letter_id: int, who: Who, reason: str) -> Answer:
    """Call off a letter that waits; one that did not arrive is seen to in another way."""
    letter, reason = _held(tx, letter_id), characters.line(reason)
    if letter.state is LetterState.CANCELLED:
        return _answer(letter, f"letter {letter_id} is cancelled already: {letter.error}")
    if letter.state is LetterState.SENT and letter.undelivered_at is None:
        when = local(journal, letter.sent_at or tx.now)
        raise StepNotAllowed(f"letter {letter_id} was sent, {when}: nothing calls it back")
    if not reason:
        raise BadValue("say why, for whoever looks for it later: --reason 'told by telephone'")
    waited = letter.state is LetterState.WAITING
    letter.state, letter.send_at, letter.undelivered_at = LetterState.CANCELLED, None, None
    letter.claimed_by, why = "", letter.error
    letter.error = f"by {who.by}: {reason}"
    journal.note(
        tx,
        _call(tx, letter),
        "letter_cancelled",
        who,
        letter=letter_id,
        what=letter.kind,
        to=letter.to_address,
        reason=reason,
        why=why,
    )
    done = "is cancelled" if waited else "no longer counts as not delivered"
    return _answer(letter, f"letter {letter_id} {done}")


def _sent_elsewhere(
    tx: Tx, journal: Journal, letter: Letter, call: Call | None, who: Who, to: str
) -> Answer:
    """Post the letter's words to that address; the letter itself is called off."""
    stem = call.reference if call else letter.kind.partition(".")[0]
    anew = readdressing.posted_anew(tx, letter, to, stem)
    letter.state, letter.send_at, letter.undelivered_at = LetterState.CANCELLED, None, None
    letter.claimed_by, why = "", letter.error
    letter.error = f"its words go to {to}: letter {anew.id}"
    journal.note(
        tx,
        call,
        "letter_readdressed",
        who,
        letter=letter.id,
        anew=anew.id,
        what=letter.kind,
        to=anew.to_address,
        before=letter.to_address,
        why=why,
    )
    said = f"letter {letter.id}, to {letter.to_address}, goes to {to} instead: letter {anew.id}"
    answered = _answer(anew, said, _refused_address(tx, anew.to_address))
    return {**answered, "instead_of": letter.id}


def _subject(tx: Tx, call: Call) -> str:
    """The subject of their last mail, answered once however often it was answered before."""
    last = mails.last_of_theirs(tx, call.id or 0)
    bare = ANSWERED.sub("", last["subject"]).strip() if last else ""
    return f"Re: {bare}" if bare else UNNAMED


def _what_is_left(call: Call) -> tuple[str, ...]:
    """What a reply does not do, and the command that does."""
    if call.state == State.RECEIVED:
        return (f"a reply is no acknowledgement: helpdesk acknowledge {call.reference}",)
    return (still_waits(call),) if call.closed_at is not None and call.reply_waiting else ()


def _refused_address(tx: Tx, address: str) -> str:
    why = outbox.bad_address(tx, address)
    return f"note: by its own server's word nobody has {address}: {why}" if why else ""


def _moved(letter: Letter, call: Call | None) -> str:
    """A word on a letter to the requester, if they have another address now."""
    theirs = letter.kind.endswith(f".{Audience.REQUESTER.value}")
    if call is None or not theirs or not call.requester_email:
        return ""
    if call.requester_email.lower() == letter.to_address.lower():
        return ""
    return (
        f"note: {call.reference} has the address {call.requester_email} now; to write there:"
        f" helpdesk reply {call.reference}"
    )


def _held(tx: Tx, letter_id: int) -> Letter:
    """The letter with that number. StepNotAllowed while a process is about to send it."""
    outbox.letter(tx, letter_id)
    letter = tx.letter(letter_id)
    holder, until = letter.claimed_by, letter.send_at or tx.now
    if letter.state is LetterState.WAITING and holder and not is_dead(holder) and until > tx.now:
        raise StepNotAllowed(
            f"letter {letter_id} is being sent at this moment ({holder}); look again in a"
            f" minute: helpdesk outbox show {letter_id}"
        )
    return letter


def _call(tx: Tx, letter: Letter) -> Call | None:
    return tx.call(reference_of(letter.call_id)) if letter.call_id else None


def _answer(letter: Letter, *said: str) -> Answer:
    state = letter.state.value
    return {"letter": letter.id, "state": state, "said": [*filter(None, said)]}
