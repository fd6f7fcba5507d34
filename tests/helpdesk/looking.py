"""A staffed desk, its calls, and what a view shows of them on either engine."""

from helpdesk.config.settings import Config
from helpdesk.database import reading
from helpdesk.desk import Desk
from helpdesk.desk.people import Person
from helpdesk.intake import Request
from helpdesk.journal import Journal, Who

SUE, BART, CRIS = Who("sue", "sue"), Who("bart", "bart"), Who("cris", "cris")


def staffed(store):
    """A desk that Sue supervises, where Bart and Cris are agents."""
    made = Desk(store, Journal(Config()))
    made.first_agent("sue", "Sue Shah")
    for name in ("bart", "cris"):
        email = f"{name}@ods.example"
        made.add_agent(Person(name, name.title(), email, name), "sue")
    return made


def raised(desk, organisation="Rose Cottage", **facts):
    request = Request(organisation=organisation, **facts)
    return desk.raise_call(request, BART, None, again=True).answer["reference"]


def acknowledged(desk, who=BART, organisation="Rose Cottage"):
    call = raised(desk, organisation, requester_email="anne@rosecottage.example")
    desk.acknowledge(call, who)
    return call


def seen(url, view, *asked):
    with reading(url) as reader:
        return view(reader, *asked)
