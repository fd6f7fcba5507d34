"""Empties the outbox: claims the letters that are due, hands them over, notes what came of it."""

import logging
import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from helpdesk.lives import is_dead, mine
from helpdesk.models import Letter, LetterState
from helpdesk.store import Store, Tx
from notifications.mailer import ChannelDown, DeliveryFailed, Mailer, Post, Still
from notifications.retry import PATIENCE, next_try

BATCH = 20
"""How many letters one claim takes."""

LEASE = timedelta(minutes=20)
"""How long a claim lasts. A batch of slow letters takes longer: what is left of it is claimed anew.
"""

SLOWEST = timedelta(minutes=14)
"""No letter takes longer: its token, a new connection, ten minutes for the server's answer."""

MOST_REFUSALS = 10
"""A letter at which the channel stopped more often than this is given up in the end."""

REST = timedelta(minutes=5)
"""How long a channel is left alone that only the operator can mend."""

LOG = logging.getLogger(__name__)


class Limits(NamedTuple):
    """How many letters may go, from all processes together; 0: as many as there are."""

    per_minute: int = 0
    per_day: int = 0


NO_LIMITS = Limits()


class Delivered(NamedTuple):
    """What one delivery did."""

    sent: int = 0
    postponed: int = 0
    given_up: int = 0
    stopped: str = ""  #: why the whole channel was left alone; "" if it was not
    held_back: int = 0  #: letters that are due, but would be more than the limits allow


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


def deliver(
    store: Store,
    mailer: Mailer,
    still: Still = lambda: True,
    limits: Limits = NO_LIMITS,
) -> Delivered:
    """Send what is due, the most important first, over one connection, within the limits.

    It goes on as long as `still()` says so, which a letter that the server is slow to take asks
    too. One delivery at a time in a process; other processes may deliver meanwhile. What the
    limits hold back is simply due the next time.
    A letter goes out at least once, and twice only if this process dies between the server's
    answer and our note of it, or the server does not answer in time; all copies then bear the
    same Message-ID.
    """
    if not store.has_due_letters():
        return Delivered()
    store.run(_free_the_dead)
    count, stopped = _Count(), ""
    claim = partial(_claim, limits=limits, taken=count.taken)
    if claims := store.run(claim):
        try:
            with mailer.connected() as post:
                while claims:
                    _send_all(store, post, claims, count, still)
                    claims = store.run(claim) if still() else []
        except ChannelDown as down:
            stopped = str(down)
        finally:
            store.run(lambda tx: _release(tx, stopped, count.taken))
    ended = stopped or not still() or limits == NO_LIMITS
    held_back = 0 if ended else store.run(Tx.number_of_letters_due)
    return Delivered(count.sent, count.postponed, count.given_up, stopped, held_back)


def try_again(store: Store) -> None:
    """Let the next delivery try what rests because the channel was down."""
    store.run(_wake)


def _wake(tx: Tx) -> None:
    tx.wake_letters()


def _claim(tx: Tx, limits: Limits, taken: Collection[int]) -> list[_Claim]:
    """The next letters; what is left of those before is given back first."""
    _give_back(tx, taken)
    until = tx.now + LEASE
    letters = tx.claim_letters(min(BATCH, _allowance(tx, limits)), mine(), until)
    return [_Claim(*letter, until) for letter in letters]


def _allowance(tx: Tx, limits: Limits) -> int:
    """How many letters may be claimed now: those that are claimed already count as sent."""
    if limits == NO_LIMITS:
        return BATCH
    tx.alone("deliver")  # two who ask at once would each be given the whole of it
    periods = ((limits.per_minute, timedelta(minutes=1)), (limits.per_day, timedelta(days=1)))
    left = [most - tx.letters_gone(tx.now - period) for most, period in periods if most]
    return max(0, min(left))


def _send_all(store: Store, post: Post, claims: list[_Claim], count: _Count, still: Still) -> None:
    for claim in claims:
        if not still() or store.clock() >= claim.until - SLOWEST:
            return
        try:
            failure = _send(post, claim, still)
        except ChannelDown as down:
            # It may be that only this letter is refused: next time another one goes first.
            store.run(partial(_last_in_line, claim=claim, why=str(down)))
            raise
        if failure is None:
            count.taken.add(claim.letter_id)
            store.run(partial(Tx.note_sent, letter_id=claim.letter_id))
            if not count.sent:
                store.run(_wake)  # the channel works: nothing need rest any longer
            count.sent += 1
            continue
        again = store.run(partial(_failed, claim=claim, failure=failure))
        count.postponed += again
        count.given_up += not again


def _send(post: Post, claim: _Claim, still: Still) -> DeliveryFailed | None:
    try:
        post.send(claim.raw, claim.to, claim.sender, still)
    except DeliveryFailed as failure:
        if isinstance(failure.__cause__, ValueError):
            LOG.exception("letter %d was made wrong, and cannot be sent", claim.letter_id)
        return failure
    except ChannelDown:
        raise
    except Exception as bug:
        # A letter that we cannot handle must not hold up those behind it.
        LOG.exception("letter %d could not be handled", claim.letter_id)
        return DeliveryFailed(f"our own mistake: {bug!r}", permanent=False, maybe_sent=True)
    return None


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
        _give_up(letter, tx.now)
    return again is not None


def _last_in_line(tx: Tx, claim: _Claim, why: str) -> None:
    letter = tx.letter(claim.letter_id)
    if letter.claimed_by != mine():
        return
    letter.claimed_by, letter.send_at, letter.error = "", tx.now, why
    letter.refusals += 1
    if letter.refusals > MOST_REFUSALS and tx.now >= letter.posted_at + PATIENCE:
        _give_up(letter, tx.now)


def _give_up(letter: Letter, now: datetime) -> None:
    letter.state, letter.send_at, letter.undelivered_at = LetterState.FAILED, None, now


def _release(tx: Tx, stopped: str, taken: Collection[int]) -> None:
    """Let go of all letters. Where the channel is down, all that is due rests.

    So it is not tried for each letter.
    """
    _give_back(tx, taken)
    if stopped:
        tx.rest_letters(tx.now + REST, stopped)


def _give_back(tx: Tx, taken: Collection[int]) -> None:
    """Offer again what this process claimed and did not come to send."""
    for letter in tx.letters_claimed():
        if letter.claimed_by == mine():
            if letter.id is not None and letter.id in taken:
                tx.note_sent(letter.id)  # the database was away when the server had it
            else:
                letter.claimed_by, letter.send_at = "", tx.now


def _free_the_dead(tx: Tx) -> None:
    """Offer again at once what a process of this machine claimed before it died."""
    for letter in tx.letters_claimed():
        if is_dead(letter.claimed_by):
            letter.claimed_by, letter.send_at = "", tx.now
