"""Mails as no program would write them: bytes flipped, cut out, doubled, and put in."""

from collections.abc import Sequence
from random import Random

MOST_DAMAGE = 8

#: What readers of mail stumble over; it is put in where nobody expects it.
STONES = (
    *(b"\x00", b"\r", b"\n", b"\n\n", b"\r\n\r\n", b"\xff\xfe", b"\xed\xa0\x80", b"\x1b$B", b"\t"),
    *(b"=?utf-8?q?=0D=0A?=", b"=?utf-8?b?", b"=?x?q?=00?=", b"?=", b"=", b"<", b">", b"(", b'"'),
    *(b"--", b"\n--b\n", b"\nContent-Type: multipart/mixed; boundary=b\n", b"; name*0*=utf-8''%00"),
    *(b"\nContent-Type: text/html\n\n<table><td>", b"\nContent-Transfer-Encoding: base64\n", b":"),
    *(b"; charset=utf-16", b"; charset=utf-7", b"message/rfc822", b"message/delivery-status"),
    *(
        b"\nFrom: ",
        b"\n> ",
        b"\nOn Monday wrote:\n",
        b"\n-- \n",
        b"a@b",
        b"1-",
        b"9" * 50,
        b"&#x0;",
    ),
)


def mutilated(raw: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """`raw` with a few things done to it; some may come out of other mails."""
    for _ in range(random.randint(1, MOST_DAMAGE)):
        raw = random.choice((_flipped, _cut, _doubled, _stumbled, _cut_off))(raw, random)
        if random.random() < 0.1:
            raw = _spliced(raw, random.choice(others), random)
    return raw


def _flipped(raw: bytes, random: Random) -> bytes:
    made = bytearray(raw)
    for _ in range(min(len(made), random.randint(1, 20))):
        made[random.randrange(len(made))] = random.randrange(256)
    return bytes(made)


def _passage(raw: bytes, random: Random) -> tuple[int, int]:
    begin = random.randint(0, len(raw))
    return begin, min(len(raw), begin + random.choice((1, 2, 10, 100, 1000, 10_000)))


def _cut(raw: bytes, random: Random) -> bytes:
    begin, end = _passage(raw, random)
    return raw[:begin] + raw[end:]


def _doubled(raw: bytes, random: Random) -> bytes:
    begin, end = _passage(raw, random)
    return raw[:end] + raw[begin:end] * random.choice((1, 2, 50)) + raw[end:]


def _stumbled(raw: bytes, random: Random) -> bytes:
    at = random.randint(0, len(raw))
    return raw[:at] + random.choice(STONES) * random.choice((1, 1, 3, 200)) + raw[at:]


def _cut_off(raw: bytes, random: Random) -> bytes:
    # Seldom, for nothing else can be done to what is not there.
    return raw[: random.randint(0, len(raw))] if random.random() < 0.2 else raw


def _spliced(raw: bytes, other: bytes, random: Random) -> bytes:
    begin, end = _passage(other, random)
    at = random.randint(0, len(raw))
    return raw[:at] + other[begin:end] + raw[at:]
