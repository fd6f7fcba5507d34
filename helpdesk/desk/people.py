"""The people of the desk, and who may speak for whom."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.desk.addresses import check_address
from helpdesk.desk.answers import local
from helpdesk.errors import BadValue, NotFound, NotPermitted
from helpdesk.journal import Journal, Who
from helpdesk.models import Agent, Role
from helpdesk.store import Answer, Tx


@dataclass(frozen=True)
class Person:
    """A person who is to work at the desk."""

    name: str
    full_name: str
    email: str = ""
    os_user: str | None = None
    role: Role = Role.AGENT


def who(tx: Tx, os_user: str, speaks_for: str | None) -> Who:
    """Who acts when `os_user` types a command, as themselves or for another agent.

    NotPermitted if they are nobody here, or may not speak for others; NotFound for a name
    that no agent has.
    """
    hands = tx.agent_of(os_user)
    if hands is None or not hands.active:
        raise NotPermitted(
            f"you ({os_user}) are not an agent of this desk; a supervisor adds you with:"
            f" helpdesk agent add NAME --os-user {os_user}"
        )
    if speaks_for is None or speaks_for == hands.name:
        return Who(hands.name, os_user)
    if hands.role is not Role.SUPERVISOR:
        raise NotPermitted(
            f"only a supervisor may speak for another agent, and {hands.name} is none;"
            " leave out --as (and HELPDESK_AGENT)"
        )
    return Who(known(tx, speaks_for).name, os_user)


def known(tx: Tx, name: str) -> Agent:
    """The agent of that name. NotFound, with the names there are, if nobody bears it."""
    found = tx.agent(name)
    if found is None or not found.active:
        names = ", ".join(agent.name for agent in tx.agents() if agent.active)
        raise NotFound(f"there is no agent {name!r}; the agents are: {names or 'nobody yet'}")
    return found


def add(tx: Tx, journal: Journal, person: Person, os_user: str) -> Answer:
    """Add `person`, if `os_user` is a supervisor or the desk has nobody yet."""
    hands = tx.agent_of(os_user)
    if tx.agents() and (hands is None or hands.role is not Role.SUPERVISOR):
        raise NotPermitted(f"only a supervisor adds agents, and you ({os_user}) are none")
    if not person.name.isprintable() or not person.name or " " in person.name:
        raise BadValue(f"{person.name!r} cannot be typed as a name: use one word, such as 'bart'")
    if person.email:
        check_address(person.email)
    wanted = Agent(**vars(person))
    if same := tx.agent(person.name):
        if _facts(same) == _facts(wanted):
            return {"said": [f"{person.name} is an agent already"]}
        raise BadValue(f"there is an agent {person.name!r} already; choose another name")
    if person.os_user and (other := tx.agent_of(person.os_user)):
        raise BadValue(f"the user {person.os_user} is the agent {other.name!r} already")
    tx.add(wanted)
    who = Who(hands.name if hands else os_user, os_user)
    journal.note(tx, None, "agent_added", who, name=person.name, role=person.role.value)
    return {"said": [f"{person.name} ({person.full_name}) is now {_a(person.role)} of this desk"]}


def away(tx: Tx, journal: Journal, name: str, until: datetime | None, hands: Who) -> Answer:
    """Note that an agent is not there, until that moment or until it is told otherwise."""
    agent = _looked_after(tx, name, hands)
    if until is not None and until <= tx.now:
        raise BadValue(f"{local(journal, until)} has come; say until when {agent.name} is away")
    words = f"away until {local(journal, until)}" if until else "away until further notice"
    if agent.is_away(tx.now) and agent.away_until == until:
        return {"said": [f"{agent.name} is {words} already"]}
    agent.away_since, agent.away_until = tx.now, until
    moment = until.isoformat() if until else None
    journal.note(tx, None, "agent_away", hands, name=agent.name, until=moment)
    return {"said": [f"{agent.name} is {words}", _left_behind(tx, agent)]}


def back(tx: Tx, journal: Journal, name: str, hands: Who) -> Answer:
    """Note that an agent is there again."""
    agent = _looked_after(tx, name, hands)
    was_away = agent.is_away(tx.now)
    agent.away_since, agent.away_until = None, None
    if not was_away:
        return {"said": [f"{agent.name} is not away"]}
    journal.note(tx, None, "agent_back", hands, name=agent.name)
    return {"said": [f"{agent.name} is back"]}


def _looked_after(tx: Tx, name: str, hands: Who) -> Agent:
    """The agent of that name, if who acts may say whether they are there."""
    agent, acting = known(tx, name), tx.agent(hands.by)
    if name != hands.by and (acting is None or acting.role is not Role.SUPERVISOR):
        raise NotPermitted(
            f"only a supervisor, or {name}, says whether {name} is away, and {hands.by} is neither"
        )
    return agent


def _left_behind(tx: Tx, agent: Agent) -> str:
    """A word on the calls of an agent who is away, so that nobody has to find them."""
    number = tx.open_calls_of(agent)
    if not number:
        return f"{agent.name} has no open calls"
    calls = "1 open call" if number == 1 else f"{number} open calls"
    verb = "shows" if number == 1 else "show"
    return (
        f"{calls} of theirs {verb} as nobody's meanwhile: helpdesk list --agent {agent.name};"
        " helpdesk give REF NAME makes one somebody's"
    )


def _facts(agent: Agent) -> tuple[object, ...]:
    return agent.full_name, agent.email, agent.os_user, agent.role


def _a(role: Role) -> str:
    return "an agent" if role is Role.AGENT else "a supervisor"
