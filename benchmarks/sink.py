"""A mail server as a process of its own, which takes everything and keeps nothing.

It prints its port, and ends when its input does. Given the file of a certificate, it asks for
STARTTLS and a log-in first.
"""

import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.harness import PLAIN, PYTHON, ROOT

USER, PASSWORD = "desk", "sesame"  # of a server that is gone in a minute


@contextmanager
def sink(certificate: Path | None = None) -> Iterator[int]:
    """The port of a server that runs meanwhile."""
    with subprocess.Popen(
        [PYTHON, "-m", "benchmarks.sink", *([certificate] if certificate else [])],
        cwd=ROOT,
        env=PLAIN,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as running:
        assert running.stdin
        assert running.stdout
        yield int(running.stdout.readline())
        running.stdin.close()


def certified(folder: Path) -> tuple[Path, Path]:
    """The certificate of a server of this machine, with its key, and the authority's."""
    import trustme

    authority, own, whose = trustme.CA(), folder / "server.pem", folder / "authority.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(own)
    authority.cert_pem.write_to_path(whose)
    return own, whose


def main(certificate: str = "") -> None:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    class Server(Controller):
        def _trigger_server(self) -> None:
            assert self.server
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

        async def handle_DATA(self, *_: Any) -> str:  # noqa: N802  # as aiosmtpd calls it
            return "250 taken"

    settings: dict[str, Any] = {}
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        settings = {"tls_context": context, "require_starttls": True, "auth_required": True}
        settings["authenticator"] = lambda *_: AuthResult(success=True)
    server = Server(None, hostname="127.0.0.1", port=0, **settings)
    server.handler = server
    server.start()
    print(server.port, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
