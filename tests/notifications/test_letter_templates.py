"""A letter that could not be written is found at start, not when it is due."""

from pathlib import Path

import pytest

from notifications import letters
from notifications.checking import TemplateBroken, check_templates


def test_every_template_that_we_ship_can_be_written() -> None:
    letters.check()


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("received.requester.txt", "{{ call.requester_name }}", "call.requester_name"),
        ("received.requester.txt", "{{ call.missing[0].colour }}", None),
        ("received.requester.txt", "{{ cal.reference }}", "cal, which"),
        ("received.requester.txt", "{{ call.reference|shout }}", "shout"),
        ("received.requester.txt", "{% if %}", "Expected"),
        ("received.requester.txt", '{% include "_no.txt" %}', "_no.txt"),
        ("breached.owner.txt", "{% for b in breaches %}{{ b.lat }}{% endfor %}", "breaches.lat"),
        ("breached.owner.txt", "{{ breaches[0].lat }}", "breaches.lat"),
        ("digest.supervisor.txt", "{% for a in new %}{% endfor %}{{ a.left }}", "asks for a,"),
        (
            "digest.supervisor.txt",
            "{% for a in at_risk_today %}{{ a.left }}{% endfor %}"
            "{% for a in new %}{{ a.left }}{% endfor %}",
            "new.left",
        ),
        ("breached.owner.txt", '{% import "_no.txt" as no %}', "_no.txt"),
        ("breached.owner.txt", '{% extends "_no.txt" %}', "_no.txt"),
        ("breached.owner.txt", "{% for a, b in breaches %}{{ b }}{% endfor %}", None),
        ("eaten.owner.txt", "", "no facts are declared for 'eaten'"),
        ("received.passer_by.txt", "", "is not named"),
        ("received.requester.pdf", "", "is not named"),
    ],
)
def test_a_broken_template_is_found_at_start(
    tmp_path: Path, name: str, text: str, complaint: str | None
) -> None:
    (tmp_path / name).write_text(f"Subject: a letter\n\n{text}\n")

    if complaint is None:
        check_templates(tmp_path)
        return
    with pytest.raises(TemplateBroken) as told:
        check_templates(tmp_path)

    assert complaint in str(told.value)


def test_a_part_is_checked_in_the_letter_that_uses_it(tmp_path: Path) -> None:
    (tmp_path / "_part.txt").write_text("{{ call.late }}")
    (tmp_path / "reopened.requester.txt").write_text(
        'Subject: a letter\n\n{% include "_part.txt" %}'
    )

    with pytest.raises(TemplateBroken, match=r"reopened\.requester\.txt: asks for call\.late"):
        check_templates(tmp_path)


def test_a_part_in_a_loop_is_checked_for_what_is_looped_over(tmp_path: Path) -> None:
    (tmp_path / "_part.txt").write_text("{{ flag.late }}")
    (tmp_path / "digest.supervisor.txt").write_text(
        'Subject: a letter\n\n{% for flag in new %}{% include "_part.txt" %}{% endfor %}'
        '{% for flag in at_risk_today %}{% include "_part.txt" %}{% endfor %}'
    )

    with pytest.raises(TemplateBroken, match=r"asks for at_risk_today\.late, which"):
        check_templates(tmp_path)


@pytest.mark.parametrize("text", ["", "Dear Anne", "Subject: a letter\nDear Anne"])
def test_a_text_begins_with_its_subject(tmp_path: Path, text: str) -> None:
    (tmp_path / "received.requester.txt").write_text(text)

    with pytest.raises(TemplateBroken, match="does not begin with a subject"):
        check_templates(tmp_path)


def test_no_letter_is_html_only(tmp_path: Path) -> None:
    (tmp_path / "received.requester.html").write_text("<p>Hello</p>")

    with pytest.raises(TemplateBroken, match=r"no received\.requester\.txt beside it"):
        check_templates(tmp_path)
