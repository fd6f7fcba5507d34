"""A desk as older versions left it: the tables of then, with calls in flight."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig

from helpdesk.store import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

PROMISES = {"acknowledge": (48, 12), "provide": (168, 48)}
"""How many hours each target allowed, and how many before it is due it warned."""

CALLS = (
    # number, state, outcome, hours since it arrived, was acknowledged, had its code, and closed
    (1, "received", None, 10, None, None, None),
    (2, "acknowledged", None, 150, 140, None, None),
    (3, "traced", None, 210, 200, None, None),
    (4, "allocated", None, 30, 20, 10, None),
    (5, "closed", "withdrawn", 90, 80, None, 70),
    (6, "closed", "spam", 50, None, None, 49),
    (7, "closed", "provided", 63, 62, 61, 61),  # it came on Friday evening
)
NEVER_OPEN = (6, 7)
"""Calls that came and were due to be acknowledged while the desk was closed."""

FLAGGED = (
    # call, target, standing, to whom, the letter that told it
    (2, "provide", "at_risk", "owner", 1),
    (3, "acknowledge", "at_risk", "desk", None),
    (3, "provide", "at_risk", "owner", 2),
    (3, "provide", "breached", "supervisor", None),
    (3, "provide", "breached", "owner", 3),
)

STEPS = {
    "received": "acknowledge",
    "acknowledged": "trace",
    "traced": "allocate",
    "allocated": "close",
    "closed": "",
}
"""The command that came next to a call, by its state, once calls said so."""

OFFICE = {"hours": [[[540, 1020]]] * 5 + [[], []], "holidays": [], "zone": "Europe/London"}
OFFICE_KEY = "b3004f8ca408d1a5"
"""The hours that clocks went by, and their digest, once there were calendars."""

FORM = b"PK\x03\x04 a form, \x00\xff\r\n and what no text holds"
FILES = ((1, FORM), (1, b""), (2, FORM), (2, bytes(range(256)) * 300))
"""What came with which mail: each file stood beside its mail, the same one twice."""

FAILED = ((2, "acknowledged.requester"), (7, "allocated.requester"))
"""Letters that were given up, of an open call and of a closed one."""

MOVED = {
    ("attachment", "content"): "(SELECT content FROM file WHERE sha256 = attachment.sha256)",
}
"""Columns whose values a later version keeps elsewhere, and how they are found there."""


class OlderDesk:
    """The database of a desk that an older version made, and worked."""

    def __init__(self, store: Store, revision: str) -> None:
        self.store, self.engine = store, store.engine
        self.revision = revision
        settings = AlembicConfig()
        settings.set_main_option("script_location", "helpdesk:migrations")
        with self.engine.connect() as connection:
            settings.attributes["connection"] = connection
            command.upgrade(settings, revision)
        self.tables = sa.MetaData()
        self.tables.reflect(self.engine)
        with self.engine.begin() as self._connection:
            self._fill()

    def rows(self) -> dict[str, list[Any]]:
        """All that stands in the columns that it has, as the driver gives it."""
        there = sa.inspect(self.engine)
        with self.engine.connect().execution_options(read=True) as connection:
            found = {}
            for table in self.tables.sorted_tables:
                still = {column["name"] for column in there.get_columns(table.name)}
                columns = ", ".join(
                    f'"{name}"' if name in still else MOVED[table.name, name]
                    for name in table.columns.keys()  # noqa: SIM118  # it iterates over its columns
                )
                key = ", ".join(column.name for column in table.primary_key)
                asked = f"SELECT {columns} FROM {table.name} ORDER BY {key}"
                found[table.name] = connection.exec_driver_sql(asked).fetchall()
        found.pop("alembic_version")
        return found

    @property
    def has_calendars(self) -> bool:
        """Whether its clocks name the hours that they go by, and its calls their workflow."""
        return self.revision >= "0003"

    def _fill(self) -> None:
        known = {"status": "Registered", "source": "made up", "loaded_at": NOW, "dormant": False}
        self._add("agent", name="bart", full_name="Bart Brown", email="bart@desk.example",
                  os_user="bart", role="agent", active=True)  # fmt: skip
        self._add("provider", cqc_id="1-200000001", name="Cottage Care", code="A9QT", **known)
        self._add("location", cqc_id="1-100000001", name="Rose Cottage", code="VLX7K",
                  provider_cqc_id="1-200000001", **known)  # fmt: skip
        if self.has_calendars:
            self._add("calendar", key=OFFICE_KEY, facts=json.dumps(OFFICE))
        for number, state, outcome, *hours in CALLS:
            self._call(number, state, outcome, hours)
        self._mails()
        for number, (call, target, stage, audience, _) in enumerate(FLAGGED, 1):
            self._event(call, stage, hours=20, target=target, cycle=1, by="sweep", actor="sweep")
            if number < 4:
                self._add("letter", key=f"{number}", call_id=call, kind=f"{stage}.{audience}",
                          to_address="bart@desk.example", message_id=f"<{number}@desk.example>",
                          raw=b"Subject: AT RISK\r\n\r\n", state="sent", posted_at=NOW)  # fmt: skip
        for call, kind in FAILED:
            self._add("letter", key=f"failed {call}", call_id=call, kind=kind, state="failed",
                      to_address="anne@rose.example", message_id=f"<failed.{call}@desk.example>",
                      raw=b"Subject: your call\r\n\r\n", posted_at=NOW - HOUR)  # fmt: skip
        for call, target, stage, audience, letter in FLAGGED:
            at = NOW - 20 * HOUR
            waits = letter is None and stage == "breached"
            since = {"tell_at": at if waits else None} if self.has_calendars else {}
            self._add("alert", call_id=call, target=target, cycle=1, stage=stage,
                      audience=audience, at=at, letter_id=letter, **since)  # fmt: skip

    def _mails(self) -> None:
        for number in sorted({mail for mail, _ in FILES}):
            self._add("received_mail", mailbox="box", uid=f"{number}", sha256=f"{number}",
                      raw=b"Subject: ODS code\r\n\r\n", arrived_at=NOW, stored_at=NOW,
                      state="taken", call_id=number)  # fmt: skip
            self._add("message", received_mail_id=number, call_id=number, arrived_at=NOW,
                      message_id=f"<{number}@rose.example>", subject="ODS code",
                      sender_address="anne@rose.example", text="our form, and a plan")  # fmt: skip
        for mail, content in FILES:
            self._add("attachment", message_id=mail, name="form.docx", size=len(content),
                      sha256=sha256(content).hexdigest(), content=content)  # fmt: skip

    def _call(self, number: int, state: str, outcome: str | None, hours: list[int | None]) -> None:
        received, acknowledged, allocated, closed = hours
        arrived = NOW - (received or 0) * HOUR
        location = 1 if state in {"traced", "allocated"} else None
        since = {"workflow": "ods_code", "step": STEPS[state]} if self.has_calendars else {}
        self._add("call", state=state, outcome=outcome, received_at=arrived, recorded_at=arrived,
                  promise_at=arrived + 216 * HOUR, closed_at=ago(closed), urgent=number == 2,
                  organisation=f"Rose Cottage {number}", requester_email="anne@rose.example",
                  owner_id=1 if acknowledged else None, location_id=location, kind="care_home",
                  provider_id=location, reply_waiting=number == 5, **since)  # fmt: skip
        self._event(number, "received", received, source="mail", **self._named("acknowledge"))
        for kind, at in (
            ("acknowledged", acknowledged),
            ("traced", acknowledged if location else None),
            ("allocated", allocated),
            ("closed", closed),
        ):
            if at is not None:
                ended = {"outcome": outcome} if kind == "closed" else {}
                self._event(
                    number,
                    kind,
                    at,
                    **ended,
                    **self._named("provide" if kind == "acknowledged" else ""),
                )
        if number == 2:
            self._event(number, "urgent", 139, reason="they go live")
        self._clock(number, "acknowledge", received, acknowledged, closed)
        if acknowledged:
            self._clock(number, "provide", acknowledged, allocated, closed)

    def _event(self, call: int, kind: str, hours: int | None, **more: Any) -> None:
        state = kind if kind in {state for _, state, *_ in CALLS} else None
        row = {name: more.pop(name) for name in ("target", "cycle") if name in more}
        by, at = more.pop("by", "bart"), ago(hours)
        row |= {"actor": more.pop("actor", by), "facts": {k: v for k, v in more.items() if v}}
        self._add(
            "event", call_id=call, kind=kind, state=state, at=at, recorded_at=at, by=by, **row
        )

    def _clock(
        self, call: int, target: str, began: int | None, done: int | None, closed: int | None
    ) -> None:
        within, lead = PROMISES[target]
        urgent = call == 2 and target == "provide"
        started, stopped = NOW - (began or 0) * HOUR, ago(done if done is not None else closed)
        due = started + within * HOUR
        at_risk = due - lead * (2 if urgent else 1) * HOUR
        flags = [flag[2] for flag in FLAGGED if flag[:2] == (call, target)]
        standing = flags[-1] if flags else "on_track"
        check = {"on_track": at_risk, "at_risk": due, "breached": None}[standing]
        if stopped:
            check, standing = None, "met" if done is not None else "cancelled"
        self._add("clock", call_id=call, target=target, cycle=1, urgent=urgent, due_at=due,
                  policy=self._policy(target), started_at=started,
                  gross_due_at=due, at_risk_at=at_risk, stopped_at=stopped, next_check=check,
                  cancelled=stopped is not None and done is None, standing=standing,
                  unwinnable=self.has_calendars and call in NEVER_OPEN and target == "acknowledge",
                  detected_at=NOW - 20 * HOUR if standing == "breached" else None)  # fmt: skip

    def _policy(self, target: str) -> dict[str, Any]:
        within, lead = PROMISES[target]
        said = {"within": within * 3600, "lead": lead * 3600}
        hours = {"staffed": 0, "working": False, "calendar": OFFICE_KEY}
        return {**said, **hours} if self.has_calendars else said

    def _named(self, target: str) -> dict[str, Any]:
        """What an event says of the clock that it starts."""
        names = bool(target) and self.has_calendars
        return {"policies": {target: self._policy(target)}} if names else {}

    def _add(self, name: str, /, **values: Any) -> None:
        """Add a row; what is not given is what an untouched column holds."""
        table = self.tables.tables[name]
        blank: dict[type, Any] = {str: "", bool: False, int: 1, float: 0.0}
        for column in table.columns:
            if not column.nullable and not column.primary_key and column.name not in values:
                values[column.name] = blank[column.type.python_type]
        if self.engine.dialect.name == "sqlite":
            values = {
                key: value.replace(tzinfo=None) if isinstance(value, datetime) else value
                for key, value in values.items()
            }
        self._connection.execute(sa.insert(table), values)


def emptied(url: str, clock: Callable[[], datetime]) -> Store:
    """A database in which nothing stands yet, beside the one at `url` or in its place."""
    if url.startswith("sqlite"):
        return Store(url.replace("helpdesk.sqlite", "older.sqlite"), clock)
    store = Store(url, clock)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    return store


def ago(hours: int | None) -> datetime | None:
    return None if hours is None else NOW - hours * HOUR
