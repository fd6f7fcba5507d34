"""django-helpdesk's process_email on a folder of mails: its seconds, as JSON.

Run in the peers' interpreter: FILE SIZE; then each line of standard input says how many mails are
to be taken in. They are those of the folder that HELPDESK_MAILS names. Letters are built, and kept
in memory.
"""

import json
import logging
import os
import shutil
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from django_desk import set_up

MEDIA = tempfile.mkdtemp(prefix="helpdesk-media-")
set_up(sys.argv[1], __name__, MEDIA_ROOT=MEDIA)

# These can only be had after the set-up. "helpdesk" is that of django-helpdesk here.
# isort: off
from django.core.management import call_command  # noqa: E402
from django.urls import include, path  # noqa: E402
from helpdesk.email import process_queue  # noqa: E402
from helpdesk.models import FollowUpAttachment, Queue, Ticket  # noqa: E402
# isort: on

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]


def main(file: Path) -> None:
    if not file.exists():
        call_command("migrate", verbosity=0)
    logger = logging.getLogger("django-helpdesk")
    logger.setLevel(logging.ERROR)
    for line in sys.stdin:
        number = int(line)
        with tempfile.TemporaryDirectory() as folder:
            waiting = sorted(Path(os.environ["HELPDESK_MAILS"]).iterdir())
            for each in islice(waiting, number):
                shutil.copy(each, folder)
            queue, _ = Queue.objects.get_or_create(
                title="Codes", slug="codes", email_address="desk@example.org"
            )
            queue.allow_email_submission = True
            queue.email_box_type, queue.email_box_local_dir = "local", folder
            queue.save()
            before = Ticket.objects.count(), FollowUpAttachment.objects.count()
            began = time.perf_counter()
            process_queue(queue, logger)
            took = time.perf_counter() - began
            assert Ticket.objects.count() - before[0] == number
            assert FollowUpAttachment.objects.count() - before[1] >= number
        print(json.dumps({"whole": took}), flush=True)
    shutil.rmtree(MEDIA, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
