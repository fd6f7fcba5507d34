"""Delivery reports as mail servers write them, about letters of the desk."""

from collections.abc import Callable
from email import message_from_bytes, policy
from hashlib import sha256

from tests.stories.post_office import Posted

WORDS = {
    "5.1.1": "550 5.1.1 {}: Recipient address rejected: User unknown",
    "5.2.2": "552 5.2.2 {}: mailbox full",
    "5.7.1": "550 5.7.1 {}: message refused by our policy",
    "4.4.1": "connect to mx.rosecottage.example: Connection timed out",
    "4.2.2": "452 4.2.2 {}: Over quota",
}
"""What the server of the recipient said, by the status."""

Report = Callable[..., bytes]


def postfix(
    letter: Posted,
    status: str = "5.1.1",
    *,
    action: str = "failed",
    recipient: str = "",
    to: str = "",
    copy: bool = True,
) -> bytes:
    """As Postfix reports; `copy`: with the head of the letter that came back."""
    recipient = recipient or letter.to
    said = WORDS[status].format(f"<{recipient}>")
    late = "WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE." if action == "delayed" else ""
    return _report(
        "MAILER-DAEMON@mx.ods.example (Mail Delivery System)",
        "Delayed Mail (still being retried)" if late else "Undelivered Mail Returned to Sender",
        to or letter.sender,
        "This is the mail system at host mx.ods.example.\n\n"
        f"I'm sorry to have to inform you that your message could not\nbe delivered. {late}\n\n"
        f"<{recipient}>: host mx.rosecottage.example[192.0.2.1] said: {said}",
        "Reporting-MTA: dns; mx.ods.example\nX-Postfix-Queue-ID: 4MADEUP1\n"
        "Arrival-Date: Mon,  2 Mar 2026 09:00:00 +0000 (GMT)\n\n"
        f"Final-Recipient: rfc822; {recipient}\nOriginal-Recipient: rfc822;{recipient}\n"
        f"Action: {action}\nStatus: {status}\nRemote-MTA: dns; mx.rosecottage.example\n"
        f"Diagnostic-Code: smtp; {said}\n",
        f"Content-Type: text/rfc822-headers\n\n{_head(letter)}" if copy else "",
    )


def exchange(
    letter: Posted,
    status: str = "5.1.1",
    *,
    action: str = "failed",
    recipient: str = "",
    to: str = "",
    copy: bool = True,
) -> bytes:
    """As Exchange reports; `copy`: with the letter that came back, whole."""
    recipient = recipient or letter.to
    said = WORDS[status].format(recipient)
    whole = letter.raw.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    return _report(
        "Microsoft Outlook <postmaster@rosecottage.example>",
        f"{'Delivery delayed' if action == 'delayed' else 'Undeliverable'}: {letter.subject}",
        to or letter.sender,
        f"Delivery has failed to these recipients or groups:\n\n{recipient}\n"
        f"Remote Server returned '{said}'",
        "Reporting-MTA: dns;CWLP000MB0001.GBRP000.PROD.NHS.EXAMPLE\n"
        "Received-From-MTA: dns;mx.ods.example\nArrival-Date: Mon, 2 Mar 2026 09:00:01 +0000\n\n"
        f"Final-Recipient: rfc822;{recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp;{said}\nX-Display-Name: Anne Archer\n",
        f"Content-Type: message/rfc822\n\n{whole}" if copy else "",
    )


def _report(sender: str, subject: str, to: str, words: str, status: str, copy: str) -> bytes:
    parts = ["Content-Type: text/plain; charset=us-ascii\n\n" + words]
    parts.append(f"Content-Type: message/delivery-status\n\n{status}")
    parts += [copy] if copy else []
    body = "".join(f"--=_MadeUp\n{part}\n" for part in parts)
    to = to if "@" in to else "desk@ods.example"
    told = f"{words}{status}{copy}{to}".encode("utf-8", "surrogateescape")
    digest = sha256(told).hexdigest()[:12]
    return (
        (
            f"Return-Path: <>\nDelivered-To: {to}\nFrom: {sender}\nTo: {to}\nSubject: {subject}\n"
            f"Message-ID: <{digest}@mx.ods.example>\n"
            "Date: Mon, 02 Mar 2026 09:00:05 +0000\nAuto-Submitted: auto-replied\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n"
            f' boundary="=_MadeUp"\n\n{body}--=_MadeUp--\n'
        )
        .encode("utf-8", "surrogateescape")
        .replace(b"\n", b"\r\n")
    )


def _head(letter: Posted) -> str:
    mail = message_from_bytes(letter.raw, policy=policy.compat32)
    return "".join(f"{name}: {value}\n" for name, value in mail.items()).replace("\r\n", "\n")


REPORTERS: tuple[Report, ...] = (postfix, exchange)
