"""Requests typed into mails, in every layout: what is there is read, and nothing else."""

import time

import pytest

from helpdesk.intake import form
from tests.helpdesk.freely_typed_mails import FREELY
from tests.helpdesk.hastily_typed_mails import HASTILY
from tests.helpdesk.oddly_typed_mails import ODDLY
from tests.helpdesk.typed_mails import LIKE_A_FORM, Typed

SECONDS = 10


@pytest.mark.parametrize("mail", [*LIKE_A_FORM, *FREELY, *ODDLY, *HASTILY])
def test_a_typed_request_is_read_whole_and_nothing_is_made_up(mail: Typed):
    request = form.read(mail.message)

    found = {field: getattr(request, field) for field in mail.expected}
    found["kind"] = request.kind.value if request.kind else ""
    found["purposes"] = ", ".join(request.purposes)
    assert found == mail.expected


@pytest.mark.parametrize(
    "bait",
    [
        " " * 250_000,
        "a@" * 120_000,
        "(" * 250_000,
        "a:" * 120_000,
        "a|" * 120_000,
        "Tel:\n" * 50_000,
        "Thanks\n" * 35_000,
        "Care Home\n" * 25_000,
        "ZZ1 1AA " * 30_000,
        "01632 960123 " * 19_000,
        "my name is Anne Archer and " * 9_000,
        "The of the of the " * 14_000,
        "Name  Organisation  " * 12_000,
    ],
    ids=lambda bait: bait[:12].strip() or "spaces",
)
def test_a_text_made_to_hang_its_reader(bait: str):
    begun = time.process_time()

    form.read(Typed(bait, {}).message)

    assert time.process_time() - begun < SECONDS
