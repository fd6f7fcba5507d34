"""Empties the outbox: claims the letters that are due, hands them over, notes what came of it."""

import logging
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from helpdesk.lives import is_dead, mine
from helpdesk.models import LetterState
from helpdesk.store import Store, Tx
from notifications.mailer import ChannelDown, DeliveryFailed, Mailer, Post
from notifications.retry import PATIENCE, next_try

BATCH = 20
"""How many letters one claim takes."""

LEASE = timedelta(minutes=20)
"""How long a claim lasts: longer than twice a batch of the slowest letters takes."""


MOST_REFUSALS = 10
"""A letter at which the channel stopped more often than this is given up in the end."""

REST = timedelta(minutes=5)
"""How long a channel is left alone that only the operator can mend."""

LOG = logging.getLogger(__name__)


class Delivered(NamedTuple):
    """What one delivery did."""

    sent: int = 0
    postponed: int = 0
    given_up: int = 0
    stopped: str = ""  #: why the whole channel was left alone; "" if it was not


class _Claim(NamedTuple):
    letter_id: int
    raw: bytes
    to: str
    sender: str
    until: datetime  #: from then on others may send it


@dataclass
class _Count:
    taken: set[int] = field(default_factory=set)  #: letters that the server has, noted or not
    sent: int = 0
    postponed: int = 0
    given_up: int = 0


def deliver(store: Store, mailer: Mailer, still: Callable[[], bool] = lambda: True) -> Delivered:
    """Send every letter that is due over one connection, as long as `still()` says so.

    One delivery at a time in a process; other processes may deliver meanwhile.
    A letter goes out at least once, and twice only if this process dies between the server's
    answer and our note of it; both copies then bear the same Message-ID.
    """
    if not store.has_due_letters():
        return Delivered()
    store.run(_free_the_dead)
    claims = store.run(_claim)
    if not claims:
        return Delivered()
    count, stopped = _Count(), ""
    try:
        with mailer.connected() as post:
            while claims:
                _send_all(store, post, claims, count, still)
                if count.sent:
                    store.run(_wake)  # the channel works: nothing need rest any longer
                claims = store.run(_claim) if still() else []
    except ChannelDown as down:
        stopped = str(down)
    finally:
        store.run(lambda tx: _release(tx, stopped, count.taken))
    return Delivered(count.sent, count.postponed, count.given_up, stopped)


def try_again(store: Store) -> None:
    """Let the next delivery try what rests because the channel was down."""
    store.run(_wake)


def _wake(tx: Tx) -> None:
    tx.wake_letters()


def _claim(tx: Tx) -> list[_Claim]:
    letters = tx.letters_due(BATCH)
    for letter in letters:
        letter.claimed_by, letter.send_at = mine(), tx.now + LEASE
    return [
        _Claim(
            letter.id or 0, letter.raw, letter.to_address, letter.envelope_sender, tx.now + LEASE
        )
        for letter in letters
    ]


def _send_all(
    store: Store, post: Post, claims: list[_Claim], count: _Count, still: Callable[[], bool]
) -> None:
    for claim in claims:
        if not still() or store.clock() >= claim.until:
            return
        try:
            failure = _send(post, claim)
        except ChannelDown as down:
            # It may be that only this letter is refused: next time another one goes first.
            store.run(partial(_last_in_line, claim=claim, why=str(down)))
            raise
        if failure is None:
            count.taken.add(claim.letter_id)
            store.run(partial(_sent, letter_id=claim.letter_id))
            count.sent += 1
            continue
        again = store.run(partial(_failed, claim=claim, failure=failure))
        count.postponed += again
        count.given_up += not again


def _send(post: Post, claim: _Claim) -> DeliveryFailed | None:
    try:
        post.send(claim.raw, claim.to, claim.sender)
    except DeliveryFailed as failure:
        return failure
    except ChannelDown:
        raise
    except Exception as bug:
        # A letter that we cannot handle must not hold up those behind it.
        LOG.exception("letter %d could not be handled", claim.letter_id)
        return DeliveryFailed(f"our own mistake: {bug!r}", permanent=False, maybe_sent=True)
    return None


def _sent(tx: Tx, letter_id: int) -> None:
    # Never asks whose claim it is: that the server took the letter is a fact.
    letter = tx.letter(letter_id)
    letter.state, letter.sent_at = LetterState.SENT, tx.now
    letter.send_at, letter.claimed_by, letter.error = None, "", ""
    letter.tries += 1


def _failed(tx: Tx, claim: _Claim, failure: DeliveryFailed) -> bool:
    """Note a failed try; whether there will be another."""
    letter = tx.letter(claim.letter_id)
    if letter.claimed_by != mine():
        return True  # it took so long that the letter is in other hands now
    letter.tries += 1
    letter.claimed_by, letter.error = "", failure.reason
    letter.maybe_twice = letter.maybe_twice or failure.maybe_sent
    jitter = random.random()  # noqa: S311  # it spreads tries over time, and guards nothing
    again = None if failure.permanent else next_try(letter.tries, letter.posted_at, tx.now, jitter)
    letter.send_at = again
    if again is None:
        letter.state = LetterState.FAILED
    return again is not None


def _last_in_line(tx: Tx, claim: _Claim, why: str) -> None:
    letter = tx.letter(claim.letter_id)
    if letter.claimed_by != mine():
        return
    letter.claimed_by, letter.send_at, letter.error = "", tx.now, why
    letter.refusals += 1
    if letter.refusals > MOST_REFUSALS and tx.now >= letter.posted_at + PATIENCE:
        letter.state, letter.send_at = LetterState.FAILED, None


def _release(tx: Tx, stopped: str, taken: Collection[int]) -> None:
    """Offer again what this process claimed and did not come to send.

    Where the channel is down, all that is due rests, so that it is not tried for each letter.
    """
    for letter in tx.letters_claimed():
        if letter.claimed_by == mine():
            if letter.id is not None and letter.id in taken:
                _sent(tx, letter.id)  # the database was away when the server had it
            else:
                letter.claimed_by, letter.send_at = "", tx.now
    if stopped:
        tx.rest_letters(tx.now + REST, stopped)


def _free_the_dead(tx: Tx) -> None:
    """Offer again at once what a process of this machine claimed before it died."""
    for letter in tx.letters_claimed():
        if is_dead(letter.claimed_by):
            letter.claimed_by, letter.send_at = "", tx.now
