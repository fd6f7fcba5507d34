"""CQC's API on a port of its own, as it is documented, and as ill as a test wants it."""

import json
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from helpdesk.register.api import Caller

KEY = "a-made-up-key-0123456789"
FIRST = "locations/1-100000001"
BASE = "/public/v1"
QUICK = (0.01, 0.01, 0.01)
"""Seconds before each new try, for tests that cannot wait."""

IDS = {"locations": "locationId", "providers": "providerId"}


def location(number: int, **more: Any) -> dict[str, Any]:
    """A made-up care home, with persons in it that nobody may keep."""
    return {
        "locationId": f"1-{100_000_000 + number}",
        "providerId": "1-200000001",
        "type": "Social Care Org",
        "inspectionDirectorate": "Unspecified",
        "name": f"Rose Cottage {number}",
        "odsCode": f"VN{number:03}".replace("5", "A").replace("8", "C"),
        "registrationStatus": "Registered",
        "postalCode": "ZZ1 1AA",
        "careHome": "Y",
        "gacServiceTypes": [{"name": "Residential homes", "description": "long"}],
        "relationships": [{"type": "HSCA Predecessor", "relatedLocationName": "Old Secretperson"}],
        "regulatedActivities": [{"contacts": [{"personFamilyName": "Secretperson"}]}],
        **more,
    }


def provider(number: int, **more: Any) -> dict[str, Any]:
    return {
        "providerId": f"1-{200_000_000 + number}",
        "type": "Social Care Org",
        "name": f"Rose Care {number} Ltd",
        "registrationStatus": "Registered",
        "contacts": [{"personFamilyName": "Secretperson", "personRoles": ["Nominated Individual"]}],
        **more,
    }


def calling(
    api: "CqcApi", key: str = KEY, deadline: float = 5.0, per_minute: int = 60_000
) -> Caller:
    """Somebody who asks that API, and is not patient."""
    return Caller(api.url, SecretStr(key), per_minute, QUICK, deadline)


class CqcApi(ThreadingHTTPServer):
    """Has documents, lists them, and does what `troubles` say first."""

    daemon_threads = True

    def __init__(self, documents: list[dict[str, Any]], certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.scheme = "https" if certificate else "http"
        if certificate:
            trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            trust.load_cert_chain(certificate)
            self.socket = trust.wrap_socket(self.socket, server_side=True)
        self.documents = documents
        self.changed: list[str] = []  #: the ids that are listed as changed
        self.listed_too: list[str] = []  #: locations that are listed, and are not there
        self.page_size = 3
        self.more: dict[str, Any] = {}  #: what the pages say otherwise
        self.turns_pages = True
        self.pause = 0.0  #: seconds before each document
        #: what is done instead of an answer: for a path, one after the other, then no more
        self.troubles: dict[str, list[str]] = {}
        self.asked: list[str] = []  #: the paths with their questions, below BASE
        self.keys: set[str | None] = set()
        self.lines = 0  #: connections that were made
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}{BASE}"

    @property
    def asked_for(self) -> Counter[str]:
        """How often each document was asked for."""
        return Counter(each for each in self.asked if "?" not in each)

    def find(self, place: str, number: str) -> dict[str, Any] | None:
        name = IDS[place]
        known = (each for each in self.documents if place_of(each) == place)
        return next((each for each in known if each[name] == number), None)

    def page(self, place: str, question: dict[str, str]) -> dict[str, Any]:
        kind = place.removeprefix("changes/")
        values: list[Any] = [each for each in self.documents if place_of(each).startswith(kind)]
        if place.startswith("changes/"):
            name = f"{kind}Id"
            values = [each[name] for each in values if each[name] in self.changed]
        else:
            values = [{IDS[place]: each[IDS[place]], "postalCode": "ZZ1 1AA"} for each in values]
            if place == "locations":
                values += [{"locationId": each} for each in self.listed_too]
        number = int(question["page"]) if self.turns_pages else 1
        pages = -(-len(values) // self.page_size)
        shown = values[(number - 1) * self.page_size : number * self.page_size]
        following = f"/{place}?page={number + 1}" if number < pages else None
        return {
            "total": len(values),
            "page": number,
            "perPage": self.page_size,
            "totalPages": pages,
            "nextPageUri": following,
            ("changes" if place.startswith("changes/") else place): shown,
            **self.more,
        }

    def trouble(self, path: str) -> str:
        with self._lock:
            self.asked.append(path)
            waiting = self.troubles.get(path.partition("?")[0], [])
            return waiting.pop(0) if waiting else ""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a desk that is killed hangs up, and that is what a test asks for."""


def place_of(document: dict[str, Any]) -> str:
    return "locations" if "locationId" in document else "providers"


class _Answering(BaseHTTPRequestHandler):
    server: CqcApi
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.server.lines += 1
        super().setup()

    def do_GET(self) -> None:  # as the library calls it
        path = self.path.removeprefix(BASE).strip("/")
        key = self.headers["Ocp-Apim-Subscription-Key"]
        self.server.keys.add(key)
        trouble = self.server.trouble(path)
        if trouble:
            getattr(self, f"_{trouble.partition(' ')[0]}")(*trouble.split()[1:])
        elif key != KEY:
            self._send(401, {"statusCode": 401, "message": "invalid subscription key"})
        else:
            self._answer(path)

    def _answer(self, path: str) -> None:
        parts = urlsplit(path)
        question = dict(parse_qsl(parts.query))
        place, _, number = parts.path.partition("/")
        if question:
            self._send(200, self.server.page(parts.path, question))
            return
        time.sleep(self.server.pause)
        found = self.server.find(place, number)
        self._send(200 if found else 404, found or {"statusCode": 404})

    def _status(self, status: str, later: str = "") -> None:
        self._send(int(status), {}, {"Retry-After": later} if later else {})

    def _redirect(self, to: str) -> None:
        self._send(302, {}, {"Location": to})

    def _text(self) -> None:
        self._send_bytes(200, b"<html>log in to this network</html>")

    def _list(self) -> None:
        self._send_bytes(200, b"[]")

    def _huge(self) -> None:
        self._send_bytes(200, b'{"name": "' + b"x" * 10_000_000 + b'"}')

    def _other(self) -> None:
        self._send(200, location(999))

    def _cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"locationId": ')
        self.close_connection = True

    def _slow(self, seconds: str) -> None:
        """One byte now and then."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(float(seconds))

    def _send(
        self, status: int, answer: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self._send_bytes(status, json.dumps(answer).encode(), headers or {})

    def _send_bytes(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # likewise
        """Nothing: a test looks at what was asked."""


@contextmanager
def cqc_api_at_work(
    documents: list[dict[str, Any]], certificate: Path | None = None
) -> Iterator[CqcApi]:
    with CqcApi(documents, certificate) as api:
        working = threading.Thread(target=api.serve_forever, args=[0.02], daemon=True)
        working.start()
        try:
            yield api
        finally:
            api.shutdown()
            working.join()
