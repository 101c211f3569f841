"""What cannot be delivered is said in a sentence."""

from __future__ import annotations

import socketserver
import threading
from typing import TYPE_CHECKING

import pytest

from pyrolab_gui.network.delivery import Message, deliver
from pyrolab_gui.wire.alarms import MailServer, Recipient
from pyrolab_gui.wire.errors import LabError
from tests.integration.alarm_servers import MailServer as RunningMailServer

if TYPE_CHECKING:
    from pathlib import Path


class Nonsense(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(65536)
        self.request.sendall(b"220 this is no web server\r\n")


def test_a_webhook_that_does_not_speak_http_is_a_sentence() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Nonsense) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        place = f"127.0.0.1:{server.server_address[1]}"
        with pytest.raises(LabError, match=f"^{place} cannot be reached"):
            deliver(Message("warm"), Recipient("room", "webhook", url=f"http://{place}/"), MailServer(), 5.0)
        thread.join(5)


def test_a_password_file_that_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(b"\xff\xfe")
    running = RunningMailServer()
    try:
        server = MailServer("127.0.0.1", running.port, "none", user="anna", password_file=str(tmp_path / "password"))
        with pytest.raises(LabError, match="is not text in UTF-8"):
            deliver(Message("warm"), Recipient("anna", "mail", to=("anna@lab.example",)), server, 5.0)
    finally:
        running.close()
