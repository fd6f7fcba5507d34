"""What a real mail server does with the desk's letters comes back into the desk's mailbox."""

import smtplib
import threading
from email import message_from_bytes, policy

from tests.dovecot import PASSWORD, Dovecot
from tests.mailboxes import fresh_user, mail, source_at, waiting
from tests.postfix import Postfix


def test_a_letter_that_nobody_takes_comes_back_to_the_address_it_was_sent_from(
    imap_server: Dovecot, smtp_server: Postfix
):
    user = fresh_user()
    name, _, domain = user.partition("@")
    plus = f"{name}+odmx17@{domain}"
    with smtplib.SMTP("127.0.0.1", smtp_server.smtp) as post:
        post.login(user, PASSWORD)
        post.sendmail(plus, ["anne@bounce.test"], mail("Your code"))

    with source_at(imap_server, user) as source:
        source.wait(20, threading.Event())
        (bounce,) = waiting(source)

    read = message_from_bytes(bounce.raw, policy=policy.default)
    assert read["Delivered-To"] == plus
    assert read["Return-Path"] == "<>"
    assert read.get_content_type() == "multipart/report"
    assert b"Status: 5.1.1" in bounce.raw
    assert b"Subject: Your code" in bounce.raw
