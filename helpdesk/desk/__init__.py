"""What people do with calls: each verb is one unit of work, and answers what it did in words."""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from helpdesk.desk import again, any_step, care, holds, letters, mails, people, steps
from helpdesk.desk.answers import local
from helpdesk.desk.providing import NO_WISH, Wish
from helpdesk.desk.raising import raise_by_hand
from helpdesk.desk.recoding import Moving, Recoding, move_code, recode
from helpdesk.desk.resolving import resolve_now
from helpdesk.intake import Request
from helpdesk.journal import Journal, Who
from helpdesk.models import Role
from helpdesk.store import Answer, Done, Store, Tx

__all__ = ["Desk"]


@dataclass(frozen=True)
class Desk:
    """The verbs of the desk. An answer holds `reference`, `state`, and `said`: a list of sentences.

    Every verb raises NotFound for an unknown call, StepNotAllowed where the rules refuse, and
    CallChanged where another agent was faster. Nothing is changed then.
    """

    store: Store
    journal: Journal

    def who(self, os_user: str, speaks_for: str | None) -> Who:
        """Who acts: the agent that `os_user` is, or the one that they may speak for."""
        return self.store.run(lambda tx: people.who(tx, os_user, speaks_for))

    def raise_call(
        self, request: Request, who: Who, received_at: datetime | None, *, again: bool = False
    ) -> Done:
        """Raise a call that came by telephone, or in person. The same one twice on a day is one."""
        said = json.dumps([asdict(request), str(received_at)], default=str, sort_keys=True)
        key = None if again else self._key("raise", who, said)
        return self._once(
            "raise", who, lambda tx: raise_by_hand(tx, self.journal, request, who, received_at), key
        )

    def acknowledge(self, reference: str, who: Who) -> Done:
        """Tell the requester that the desk has the call, and who has it."""
        return self._once(
            "acknowledge", who, lambda tx: steps.acknowledge(tx, self.journal, reference, who)
        )

    def trace(self, reference: str, who: Who, choice: steps.Choice) -> Done:
        """Note which organisation of the register the call is about."""
        return self._once(
            "trace", who, lambda tx: steps.trace(tx, self.journal, reference, who, choice)
        )

    def allocate(self, reference: str, who: Who, wish: Wish = NO_WISH) -> Done:
        """Provide the codes: those of the register, or as wished for where it has none."""
        return self._once(
            "allocate", who, lambda tx: steps.allocate(tx, self.journal, reference, who, wish)
        )

    def recode(self, reference: str, who: Who, recoding: Recoding) -> Done:
        """Provide the right codes for a call that was provided wrong ones."""
        return self._once(
            "recode", who, lambda tx: recode(tx, self.journal, reference, who, recoding)
        )

    def resolve_now(self, reference: str, who: Who, choice: steps.Choice) -> Done:
        """Acknowledge, trace, allocate and close in one go, where the code is just looked up."""
        return self._once(
            "resolve", who, lambda tx: resolve_now(tx, self.journal, reference, who, choice)
        )

    def move_code(self, code: str, who: Who, moving: Moving) -> Done:
        """Say whose a code is, where the register was wrong: a supervisor does that."""
        return self._once(
            "move code", who, lambda tx: move_code(tx, self.journal, code, who, moving)
        )

    def close(self, reference: str, who: Who, ending: steps.Ending) -> Done:
        """End the call; without an outcome, a call that has its code ends as provided."""
        return self._once(
            "close", who, lambda tx: steps.close(tx, self.journal, reference, who, ending)
        )

    def step(
        self, reference: str, who: Who, step: str, outcome: str | None, facts: Mapping[str, str]
    ) -> Done:
        """Take a step of another workflow than the desk's own."""
        return self._once(
            "step",
            who,
            lambda tx: any_step.take(tx, self.journal, reference, who, step, outcome, facts),
        )

    def hold(self, reference: str, who: Who, holding: holds.Holding) -> Done:
        """Let the call wait, for a reason that decides whether its clock waits too."""
        return self._once(
            "hold", who, lambda tx: holds.hold(tx, self.journal, reference, who, holding)
        )

    def resume(self, reference: str, who: Who, why: str = "") -> Done:
        """End the hold of a call."""
        return self._once(
            "resume", who, lambda tx: holds.resume(tx, self.journal, reference, who, why)
        )

    def no_action(self, reference: str, who: Who, note: str = "") -> Done:
        """Say that a reply on a closed call needs nothing."""
        return self._once(
            "no action", who, lambda tx: again.no_action(tx, self.journal, reference, who, note)
        )

    def reopen(self, reference: str, who: Who, reason: str) -> Done:
        """Take a closed call up again."""
        return self._once(
            "reopen", who, lambda tx: again.reopen(tx, self.journal, reference, who, reason)
        )

    def merge(self, reference: str, who: Who, into: str) -> Done:
        """End one of two calls about the same thing."""
        return self._once(
            "merge", who, lambda tx: again.merge(tx, self.journal, reference, who, into)
        )

    def reply(
        self, reference: str, who: Who, text: str, to: str = "", *, again: bool = False
    ) -> Done:
        """Write to the requester. The same words about a call twice on a day go once."""
        key = None if again else self._key("reply", who, json.dumps([reference, text, to]))
        return self._once(
            "reply",
            who,
            lambda tx: letters.reply(tx, self.journal, reference, who, text, to),
            key,
        )

    def facts_for_reply(self, reference: str, who: Who) -> Mapping[str, object]:
        """What a canned text may say about the call."""
        return self.store.run(lambda tx: letters.facts_of(tx, self.journal, reference, who))

    def retry_letter(self, letter: int, who: Who, to: str = "") -> Done:
        """Send a letter again that did not arrive, or that waits for its next try.

        It goes to the call's present address if that was corrected since; or to `to`.
        """
        return self._once(
            "retry letter", who, lambda tx: letters.retry(tx, self.journal, letter, who, to)
        )

    def cancel_letter(self, letter: int, who: Who, reason: str) -> Done:
        """Call off a letter, or say that one that did not arrive is seen to otherwise."""
        return self._once(
            "cancel letter", who, lambda tx: letters.cancel(tx, self.journal, letter, who, reason)
        )

    def retry_mail(self, mail: int, who: Who) -> Done:
        """Let a mail that was set aside wait to be taken in, as if it had never been tried."""
        return self._once("retry mail", who, lambda tx: mails.retry(tx, self.journal, mail, who))

    def attach_mail(self, mail: int, reference: str, who: Who) -> Done:
        """Lay a mail to a call, whatever became of it before."""
        return self._once(
            "attach mail", who, lambda tx: mails.attach(tx, self.journal, mail, reference, who)
        )

    def split_mail(self, mail: int, request: Request, who: Who) -> Done:
        """Make a mail that was laid to a call a call of its own; `request`: what it asks for."""
        return self._once(
            "split mail", who, lambda tx: mails.split(tx, self.journal, mail, request, who)
        )

    def set_urgent(
        self, reference: str, who: Who, reason: str, needed_by: date | None = None
    ) -> Done:
        """Put the call before all that are not urgent, for a reason that is kept."""
        return self._once(
            "urgent",
            who,
            lambda tx: care.set_urgent(tx, self.journal, reference, who, reason, needed_by),
        )

    def set_not_urgent(self, reference: str, who: Who, reason: str) -> Done:
        return self._once(
            "not urgent",
            who,
            lambda tx: care.set_not_urgent(tx, self.journal, reference, who, reason),
        )

    def note(self, reference: str, who: Who, text: str) -> Done:
        """Write a note into the call's history; the last note's words again that day are none."""
        return self._once("note", who, lambda tx: care.note(tx, self.journal, reference, who, text))

    def correct(self, reference: str, who: Who, facts: Mapping[str, object]) -> Done:
        """Write facts that were learnt later (columns of the call) into it."""
        return self._once(
            "correct", who, lambda tx: care.correct(tx, self.journal, reference, who, facts)
        )

    def give(self, reference: str, who: Who, to: str) -> Done:
        """Make `to` the one who has the call; who takes it gives it to themselves."""
        return self._once("give", who, lambda tx: care.give(tx, self.journal, reference, who, to))

    def add_agent(self, person: people.Person, os_user: str) -> Done:
        """Add a person to the desk; the first one may add themselves, later ones a supervisor."""
        return self._once(
            "agent", Who(os_user, os_user), lambda tx: people.add(tx, self.journal, person, os_user)
        )

    def first_agent(self, os_user: str, full_name: str) -> Done:
        """Make the one who sets up a new desk its supervisor; nothing if it has people already."""
        person = people.Person(os_user, full_name, os_user=os_user, role=Role.SUPERVISOR)
        return self._once(
            "agent",
            Who(os_user, os_user),
            lambda tx: (
                {"said": []} if tx.agents() else people.add(tx, self.journal, person, os_user)
            ),
        )

    def away(self, name: str, until: datetime | None, who: Who) -> Done:
        """Let an agent be away; an `until` of None is until they are back."""
        return self._once(
            "agent away", who, lambda tx: people.away(tx, self.journal, name, until, who)
        )

    def back(self, name: str, who: Who) -> Done:
        """Let an agent be there again."""
        return self._once("agent back", who, lambda tx: people.back(tx, self.journal, name, who))

    def _once(
        self, kind: str, who: Who, work: Callable[[Tx], Answer], key: str | None = None
    ) -> Done:
        done = self.store.once(key or uuid.uuid4().hex, kind, who.by, work)
        if not done.repeated:
            return done
        by = "you" if done.by == who.by else done.by
        again = f"that was done already, {local(self.journal, done.at)}, by {by}"
        return done._replace(answer={**done.answer, "said": [*done.answer["said"], again]})

    def _key(self, kind: str, who: Who, said: str) -> str:
        """The same for the same words by the same agent on the same day."""
        today = self.store.clock().date()
        return hashlib.sha256(f"{kind}\n{who.by}\n{today}\n{said}".encode()).hexdigest()
