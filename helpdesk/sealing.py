"""Sealed ids: a letter's id that nobody but this desk can have made, so that it names its call."""

import hmac
import re
import secrets
from base64 import b32encode
from hashlib import sha256
from typing import NamedTuple

LENGTH = 10
"""How many bytes of the HMAC-SHA256 an id carries: the specification asks for ten at least."""

_ID = re.compile(r"([a-z0-9_-]{1,24})\.([0-9a-f]{16})\.([a-z2-7]{16})")


class Seal(NamedTuple):
    """The desk's seal. What it opens names a letter and its call, and never who writes."""

    key: bytes

    def new_id(self, stem: str) -> str:
        """A new id that begins with `stem`: a call's reference, or what the letter is about.

        Lower case throughout, for some servers know no other; at most 58 characters, so that it
        fits behind the plus sign of an address.
        """
        named = f"{stem.lower()[:24]}.{secrets.token_hex(8)}"
        return f"{named}.{self._seal(named)}"

    def opened(self, text: str) -> str | None:
        """The stem of the first id in `text` that bears this seal; None if there is none."""
        for found in _ID.finditer(text.lower()):
            named = f"{found[1]}.{found[2]}"
            if hmac.compare_digest(found[3], self._seal(named)):
                return found[1]
        return None

    def _seal(self, named: str) -> str:
        digest = hmac.new(self.key, named.encode(), sha256).digest()
        return b32encode(digest[:LENGTH]).decode().lower()
