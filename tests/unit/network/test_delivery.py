"""What cannot be delivered is said in a sentence."""

from __future__ import annotations

import json
import socketserver
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pyrolab_gui.network.delivery import Message, deliver
from pyrolab_gui.network.trust import Trust
from pyrolab_gui.supervision import certificates
from pyrolab_gui.wire.alarms import MailServer, Recipient
from pyrolab_gui.wire.errors import LabError
from tests.integration.alarm_servers import MailServer as RunningMailServer
from tests.integration.alarm_servers import WebServer

if TYPE_CHECKING:
    from pathlib import Path

ANNA = Recipient("anna", "mail", to=("anna@lab.example",))
WARM = Message("Alarm cryo: 5 K\nand < rising", ("Since 14:03.",))
"""What a driver says may have lines."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    folder = tmp_path_factory.mktemp("certs")
    certificates.begin("lab", folder=folder)
    found = Trust.of_folder(folder / "lab")
    assert found is not None
    return found


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


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_over_tls_with_a_log_in(tmp_path: Path, lab: Trust, security: str) -> None:
    (tmp_path / "password").write_text("secret\n")
    running = RunningMailServer(lab.certificate, lab.key, at_once=security == "tls")
    try:
        known = MailServer(
            "127.0.0.1",
            running.port,
            security,
            user="anna",
            password_file=str(tmp_path / "password"),
            ca_file=lab.authorities,
        )
        deliver(WARM, ANNA, known, 5.0)
        assert running.logins == ["anna secret"]
        assert "Subject: Alarm cryo: 5 K and < rising" in running.letters[0]
        with pytest.raises(
            LabError, match=f"^The mail server 127.0.0.1:{running.port} cannot be used: its certificate"
        ):
            deliver(WARM, ANNA, replace(known, ca_file=""), 5.0)
        with pytest.raises(LabError, match=r"^The certificate authority .*password cannot be used"):
            deliver(WARM, ANNA, replace(known, ca_file=str(tmp_path / "password")), 5.0)
        assert len(running.letters) == 1
    finally:
        running.close()


@pytest.mark.parametrize("template", ["json", "teams", "slack", "ntfy"])
def test_each_webhook_is_told_as_it_understands(template: str) -> None:
    web = WebServer()
    try:
        deliver(WARM, Recipient("room", "webhook", url=web.url, template=template), MailServer(), 5.0)
        ((headers, body),) = web.requests
    finally:
        web.close()
    if template == "ntfy":
        assert (headers["Title"], headers["Priority"], body) == (
            "Alarm cryo: 5 K and < rising",
            "urgent",
            b"Since 14:03.",
        )
        return
    told = json.loads(body)
    match template:
        case "slack":  # its control characters are escaped
            assert told == {"text": "*Alarm cryo: 5 K and &lt; rising*\nSince 14:03."}
        case "teams":
            (attachment,) = told["attachments"]
            assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
            assert [block["text"] for block in attachment["content"]["body"]] == [
                "Alarm cryo: 5 K and < rising",
                "Since 14:03.",
            ]
        case _:
            assert told == {"title": "Alarm cryo: 5 K and < rising", "text": "Since 14:03.", "level": "alarm"}
