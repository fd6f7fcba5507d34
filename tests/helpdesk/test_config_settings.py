"""The settings of promises, holds, letters and workflows: what they mean, and what is refused."""

from datetime import time, timedelta

import pytest

from helpdesk.config.settings import Config, Count, Promise, load
from helpdesk.errors import ConfigError
from workflows.calendar import ALWAYS
from workflows.lifecycle import ACKNOWLEDGE, ODS_CODE, PROVIDE

OTHER_WORKFLOW = '''
"""A workflow of the desk's own."""
from datetime import timedelta
from workflows.definition import Workflow
from workflows.targets import Policy, Target

ANSWER = Target("answer", "new", "done", Policy(timedelta(hours=5), timedelta(hours=1)))
COMPLAINT = Workflow("complaint", ("new", "done"), (), (ANSWER,))
AGAIN = Workflow("ods_code", ("new", "done"), (), (ANSWER,))
WORD = "complaint"
'''


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def configured(folder, text: str) -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load(folder / "config.toml")


@pytest.fixture
def modules(tmp_path, monkeypatch):
    (tmp_path / "complaints_made_up.py").write_text(OTHER_WORKFLOW, encoding="utf-8")
    (tmp_path / "broken_made_up.py").write_text("def", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_without_settings_the_targets_keep_their_own_policies_by_the_desks_hours(tmp_path):
    config = configured(tmp_path, "")

    policies = config.sla.policies_of(ODS_CODE, config.hours)

    assert policies == {
        "acknowledge": ACKNOWLEDGE.policy._replace(calendar=config.hours),
        "provide": PROVIDE.policy._replace(calendar=config.hours),
    }


def test_a_promise_may_count_desk_hours(tmp_path):
    config = configured(
        tmp_path, '[sla.provide]\ncount = "working"\nwithin = "40 hours"\nstaffed = "90 minutes"\n'
    )

    policy = config.sla.policies_of(ODS_CODE, config.hours)["provide"]

    assert (policy.within, policy.staffed, policy.working) == (hours(40), hours(1.5), True)
    assert policy.lead == hours(48)
    assert policy.calendar is config.hours
    assert not config.sla.policies_of(ODS_CODE, config.hours)["acknowledge"].working


def test_a_promise_that_is_given_in_part_keeps_the_rest(tmp_path):
    config = configured(tmp_path, '[sla.acknowledge]\nwithin = "36 hours"\n')

    assert config.sla.acknowledge == Promise(within=hours(36), lead=hours(12), staffed=hours(4))
    assert config.sla.provide == Config().sla.provide


def test_staffed_hours_need_not_warn(tmp_path):
    text = '[sla.acknowledge]\nstaffed = "0 hours"\n'

    assert configured(tmp_path, text).sla.acknowledge.staffed == timedelta()


def test_holds_letters_and_people_are_as_product_says_by_default():
    config = Config()

    assert config.holds.rules == (True, timedelta(days=28), (3, 7), 14, hours(24))
    assert config.calls.reopen_within == timedelta(days=30)
    assert (config.people.lead, config.people.operator) == ((), ())
    assert (config.ladder.quiet, config.ladder.rows) == (True, 50)
    assert (config.ladder.digest_minute, config.ladder.weekday) == (540, 0)
    assert config.ladder.level_2 == hours(24)


def test_holds_letters_and_people_can_be_set(tmp_path):
    config = configured(
        tmp_path,
        """
[people]
lead = ["lee@example.org", "lee@example.org"]
operator = ["ops@example.org"]
[holds]
awaiting_requester = false
awaiting_cqc = "0 days"
chasers = [5, 10]
no_reply = 21
audit_before_due = "12 hours"
[calls]
reopen_within = "2 weeks"
[ladder]
quiet = false
digest = "8:30"
weekly = "Friday"
level_2 = "16 hours"
rows = 1000
""",
    )

    assert config.people.lead == ("lee@example.org",)
    assert config.people.operator == ("ops@example.org",)
    assert config.holds.rules == (False, timedelta(), (5, 10), 21, hours(12))
    assert config.calls.reopen_within == timedelta(days=14)
    assert (config.ladder.quiet, config.ladder.rows) == (False, 1000)
    assert (config.ladder.digest_minute, config.ladder.weekday) == (510, 4)
    assert config.model_dump()["ladder"]["digest"] == "08:30"


def test_a_time_of_day_may_be_written_as_toml_writes_it(tmp_path):
    assert configured(tmp_path, "[ladder]\ndigest = 08:30:00\n").ladder.digest == time(8, 30)


@pytest.mark.parametrize(
    ("section", "setting", "words"),
    [
        ("sla.provide", 'count = "work"', "count: write 'elapsed' or 'working'"),
        ("sla.provide", "within = 48", "write a length of time, for example '48 hours'"),
        ("sla.provide", 'lead = "soon"', "'soon' is not a length of time"),
        ("sla.provide", 'within = "0 days"', "it must be longer than no time at all"),
        ("sla.provide", 'staffed = "1 day"', "a desk day is not 24 hours: write hours"),
        ("sla.provide", 'stafed = "1 h"', "unknown setting, did you mean 'staffed'?"),
        ("holds", "awaiting_requester = 7", "write true or false"),
        ("holds", 'awaiting_cqc = "long"', "'long' is not a length of time"),
        ("holds", "chasers = [3]", "write two days, the second after the first: [3, 7]"),
        ("holds", "chasers = [7, 3]", "write two days, the second after the first"),
        ("holds", "chasers = [0, 3]", "write two days"),
        ("holds", "chasers = [3, 7, 9]", "write two days"),
        ("holds", 'chasers = ["3", "7"]', "write two days"),
        ("holds", "chasers = 3", "write two days"),
        ("holds", "no_reply = 7", "later than the last of chasers, day 7"),
        ("holds", 'no_reply = "never"', "integer"),
        ("holds", "no_reply = 4000", "less than or equal to 3653"),
        ("holds", "chasers = [3, 4000]", "two days"),
        ("calls", 'reopen_within = "4000 days"', "longer than ten years"),
        ("ladder", 'level_2 = "99999999999999 hours"', "longer than ten years"),
        ("holds", "audit_before_due = 24", "write a length of time"),
        ("calls", 'reopen_within = "0 days"', "longer than no time at all"),
        ("people", 'lead = ["lee"]', "'lee'"),
        ("people", 'operator = "ops@example.org"', "write a list"),
        ("ladder", 'quiet = "at night"', "write true or false"),
        ("ladder", 'digest = "nine"', "'nine' is not a time of day; write for example '09:00'"),
        ("ladder", 'digest = "24:00"', "'24:00' is not a time of day"),
        ("ladder", "digest = 9", "9 is not a time of day"),
        ("ladder", 'weekly = "mon"', "'mon' is not a day of the week; write for example 'monday'"),
        ("ladder", 'level_2 = "2 days"', "a desk day is not 24 hours"),
        ("ladder", "rows = 0", "greater than or equal to 1"),
        ("ladder", "rows = 1001", "less than or equal to 1000"),
        ("workflows", 'definitions = ["complaints"]', "'complaints' names no workflow; write"),
        ("workflows", 'definitions = ["no_such_made_up:X"]', "no_such_made_up cannot be imported"),
        ("workflows", 'definitions = ["broken_made_up:X"]', "broken_made_up cannot be imported"),
        ("workflows", 'definitions = ["complaints_made_up:X"]', "there is no X in complaints_made"),
        ("workflows", 'definitions = ["complaints_made_up:WORD"]', "is not a workflow"),
        ("workflows", 'definitions = ["complaints_made_up:AGAIN"]', "is called 'ods_code', as"),
        ("desk", "name = 'The <desk>'", "a name goes without < > @ and quotation marks"),
        ("desk", "zone = 'Mars'", "there is no time zone 'Mars'; write for example Europe/London"),
        ("store", "database = 'desk.sqlite'", "write sqlite:///FILE, or postgresql://"),
        ("ladder", "rouws = 9", "unknown setting, did you mean 'rows'?"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line_and_its_mend(modules, section, setting, words):
    name = setting.partition(" =")[0]

    with pytest.raises(ConfigError) as told:
        configured(modules, f"# ours\n[{section}]  # a word\n{setting}\n")

    assert str(told.value).startswith(f"{modules / 'config.toml'}:3: {section}.{name}")
    assert words in str(told.value)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[sla.provide]\ncount = "working"\nwithin = "2 days"\n', 3, "a desk day is not 24 hours"),
        ('[sla.provide]\nwithin = "1w"\ncount = "working"\n', 2, "a desk day is not 24 hours"),
        ('[sla.provide]\ncount = "working"\n', 1, "write it in hours of the desk"),
        ('[sla.provide]\ncount = "working"\nwithin = "8 h"\n', 1, "staffed must be shorter than"),
        ('[sla.provide]\nlead = "7 days"\n', 1, "lead must be shorter than within"),
        ("[holds]\nchasers = [10, 20]\n", 1, "no_reply must be later than the last of chasers"),
        ("\nladder = 7\n", 2, "it is a section"),
        ('[[intake.mailboxes]]\nuser = "a"\n', 1, "it is not set, and there is no default"),
        (
            '[[intake.mailboxes]]\nhost = "a"\nuser = "b"\npasswd_file = "x"\n',
            4,
            "unknown setting, did you mean 'password_file'?",
        ),
        ('[[intake.mailboxes]]\nhost = "a"\nuser = "b"\n' * 2, 1, "is there twice"),
    ],
)
def test_settings_that_do_not_go_together_are_told(tmp_path, text, line, words):
    with pytest.raises(ConfigError) as told:
        configured(tmp_path, text)

    assert str(told.value).startswith(f"{tmp_path / 'config.toml'}:{line}: ")
    assert words in str(told.value)


def test_every_fault_is_told_at_once(tmp_path):
    with pytest.raises(ConfigError) as told:
        configured(tmp_path, '[ladder]\nrows = 0\ndigest = "x"\n[holds]\nno_reply = 1\n')

    assert len(str(told.value).splitlines()) == 3


def test_calls_can_go_by_more_workflows_than_the_desks_own(modules):
    config = configured(modules, '[workflows]\ndefinitions = ["complaints_made_up:COMPLAINT"]\n')

    complaint = config.workflow("complaint")

    assert complaint.states == ("new", "done")
    assert config.workflow("ods_code") is ODS_CODE
    (policy,) = config.sla.policies_of(complaint, config.hours).values()
    assert (policy.within, policy.calendar) == (hours(5), config.hours)


def test_a_workflow_that_the_settings_have_lost_is_told():
    with pytest.raises(ConfigError, match=r"'complaint': name its definition in config.toml"):
        Config().workflow("complaint")


def test_a_promise_made_in_code_needs_no_words():
    promise = Promise(count=Count.WORKING, within=hours(16), lead=hours(48), staffed=hours(4))

    assert promise.policy(ALWAYS) == (hours(16), hours(48), hours(4), True, ALWAYS)
