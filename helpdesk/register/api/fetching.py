"""Fetches what a plan names, many documents at once, and writes the answers down in order."""

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from helpdesk.errors import ApiDown
from helpdesk.register.api.calling import CONNECTIONS, Caller, NotThere, Unanswered
from helpdesk.register.api.listing import BY_PLACE, KINDS, listed
from helpdesk.register.api.part import Answer, Part, Plan
from helpdesk.register.api.trimming import trimmed
from helpdesk.register.documents import is_social_care

AHEAD = 4 * CONNECTIONS
"""How many documents are asked for before the first of them is written down."""

IN_A_ROW = 3
"""So many failures, one after the other, are those of the API and not of documents."""

GONE, OTHER, FAILED = "gone", "not adult social care", "failed"

Tell = Callable[[int, int], None]
"""Is told how many documents of how many are settled."""


class Fetched(NamedTuple):
    """What came of a fetch."""

    documents: int
    other: int  #: documents that are none of adult social care
    gone: int  #: ids that were listed, and are not there any more
    failed: tuple[str, ...]  #: places of documents that could not be had, and why
    missed: int
    strange: int


def planned(caller: Caller, asked: str, since: datetime | None, until: datetime) -> Plan:
    """What is to be fetched: all there is, or what changed since a moment."""
    found = [(kind.place, listed(caller, kind, since, until)) for kind in KINDS]
    return Plan(
        url=caller.url,
        asked=asked,
        until=until,
        ids=tuple((place, each.ids) for place, each in found),
        missed=sum(max(0, each.total - len(each.ids) - each.strange) for _, each in found),
        strange=sum(each.strange for _, each in found),
    )


def fetch(caller: Caller, part: Part, plan: Plan, tell: Tell) -> Fetched:
    """Bring what is still wanted, and put the documents into the file that the part is of.

    ApiDown or KeyRefused if that cannot go on; what there is by then is kept.
    """
    failed: list[Answer] = []
    tell(part.answered, plan.total)
    with closing(_answers(caller, islice(plan.wanted, part.answered, None))) as answers:
        for answer in answers:
            if not _is_failure(answer):
                part.add([*failed, answer])
                failed.clear()
                tell(part.answered, plan.total)
                continue
            failed.append(answer)
            if len(failed) >= IN_A_ROW:
                raise ApiDown(
                    f"{caller.host} gives no more documents: {_why(answer)}; what came so far is"
                    " kept: type the same command again later, and it goes on from there"
                )
    part.add(failed)
    tell(part.answered, plan.total)
    found = _counted(part, plan)
    if found.documents:
        part.finish()
    return found


def _answers(caller: Caller, wanted: Iterator[tuple[str, str]]) -> Generator[Answer, None, None]:
    """What comes of each, in order. Whoever takes no more has to close this."""
    waiting: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(CONNECTIONS) as hands:
        try:
            for place, number in wanted:
                waiting.append(hands.submit(_answer, caller, place, number))
                if len(waiting) >= AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:
            caller.stop()
            hands.shutdown(wait=False, cancel_futures=True)
            raise


def _answer(caller: Caller, place: str, number: str) -> Answer:
    try:
        document = caller.ask(place, number)
    except NotThere:
        return GONE
    except Unanswered as why:
        return f"{FAILED}: {why}"
    if not _is_asked_for(document, place, number):
        return f"{FAILED}: it is another one"
    return trimmed(document) if is_social_care(document) else OTHER


def _is_asked_for(document: dict[str, Any], place: str, number: str) -> bool:
    """Whether it is the document of that id, as a load will see it."""
    other = [kind.number for kind in KINDS if kind.place != place]
    is_another = place == "providers" and any(document.get(name) for name in other)
    return document.get(BY_PLACE[place].number) == number and not is_another


def _is_failure(answer: Answer) -> bool:
    return isinstance(answer, str) and answer.startswith(FAILED)


def _why(answer: Answer) -> str:
    return str(answer).removeprefix(f"{FAILED}: ")


def _counted(part: Part, plan: Plan) -> Fetched:
    count: Counter[str] = Counter()
    failed = []
    for place, number, answer in part.answers():
        if _is_failure(answer):
            failed.append(f"{place}/{number}: {_why(answer)}")
        else:
            count[answer if isinstance(answer, str) else "documents"] += 1
    return Fetched(
        count["documents"], count[OTHER], count[GONE], tuple(failed), plan.missed, plan.strange
    )
