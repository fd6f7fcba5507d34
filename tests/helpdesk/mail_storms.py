"""Storms over what arrives: in a Maildir, and in a mailbox on a server."""

from collections import Counter
from pathlib import Path

from tests.dovecot import PASSWORD, Dovecot
from tests.helpdesk.made import MadeDesk, automatic_mail, request_mail
from tests.helpdesk.storms import Storm, storm, storm_desk
from tests.mailboxes import fresh_user


def intake_storm(folder: Path, kills: int, seed: int) -> Storm:
    """Each mail ends as one call with one receipt, or filed; none is lost, or taken in twice."""
    desk, mails = storm_desk(folder), list[bytes]()

    def arrive(turn: int) -> None:
        mails.extend(_mails(turn))
        desk.receive([*mails[-10:], mails[-5]])

    landed, last = storm(desk, "intake", kills, seed, arrive)

    left = [path for name in ("new", "cur") for path in (desk.maildir / name).iterdir()]
    amiss = [f"left in the Maildir: {len(left)}"] if left else []
    return Storm(landed, amiss + _amiss(desk, len(mails), doubled=kills + 1), last)


def mailbox_storm(folder: Path, kills: int, seed: int, server: Dovecot) -> Storm:
    """The same in a mailbox on a server; what was taken in is moved there, and nothing else."""
    user = fresh_user()
    desk, mails = storm_desk(folder), list[bytes]()
    place = server.mailbox(user)
    (folder / "imap_password").write_text(PASSWORD)
    with (folder / "config.toml").open("a") as config:
        config.write(
            f"""
[[intake.mailboxes]]
host = "{place.host}"
port = {place.port}
security = "{place.security.value}"
user = "{user}"
password_file = "imap_password"
"""
        )

    def arrive(turn: int) -> None:
        mails.extend(_mails(turn))
        for each in [*mails[-10:], mails[-5]]:
            server.put(each, user=user)

    landed, last = storm(desk, "intake", kills, seed, arrive)

    with server.box(user) as box:
        lying = {
            name: box.folder_status(name, ["MESSAGES"])[b"MESSAGES"]
            for name in ("INBOX", "Processed", "Quarantine")
            if box.folder_exists(name)
        }
    amiss = [] if lying["INBOX"] == 0 else [f"left in the mailbox: {lying}"]
    if sum(lying.values()) != len(mails) + kills + 1:
        amiss.append(f"of {len(mails) + kills + 1} mails there lie {lying}")
    return Storm(landed, amiss + _amiss(desk, len(mails), doubled=kills + 1), last)


def _mails(turn: int) -> list[bytes]:
    numbers = range(10 * turn, 10 * turn + 10)
    return [automatic_mail(n) if n % 7 == 3 else request_mail(n) for n in numbers]


def _amiss(desk: MadeDesk, mails: int, *, doubled: int) -> list[str]:
    """What is wrong with a desk that got so many mails, and some of them twice."""
    states = Counter(
        row["state"] for row in desk.rows("SELECT state FROM received_mail ORDER BY id")
    )
    calls = desk.rows(
        """SELECT c.id, c.unreadable,
        (SELECT count(*) FROM received_mail m WHERE m.call_id = c.id
         AND m.state IN ('taken', 'quarantined')) AS mails,
        (SELECT count(*) FROM event e WHERE e.call_id = c.id AND e.kind = 'received') AS begun,
        (SELECT count(*) FROM clock k WHERE k.call_id = c.id) AS clocks,
        (SELECT count(*) FROM message m WHERE m.call_id = c.id) AS messages,
        (SELECT count(*) FROM letter l WHERE l.call_id = c.id) AS receipts FROM call c"""
    )
    aside = states["quarantined"]  # a mail that was in hand at three kills
    amiss: list[str] = []
    if states["waiting"] or states.total() != mails + doubled:
        amiss.append(f"of {mails} mails: {states}")
    if states["duplicate"] != doubled or len(calls) != states["taken"] + aside:
        amiss.append(f"{len(calls)} calls: {states}")
    amiss += [
        f"{row}"
        for row in calls
        for whole in [
            (1, 1, 1, 0, 0) if row["unreadable"].startswith("no program") else (1, 1, 1, 1, 1)
        ]
        if tuple(row.values())[2:] != whole
    ]
    return amiss
