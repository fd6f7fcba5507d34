"""An authority that gives tokens, over https on a port of its own: as much as the tests need."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from helpdesk.config.settings import OAuth

TENANT = "desk-tenant"


class Authority(ThreadingHTTPServer):
    """Gives what it is told to, one answer after another; the last one stays."""

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trust.load_cert_chain(certificate)
        self.socket = trust.wrap_socket(self.socket, server_side=True)
        self.answers: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []  #: the forms that were handed in

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server_address[1]}"

    def oauth(self, ca_file: Path, **settings: Any) -> OAuth:
        given = {"authority": self.url, "tenant": TENANT, "client_id": "desk", "ca_file": ca_file}
        return OAuth(**{**given, **settings})

    def next_answer(self) -> dict[str, Any]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: whoever does not trust it hangs up, and that is what a test asks for."""


class _Answering(BaseHTTPRequestHandler):
    server: Authority

    def do_GET(self) -> None:  # as the library calls it
        place = self.path.removesuffix("/.well-known/openid-configuration")
        if not self.path.startswith((f"/{TENANT}/", "/.well-known")):
            self._send(404, {"error": "no such tenant"})
            return
        base = self.server.url + place.removesuffix("/v2.0")
        names = ("authorization_endpoint", "token_endpoint")
        self._send(200, {name: f"{base}/{name}" for name in names} | {"issuer": self.server.url})

    def do_POST(self) -> None:  # likewise
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append(dict(parse_qsl(form)))
        answer = self.server.next_answer()
        self._send(400 if "error" in answer else 200, answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # likewise
        """Nothing: a test looks at what was asked."""

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def authority_at_work(certificate: Path) -> Iterator[Authority]:
    with Authority(certificate) as authority:
        working = threading.Thread(target=authority.serve_forever, args=[0.02])
        working.start()
        try:
            yield authority
        finally:
            authority.shutdown()
            working.join()
