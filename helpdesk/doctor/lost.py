"""What calls depend on, and the settings or the database have lost."""

from collections import Counter
from collections.abc import Iterator

from helpdesk.database import parsed
from helpdesk.doctor.ground import Finding, Health
from helpdesk.doctor.patient import Patient
from helpdesk.errors import ConfigError


def _workflows(patient: Patient) -> Iterator[Finding]:
    rows = patient.reader.rows(
        "SELECT workflow, count(*) AS n, count(closed_at) AS closed FROM call"
        " GROUP BY workflow ORDER BY workflow"
    )
    for row in rows:
        try:
            patient.config.workflow(row["workflow"])
        except ConfigError:
            calls = f"{row['n']} calls ({row['n'] - row['closed']} of them open)"
            words = f"{calls} are of the workflow {row['workflow']!r}, which is not known any more"
            mend = "name its definition in config.toml, [workflows] definitions"
            yield Finding("workflows", Health.ILL, f"{words}: {mend}")


def _calendars(patient: Patient) -> Iterator[Finding]:
    kept = {row["key"] for row in patient.reader.rows("SELECT key FROM calendar")}
    policies = patient.reader.rows(
        "SELECT CAST(policy AS TEXT) AS policy, count(*) AS n FROM clock"
        " GROUP BY CAST(policy AS TEXT)"
    )
    clocks: Counter[str] = Counter()
    for row in policies:
        clocks[parsed(row["policy"]).get("calendar", "")] += row["n"]
    for key in sorted(set(clocks) - kept - {""}):
        words = f"{clocks[key]} clocks go by the calendar {key}, which is missing from the database"
        yield Finding("calendar", Health.ILL, f"{words}: restore it from a backup")


LOST = (_workflows, _calendars)
"""What is looked for."""
