"""The doctor names what calls depend on, and the settings or the database have lost."""

from typing import Any

import pytest

from helpdesk.app import App, build
from helpdesk.config.settings import Config
from helpdesk.config.settings import Store as StoreSettings
from helpdesk.database import reading
from helpdesk.doctor import Finding, Health, Patient, examine
from helpdesk.errors import CalendarLost
from helpdesk.intake import Request
from helpdesk.journal import Who
from tests.helpdesk.made import rows

BART = Who("bart", "bart")


@pytest.fixture
def app(url: str, clock: Any) -> App:
    """A desk with two calls, received by Bart."""
    made = build(Config(store=StoreSettings(database=url)), clock)
    made.desk.first_agent("bart", "Bart Brown")
    for home in ("Rose Cottage", "Lilac House"):
        made.desk.raise_call(Request(organisation=home), BART, None)
    return made


def found(app: App, about: str) -> list[Finding]:
    with reading(app.store.url) as reader:
        findings = examine(Patient(app.config, reader, app.store.clock()))
    return [each for each in findings if each.about == about and each.health is Health.ILL]


def changed(app: App, sql: str) -> None:
    rows(app.store, f"{sql} RETURNING 1 AS n")


def test_a_workflow_that_the_settings_have_lost_is_named(app: App) -> None:
    assert found(app, "workflows") == []

    changed(app, "UPDATE call SET workflow = 'visits'")
    changed(app, "UPDATE call SET closed_at = received_at WHERE id = 2")

    (finding,) = found(app, "workflows")
    assert finding.words == (
        "2 calls (1 of them open) are of the workflow 'visits', which is not known any more: name"
        " its definition in config.toml, [workflows] definitions"
    )


def test_a_calendar_that_the_database_has_lost_is_named(app: App) -> None:
    (key,) = [row["key"] for row in rows(app.store, "SELECT key FROM calendar")]
    assert found(app, "calendar") == []

    changed(app, "DELETE FROM calendar")

    (finding,) = found(app, "calendar")
    assert finding.words == (
        f"2 clocks go by the calendar {key}, which is missing from the database: restore it from"
        " a backup"
    )
    with pytest.raises(CalendarLost, match=key):
        app.desk.acknowledge("1", BART)
