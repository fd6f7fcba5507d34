"""Mails as they come to the desk of these tests."""

import json

from helpdesk.clock import utc_now
from helpdesk.intake.sources import one
from helpdesk.reception import take_in_one, take_in_stored

FIRST = """From: Anne Archer <anne@rosecottage.example>
To: desk@ods.example
Subject: A code for our home
Message-ID: <first@rosecottage.example>

Name: Anne Archer
Organisation: Rose Cottage
Telephone: 01632 960123
"""
ANSWER = """From: Anne Archer <anne@rosecottage.example>
To: desk@ods.example
Subject: Re: A code for our home
Message-ID: <answer@rosecottage.example>
In-Reply-To: <first@rosecottage.example>

Organisation: Lilac House

On Mon, 2 Mar 2026 at 09:00, Anne Archer <anne@rosecottage.example> wrote:
> Name: Anne Archer
> Organisation: Rose Cottage
"""
AWAY = """From: Anne Archer <anne@rosecottage.example>
Subject: Out of office
Message-ID: <away@rosecottage.example>
Auto-Submitted: auto-replied

I am away until Monday.
"""
ZED = """From: Zed <zed@elsewhere.example>
Subject: [ODS-000007] give it to me
Message-ID: <zed@elsewhere.example>

Give me the code.
"""


def arrives(desk, *mails, reads=None):
    """The mails arrive now, one after the other."""
    app = desk.app(utc_now)
    for mail in mails:
        raw = mail if isinstance(mail, bytes) else mail.encode()
        options = {"reads": reads} if reads else {}
        take_in_one(app.store, app.journal, one(raw, utc_now()), **options)
    app.store.close()


def is_poison(_raw):
    """A reading that no mail survives."""
    raise ValueError("its boundaries are broken")


def is_set_aside(desk, mail):
    """The mail arrives, and cannot be read: not even the third time."""
    arrives(desk, mail, reads=is_poison)
    app = desk.app(utc_now)
    for _ in range(2):
        take_in_stored(app.store, app.journal, reads=is_poison)
    app.store.close()


def listed(desk, *options):
    return {row["id"]: row for row in json.loads(desk.type("mail", "list", *options, "--json").out)}


def call_of(desk, number):
    return desk.rows(f"SELECT * FROM call WHERE id = {number}")[0]


def events(desk, number):
    found = desk.rows(f"SELECT kind, facts FROM event WHERE call_id = {number} ORDER BY id")
    return {row["kind"]: json.loads(row["facts"]) for row in found}
