"""Makes text from outside safe to show: the one way in which it reaches a terminal."""

import re

UNSAFE = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, and so every escape sequence
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e"  # characters without a shape
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"  # zero width, and turns of direction
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"  # halves of characters, and tags
)
SPACES = r"[\t\n\r]+"


def cell(value: object) -> str:
    """`value` on one line, with nothing in it that a terminal would obey."""
    text = str(value)
    if text.isascii() and text.isprintable():  # nearly always, and then there is nothing to do
        return text
    return re.sub(UNSAFE, "\ufffd", re.sub(SPACES, " ", text))


def block(text: str) -> list[str]:
    """The lines of `text`, each of them safe."""
    return [cell(line.expandtabs(4)) for line in text.splitlines()]
