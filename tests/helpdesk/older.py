"""A desk as older versions left it: the tables of then, with calls in flight."""

from datetime import UTC, datetime, timedelta
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
FLAGGED = (
    # call, target, standing, to whom, the letter that told it
    (2, "provide", "at_risk", "owner", 1),
    (3, "acknowledge", "at_risk", "desk", None),
    (3, "provide", "at_risk", "owner", 2),
    (3, "provide", "breached", "supervisor", None),
    (3, "provide", "breached", "owner", 3),
)


class OlderDesk:
    """The database of a desk that an older version made, and worked."""

    def __init__(self, store: Store, revision: str) -> None:
        self.store, self.engine = store, store.engine
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
        with self.engine.connect().execution_options(read=True) as connection:
            found = {}
            for table in self.tables.sorted_tables:
                columns = ", ".join(f'"{column.name}"' for column in table.columns)
                key = ", ".join(column.name for column in table.primary_key)
                asked = f"SELECT {columns} FROM {table.name} ORDER BY {key}"
                found[table.name] = connection.exec_driver_sql(asked).fetchall()
        found.pop("alembic_version")
        return found

    def _fill(self) -> None:
        known = {"status": "Registered", "source": "made up", "loaded_at": NOW, "dormant": False}
        self._add("agent", name="bart", full_name="Bart Brown", email="bart@desk.example",
                  os_user="bart", role="agent", active=True)  # fmt: skip
        self._add("provider", cqc_id="1-200000001", name="Cottage Care", code="A9QT", **known)
        self._add("location", cqc_id="1-100000001", name="Rose Cottage", code="VLX7K",
                  provider_cqc_id="1-200000001", **known)  # fmt: skip
        self._add("received_mail", mailbox="box", uid="1", state="taken", arrived_at=NOW,
                  stored_at=NOW)  # fmt: skip
        for number, state, outcome, *hours in CALLS:
            self._call(number, state, outcome, hours)
        for number, (call, target, stage, audience, _) in enumerate(FLAGGED, 1):
            self._event(call, stage, hours=20, target=target, cycle=1, by="sweep", actor="sweep")
            if number < 4:
                self._add("letter", key=f"{number}", call_id=call, kind=f"{stage}.{audience}",
                          to_address="bart@desk.example", message_id=f"<{number}@desk.example>",
                          raw=b"Subject: AT RISK\r\n\r\n", state="sent", posted_at=NOW)  # fmt: skip
        for call, target, stage, audience, letter in FLAGGED:
            self._add("alert", call_id=call, target=target, cycle=1, stage=stage,
                      audience=audience, at=NOW - 20 * HOUR, letter_id=letter)  # fmt: skip

    def _call(self, number: int, state: str, outcome: str | None, hours: list[int | None]) -> None:
        received, acknowledged, allocated, closed = hours
        arrived = NOW - (received or 0) * HOUR
        location = 1 if state in {"traced", "allocated"} else None
        self._add("call", state=state, outcome=outcome, received_at=arrived, recorded_at=arrived,
                  promise_at=arrived + 216 * HOUR, closed_at=ago(closed), urgent=number == 2,
                  organisation=f"Rose Cottage {number}", requester_email="anne@rose.example",
                  owner_id=1 if acknowledged else None, location_id=location, kind="care_home",
                  provider_id=location, reply_waiting=number == 5)  # fmt: skip
        self._event(number, "received", received, source="mail")
        for kind, at in (
            ("acknowledged", acknowledged),
            ("traced", acknowledged if location else None),
            ("allocated", allocated),
            ("closed", closed),
        ):
            if at is not None:
                self._event(number, kind, at, outcome=outcome if kind == "closed" else None)
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
                  policy={"within": within * 3600, "lead": lead * 3600}, started_at=started,
                  gross_due_at=due, at_risk_at=at_risk, stopped_at=stopped, next_check=check,
                  cancelled=stopped is not None and done is None, standing=standing,
                  detected_at=NOW - 20 * HOUR if standing == "breached" else None)  # fmt: skip

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


def ago(hours: int | None) -> datetime | None:
    return None if hours is None else NOW - hours * HOUR
