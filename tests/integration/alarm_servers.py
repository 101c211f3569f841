"""A mail server and a web server that keep what they are sent, for tests of what tells people."""

from __future__ import annotations

import base64
import contextlib
import http.server
import json
import socketserver
import ssl
import threading
from typing import Any


class MailServer:
    """Speaks as much SMTP as a letter needs; `refuse` is an answer to every recipient.

    With a certificate it offers STARTTLS, or begins with TLS (`at_once`), and asks for a log-in then.
    """

    def __init__(self, certificate: str = "", key: str = "", *, at_once: bool = False) -> None:
        self.letters: list[str] = []
        self.logins: list[str] = []
        self.refuse = ""
        outer = self
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if context is not None:
            context.load_cert_chain(certificate, key)

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):  # a client that does not believe the certificate is gone at once
                    self._talk()

            def finish(self) -> None:
                with contextlib.suppress(OSError):
                    super().finish()
                self.request.close()  # the server knows of the socket under the TLS alone

            def _talk(self) -> None:
                secure = not context
                if at_once:
                    secure = self._secure()
                self._say("220 test")
                while line := self.rfile.readline():
                    word = line.decode().strip().upper()
                    if word.startswith("EHLO"):
                        self._say("250-test\r\n250 " + ("AUTH PLAIN" if secure and context else "STARTTLS"))
                    elif word == "STARTTLS" and context:
                        self._say("220 go on")
                        secure = self._secure()
                    elif word.startswith("AUTH PLAIN"):
                        outer.logins.append(base64.b64decode(line.split()[2]).decode().replace("\0", " ").strip())
                        self._say("235 welcome")
                    elif word.startswith("MAIL") and context and not (secure and outer.logins):
                        self._say("530 log in first")
                    elif word == "DATA":
                        self._say("354 go on")
                        outer.letters.append(self._letter())
                        self._say("250 kept")
                    elif word == "QUIT":
                        self._say("221 bye")
                        return
                    elif word.startswith("RCPT") and outer.refuse:
                        self._say(outer.refuse)
                    else:
                        self._say("250 ok")

            def _secure(self) -> bool:
                assert context is not None
                self.request = context.wrap_socket(self.request, server_side=True)
                self.setup()
                return True

            def _letter(self) -> str:
                lines = []
                while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    lines.append(line)
                return "\n".join(lines)

            def _say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class WebServer:
    """Keeps each request: headers and body; answers with `status`."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((dict(self.headers.items()), body))
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.requests]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
