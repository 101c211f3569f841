"""Telling people: mail by SMTP, and webhooks as JSON in the forms that Teams, Slack and ntfy understand.

`deliver` blocks, for half a minute at most; what fails is a `LabError` in words. Limits: text only; no queue and no
second attempt (who tells decides that); a password is read from its file each time and kept nowhere.
"""

from __future__ import annotations

import html
import http.client
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrolab_gui.wire.errors import LabError

if TYPE_CHECKING:
    from pyrolab_gui.wire.alarms import MailServer, Recipient

SECONDS = 15.0
_TAGS = {"alarm": "rotating_light", "warn": "warning", "ok": "white_check_mark"}
_PRIORITIES = {"alarm": "urgent", "warn": "high", "ok": "default"}
_COLOURS = {"alarm": "Attention", "warn": "Warning", "ok": "Good"}


@dataclass(frozen=True, slots=True)
class Message:
    """What is told.

    Parameters
    ----------
    title
        One line.
    lines
        The rest.
    level
        ``alarm``, ``warn`` or ``ok``.
    facts
        The same for programs, as a webhook of the form *json* has it.
    """

    title: str
    lines: tuple[str, ...] = ()
    level: str = "alarm"
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All lines but the title."""
        return "\n".join(self.lines)


def deliver(message: Message, recipient: Recipient, mail: MailServer, seconds: float = SECONDS) -> None:
    """Tell a recipient.

    Raises
    ------
    LabError
        If that cannot be done.
    """
    message = replace(message, title=" ".join(message.title.split()))  # no header holds what a driver says in lines
    if recipient.kind == "webhook":
        _post(message, recipient, seconds)
    else:
        _mail(message, recipient, mail, seconds)


def _mail(message: Message, recipient: Recipient, server: MailServer, seconds: float) -> None:
    if not server.host:
        raise LabError(f"{recipient.name} is to be told by mail, but no mail server is named.")
    if not recipient.to:
        raise LabError(f"{recipient.name} has no mail address.")
    letter = EmailMessage()
    letter["Subject"] = message.title
    letter["From"] = server.sender or f"pyrolab-gui@{server.host}"
    letter["To"] = ", ".join(recipient.to)
    letter["Date"] = formatdate(localtime=True)
    letter["Message-ID"] = make_msgid(domain="pyrolab-gui.invalid")
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text + "\n")
    place = f"{server.host}:{server.port}"
    try:
        with _connected(server, seconds) as smtp:
            if server.user:
                smtp.login(server.user, _password(server))
            refused = smtp.send_message(letter)
    except smtplib.SMTPAuthenticationError as error:
        raise LabError(f"The mail server {place} does not accept the user {server.user}.", str(error)) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise LabError(f"The mail server {place} refuses {', '.join(recipient.to)}.", str(error)) from error
    except (OSError, smtplib.SMTPException) as error:  # ssl.SSLError is an OSError
        raise LabError(f"The mail server {place} cannot be used: {_reason(error)}.", str(error)) from error
    if refused:
        raise LabError(f"The mail server {place} refuses {', '.join(refused)}.", str(refused))


def _connected(server: MailServer, seconds: float) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=_context(server))
    smtp = smtplib.SMTP(server.host, server.port, timeout=seconds)
    if server.security == "starttls":
        try:
            smtp.starttls(context=_context(server))
        except BaseException:
            smtp.close()
            raise
    return smtp


def _context(server: MailServer) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=Path(server.ca_file).expanduser() if server.ca_file else None)
    except OSError as error:  # ssl.SSLError is one
        raise LabError(
            f"The certificate authority {server.ca_file} cannot be used: {_reason(error)}.", str(error)
        ) from error


def _password(server: MailServer) -> str:
    if not server.password_file:
        return ""
    try:
        return Path(server.password_file).expanduser().read_text("utf-8").strip()
    except UnicodeDecodeError as error:
        raise LabError(f"The password file {server.password_file} is not text in UTF-8.", str(error)) from error
    except OSError as error:
        raise LabError(
            f"The password file {server.password_file} cannot be read: {error.strerror or error}.", str(error)
        ) from error


def _post(message: Message, recipient: Recipient, seconds: float) -> None:
    if not recipient.url.startswith(("https://", "http://")):
        raise LabError(f"{recipient.name} needs an address that begins with https:// or http://.")
    headers, body = webhook(message, recipient.template)
    request = urllib.request.Request(recipient.url, data=body, headers=headers, method="POST")
    place = request.host
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            answer.read(1_000)
    except urllib.error.HTTPError as error:
        with error:
            raise LabError(f"{place} answers {error.code} {error.reason}.", str(error)) from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise LabError(f"{place} cannot be reached: {_reason(reason)}.", str(error)) from error


def webhook(message: Message, template: str) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body of a webhook in one of its forms."""
    if template == "ntfy":
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "Title": _header(message.title),
            "Priority": _PRIORITIES.get(message.level, "default"),
            "Tags": _TAGS.get(message.level, "loudspeaker"),
        }
        return headers, (message.text or message.title).encode()
    body: dict[str, Any]
    if template == "slack":
        body = {"text": html.escape(f"*{message.title}*\n{message.text}".rstrip(), quote=False)}
    elif template == "teams":
        blocks = [
            {"type": "TextBlock", "text": message.title, "weight": "Bolder", "size": "Medium", "wrap": True}
            | {"color": _COLOURS.get(message.level, "Default")},
            *({"type": "TextBlock", "text": line, "wrap": True} for line in message.lines if line),
        ]
        card = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard"}
        content = {**card, "version": "1.4", "body": blocks}
        attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
        body = {"type": "message", "attachments": [attachment]}
    else:
        body = {"title": message.title, "text": message.text, "level": message.level, **message.facts}
    return {"Content-Type": "application/json"}, json.dumps(body).encode()


def _header(text: str) -> str:
    """Return a text as a header can carry it: RFC 2047 where it is not plain."""
    from email.header import Header

    return text if text.isascii() else Header(text, "utf-8", maxlinelen=10_000).encode()


def _reason(error: object) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted ({error.verify_message}); its authority may have to be named"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "it takes no log-in, or none without TLS" if "AUTH" in str(error) else "it offers no STARTTLS"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}".rstrip(".")
    if isinstance(error, OSError):
        return str(error.strerror or error).rstrip(".")
    return str(error).rstrip(".")
