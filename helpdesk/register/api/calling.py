"""Asks CQC's API for one thing at a time, with patience."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from pydantic import SecretStr
from urllib3.exceptions import HTTPError, ProxyError

from helpdesk.clock import ticks
from helpdesk.errors import ApiDown, ConfigError, KeyRefused
from helpdesk.register.api.pace import Pace
from helpdesk.register.api.way import Way, opened, proxy_name, trouble_with

KEY = "Ocp-Apim-Subscription-Key"

CONNECTIONS = 8
"""How many are kept open: one alone would spend most of its time waiting for answers."""

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each new try of what failed; then it is given up."""

LONGEST_PAUSE = 300.0
"""Seconds. If the API tells us to come back later than that, a person should know."""

DEADLINE = 60.0
"""Seconds for one answer, from the question to its last byte."""

LARGEST = 4 << 20
"""Bytes. The largest real document has a twentieth of that."""

CHUNK = 1 << 16
OK, MULTIPLE, BAD_REQUEST, SERVER_ERROR = 200, 300, 400, 500
UNAUTHORISED, FORBIDDEN, NOT_FOUND, TIMEOUT, TOO_MANY, UNAVAILABLE = 401, 403, 404, 408, 429, 503


class NotThere(Exception):
    """The API knows nothing of that address."""


class Unanswered(Exception):
    """What came was no answer, however often it was asked for."""


class _Passing(Exception):
    """What went wrong may be over by the next try."""


class _Held(Exception):
    """The API wants nothing to be asked for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Caller:
    """The API at `url`, for any number of threads. The key goes to no other host.

    Raises NotThere or Unanswered for what concerns one address; ApiDown or KeyRefused, which a
    person has to see to, for all else. None of these says the key.
    """

    def __init__(
        self,
        url: str,
        key: SecretStr,
        per_minute: int,
        pauses: tuple[float, ...] = PAUSES,
        deadline: float = DEADLINE,
        way: Way = Way(),  # noqa: B008  # a value that never changes
    ) -> None:
        self.url = url
        self.host = urlsplit(url).netloc
        self._pace = Pace(per_minute)
        self._pauses = pauses
        self._deadline = deadline
        patience = urllib3.Timeout(connect=min(10.0, deadline), read=min(30.0, deadline))
        self._proxy = proxy_name(way, url)
        self._pool = opened(
            way,
            url,
            headers={KEY: _sendable(key), "Accept": "application/json", "Accept-Encoding": "gzip"},
            maxsize=CONNECTIONS,
            timeout=patience,
            retries=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._pool.clear()

    def stop(self) -> None:
        """Ask nothing any more: whoever waits for a turn is Unanswered."""
        self._pace.stop()

    def ask(self, *place: str, **query: str | int) -> dict[str, Any]:
        """The JSON object that the API has at that place."""
        path = "/".join(quote(part, safe="") for part in place)
        address = f"{self.url}/{path}" + (f"?{urlencode(query)}" if query else "")
        held = 0.0
        why = ""
        for pause in chain(self._pauses, (None,)):
            if not self._pace.wait():
                raise Unanswered("the asking was stopped")
            try:
                return self._once(address)
            except _Held as asked:
                held = asked.seconds
                self._pace.hold(held)
                why = "it says that too much is asked of it"
            except _Passing as passing:
                held, why = 0.0, str(passing)
                self._pace.rest(pause or 0)
        if held:
            raise ApiDown(
                f"{self.host} holds us up again and again, for it says that too much is asked of"
                " it: set cqc.per_minute lower, and type the same command again"
            )
        raise Unanswered(why)

    def _once(self, address: str) -> dict[str, Any]:
        started = ticks()
        with _trouble(self.host, self._proxy):
            answer = self._pool.request(
                "GET", address, redirect=False, retries=False, preload_content=False
            )
            try:
                self._check(answer)
                body = b"".join(self._body(answer, started))
            finally:
                answer.close()  # the line too, unless all was read: then it is kept by now
                answer.release_conn()
        return _read(body)

    def _check(self, answer: urllib3.BaseHTTPResponse) -> None:
        """Raise what a status says that is not 200."""
        status, later = answer.status, answer.headers.get("Retry-After")
        if status == OK:
            return
        if status == TOO_MANY or (later and status in (FORBIDDEN, UNAVAILABLE)):
            raise _Held(self._how_long(status, later))  # 403: so it tells of a used-up quota
        if status in (UNAUTHORISED, FORBIDDEN):
            raise KeyRefused(
                f"{self.host} does not take the key ({status}): put the one that CQC gave you into"
                " cqc.api_key_file"
            )
        if status == NOT_FOUND:
            raise NotThere
        if status == TIMEOUT or status >= SERVER_ERROR:
            raise _Passing(f"it answers {status}")
        mend = "correct cqc.api_url" if status < BAD_REQUEST else "see that cqc.api_url is right"
        what = "sends us to another address" if status < BAD_REQUEST else "refuses the question"
        raise ApiDown(f"{self.host} {what} ({status}): {mend}")

    def _how_long(self, status: int, later: str | None) -> float:
        """The seconds that the API wants us to wait."""
        seconds = float(later) if later and later.strip().isdecimal() else self._pauses[-1]
        if seconds > LONGEST_PAUSE:
            raise ApiDown(
                f"{self.host} wants to be asked nothing for {round(seconds / 60)} minutes"
                f" ({status}): type the same command again then, and it goes on from here"
            )
        return max(1.0, seconds) if later else seconds

    def _body(self, answer: urllib3.BaseHTTPResponse, started: float) -> Iterator[bytes]:
        size = 0
        while piece := answer.read1(CHUNK):
            size += len(piece)
            if size > LARGEST:
                raise Unanswered(f"it is larger than {LARGEST >> 20} MB")
            if ticks() - started > self._deadline:
                raise _Passing(f"it takes longer than {self._deadline:.0f} seconds")
            yield piece


@contextmanager
def _trouble(host: str, proxy: str) -> Iterator[None]:
    """Tell in our words what urllib3 says: it would quote what was sent."""
    try:
        yield
    except HTTPError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise ApiDown(
                f"{host} cannot prove who it is: its certificate is not trusted here (see to the"
                " certificates of this machine, and that cqc.api_url is right; if a proxy of your"
                " network signs what passes through it, name its certificate in cqc.ca_file)"
            ) from None
        if proxy and (isinstance(error, ProxyError) or "Tunnel connection" in str(error)):
            raise _Passing(trouble_with(proxy, host, error)) from None
        raise _Passing(f"no answer comes through ({type(error).__name__})") from None


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise _Passing("it answers something else than JSON") from None
    if not isinstance(found, dict):
        raise _Passing("it answers something else than a JSON object")
    return found


def _sendable(key: SecretStr) -> str:
    """The key as a header; what cannot be one would be quoted by whoever refuses it."""
    found = key.get_secret_value()
    if not (found.isascii() and found.isprintable() and " " not in found):
        raise ConfigError(
            "what is set as the key of CQC's API is none: it is letters and digits on one line"
        )
    return found
