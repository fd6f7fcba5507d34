"""All storms, by hand and for figures: python -m tests.helpdesk.all_storms 200."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests import dovecot
from tests.helpdesk.mail_storms import intake_storm, mailbox_storm
from tests.helpdesk.storms import Storm, delivery_storm, sweep_storm

STORMS: tuple[Callable[[Path, int, int], Storm], ...] = (intake_storm, sweep_storm, delivery_storm)
"""Those that need nothing but this machine."""


def main(kills: int) -> int:
    broken = 0
    with _all_storms() as storms:
        for name, each in storms.items():
            with tempfile.TemporaryDirectory() as folder:
                found = each(Path(folder), kills, kills)
            words = ", ".join(found.amiss) or "nothing amiss"
            sys.stdout.write(
                f"{name}: {found.kills} kills, {found.extra} extra copies,"
                f" last run: {found.last}; {words}\n"
            )
            broken += bool(found.amiss)
    return broken


@contextmanager
def _all_storms() -> Iterator[dict[str, Callable[[Path, int, int], Storm]]]:
    storms = {each.__name__: each for each in STORMS}
    if dovecot.why_not():
        yield storms
        return
    with tempfile.TemporaryDirectory(prefix="helpdesk-imap-") as folder:
        server = dovecot.Dovecot(Path(folder))
        server.start()
        try:
            yield storms | {"mailbox_storm": partial(mailbox_storm, server=server)}
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
