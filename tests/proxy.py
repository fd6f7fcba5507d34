"""A proxy on a port of its own, as networks have them: it carries what is encrypted, unseen."""

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Proxy(ThreadingHTTPServer):
    """Leads whoever asks for whatever host to the port at `leads_to`."""

    daemon_threads = True

    def __init__(self, leads_to: int, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Carrying)
        self.leads_to = leads_to
        self.scheme = "https" if certificate else "http"
        self.answers: list[int] = []  #: the statuses of its next answers
        self.asked: list[str] = []  #: the hosts that it was asked for
        self.logins: list[str | None] = []
        self.seen = b""  #: all that it carried to the host
        if certificate:
            trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            trust.load_cert_chain(certificate)
            self.socket = trust.wrap_socket(self.socket, server_side=True)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.name}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: whoever has enough hangs up."""


class _Carrying(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:  # as the library calls it
        self.server.asked.append(self.path)
        self.server.logins.append(self.headers["Proxy-Authorization"])
        if self.server.answers:
            self.send_error(self.server.answers.pop(0))
            return
        with socket.create_connection(("127.0.0.1", self.server.leads_to)) as there:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                self._carry(there)

    def do_GET(self) -> None:
        """What is asked of it in clear it could read, and answer itself."""
        self.server.asked.append(self.path)
        self.send_error(500)

    def _carry(self, there: socket.socket) -> None:
        here = self.connection
        while True:
            pending = isinstance(here, ssl.SSLSocket) and here.pending()
            ready = [here] if pending else select.select([here, there], [], [])[0]
            for one in ready:
                if not (data := one.recv(1 << 16)):
                    return
                if one is here:
                    self.server.seen += data
                (there if one is here else here).sendall(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # likewise
        """Nothing: a test looks at what was asked."""


@contextmanager
def proxy_at_work(leads_to: int, certificate: Path | None = None) -> Iterator[Proxy]:
    with Proxy(leads_to, certificate) as proxy:
        working = threading.Thread(target=proxy.serve_forever, args=[0.02], daemon=True)
        working.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            working.join()
