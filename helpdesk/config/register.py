"""The sections of config.toml about the register, and the codes that the desk may allocate."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from helpdesk.config.post import Section

_LETTER = "[0-9ACDEFGHJKLMNPQRTVWXY]"
_RANGES = {
    "site": (f"V{_LETTER}{{4}}-V{_LETTER}{{4}}", "VX000-VX9YY"),
    "parent": (f"(A{_LETTER}{{3}}-A{_LETTER}{{3}}|C{_LETTER}{{3}}-C{_LETTER}{{3}})", "AX00-AX9Y"),
}


def _site_range(text: str) -> str:
    return _range(text, "site")


def _parent_range(text: str) -> str:
    return _range(text, "parent")


def _range(text: str, level: str) -> str:
    pattern, example = _RANGES[level]
    plain = text.upper().replace(" ", "")
    if not re.fullmatch(pattern, plain):
        raise ValueError(
            f"{text!r} is no range of {level} codes; write the first and the last, like {example}"
            " (B, I, O, S, U and Z are not used)"
        )
    first, _, last = plain.partition("-")
    if first > last:
        raise ValueError(f"{text!r} goes backwards; write the first code before the last")
    return plain


def _api(text: str) -> str:
    """Where CQC's API is. ValueError if the key would travel in clear, or stand in the file."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # half an address of the sixth version, or a port that is no number
        parts, host = urlsplit(""), ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))
    if not (host and is_safe) or parts.username or parts.query or parts.fragment:
        raise ValueError(
            "write where CQC's API is as https://HOST/public/v1, without a key: that is read from"
            " api_key_file"
        )
    return text.rstrip("/")


def _proxy(text: str) -> str:
    """A proxy's address, or none. ValueError for one with a password: this file is read by many."""
    try:
        parts = urlsplit(text)
        is_one = bool(parts.scheme in ("http", "https") and parts.hostname) and parts.port != 0
    except ValueError:
        is_one, parts = False, urlsplit("")
    if text and (not is_one or parts.username or parts.path.strip("/") or parts.query):
        raise ValueError(
            "write the proxy as http://HOST:PORT, without a password: if it wants one, leave this"
            " out, and set HTTPS_PROXY in the environment"
        )
    return text.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Cqc(Section):
    """CQC's API, from which `register fetch` brings documents."""

    api_url: Annotated[str, AfterValidator(_api)] = "https://api.service.cqc.org.uk/public/v1"
    api_key_file: Path | None = None
    per_minute: int = Field(default=1_000, ge=1, le=60_000)  #: documents; CQC allows 2,000
    proxy: Annotated[str, AfterValidator(_proxy)] = ""  #: "" for what the environment says
    ca_file: Path | None = None


class Codes(Section):
    """The ranges from which the desk allocates codes that nobody had; none if it may not."""

    site_pool: tuple[Annotated[str, AfterValidator(_site_range)], ...] = ()
    parent_pool: tuple[Annotated[str, AfterValidator(_parent_range)], ...] = ()
