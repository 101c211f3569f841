"""Whether and where a supervisor also listens for the lab's other PCs: its settings.

The settings are one small file that people write by hand, ``supervisor.toml`` in the folder of settings::

    listen = "0.0.0.0:9092"              # or a name or address of this PC
    nameservers = ["bench.lab:9090"]     # told where this supervisor is, beside those of its lab
    certificates = "photonics"           # a folder of certificates; needed only where there are several
    metrics = "127.0.0.1:9464"           # readings and health as OpenMetrics (`supervision.metrics`); plain HTTP

Whoever reaches a supervisor can start programs, so it listens only with certificates, and only to who shows one of
the lab's own authority, on whatever address. Limits: makes nothing but reading; `supervision.service` listens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyrolab_gui.network.trust import Trust
from pyrolab_gui.wire.errors import ConfigInvalid
from pyrolab_gui.wire.record import record

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS_FILE = "supervisor.toml"
DEFAULT_PORT = 9092
"""Where a supervisor listens for other PCs where nobody says otherwise; nameservers are at 9090."""

EVERYWHERE = ("0.0.0.0", "::", "")
PUBLIC = "public"
"""PyroLab's word for the address of this PC."""

_NAMESERVER_PORT = 9090
METRICS_PORT = 9464


@record(frozen=True)
class LanSettings:
    """Where to listen; None for this computer only.

    `nameservers` are told beside those of the lab; `certificates` names the folder of certificates (empty: the only
    one).
    """

    listen: tuple[str, int] | None = None
    nameservers: tuple[tuple[str, int], ...] = ()
    certificates: str = ""
    metrics: tuple[str, int] | None = None


def read_settings(folder: Path) -> LanSettings:
    """Return the settings in a folder; those of a supervisor for this computer only where there are none.

    Raises
    ------
    ConfigInvalid
        If the file cannot be read or says what is not understood.
    """
    file = folder / SETTINGS_FILE
    if not file.exists():
        return LanSettings()
    import tomllib

    try:
        plain = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigInvalid(f"The settings {file} cannot be read: {error}.", str(error)) from error
    unknown = sorted(set(plain) - {"listen", "nameservers", "certificates", "metrics"})
    if unknown:
        known = "listen, nameservers, certificates, metrics"
        raise ConfigInvalid(f"{file} says “{unknown[0]}”, which is not known; known: {known}.")
    listen, nameservers, folder_name = (plain.get(key, "") for key in ("listen", "nameservers", "certificates"))
    nameservers = nameservers or []
    metrics = plain.get("metrics", "")
    if (
        not isinstance(metrics, str)
        or not isinstance(listen, str)
        or not _are_texts(nameservers)
        or not isinstance(folder_name, str)
    ):
        raise ConfigInvalid(f'{file} must read like listen = "HOST:PORT", nameservers = ["HOST:PORT"].')
    return LanSettings(
        place_of(listen) if listen else None,
        tuple(place_of(text, _NAMESERVER_PORT) for text in nameservers),
        folder_name,
        place_of(metrics, METRICS_PORT) if metrics else None,
    )


def tls_files(folder: Path, name: str = "") -> dict[str, str]:
    """Return the paths of ``ca``, ``certificate`` and ``key`` that a supervisor shows to other PCs.

    Parameters
    ----------
    folder
        The folder with a folder of certificates for each lab.
    name
        Which; empty where there is one only.

    Raises
    ------
    ConfigInvalid
        If there are none, or several and none is named.
    """
    try:
        found = sorted(entry for entry in folder.iterdir() if entry.is_dir() and (not name or entry.name == name))
    except OSError:
        found = []
    trusts = [trust for entry in found if (trust := Trust.of_folder(entry)) is not None and trust.certificate]
    if not trusts:
        raise ConfigInvalid(
            "A supervisor listens for other PCs only with certificates of the lab, and this PC has none. "
            "Install them: pyrolab-gui certs.",
            str(folder / name),
        )
    if len(trusts) > 1:
        names = ", ".join(entry.name for entry in found)
        raise ConfigInvalid(f"This PC has certificates of several labs ({names}); say which in {SETTINGS_FILE}.")
    return trusts[0].files


def place_of(text: str, port: int = DEFAULT_PORT) -> tuple[str, int]:
    """Return host and port of ``HOST``, ``HOST:PORT`` or ``[ADDRESS]:PORT``.

    Raises
    ------
    ConfigInvalid
        If it is none of these.
    """
    text = text.strip()
    host, colon, number = text.rpartition(":")
    if not colon or text.endswith("]") or (":" in host.strip("[]") and not host.endswith("]")):
        host, number = text, str(port)
    host = host.removeprefix("[").removesuffix("]")
    if not number.isdecimal() or int(number) > 65535 or not host or any(c.isspace() or c == "@" for c in host):
        raise ConfigInvalid(f"“{text}” is no address; say HOST or HOST:PORT.")
    return host, int(number)


def place_text(host: str, port: int, usual: int = DEFAULT_PORT) -> str:
    """Return a place as people write it: the port only where it is not the usual one."""
    shown = f"[{host}]" if ":" in host else host
    return shown if port == usual else f"{shown}:{port}"


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
