"""What is wrong with a lab file: the sentence, the key path and the line of each finding, all at once."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from pyrolab_gui.model.problems import LabFileError, Problem
from pyrolab_gui.model.store import LabFile


def parsed(text: str) -> LabFile:
    return LabFile.parse(dedent(text).lstrip("\n"), Path("lab.yaml"))


def told(text: str) -> list[tuple[int | None, str]]:
    return [(problem.line, str(problem)) for problem in parsed(text).problems]


SINGLE = "module: m, classname: C, instancemode: single"

BAD_FILES = {
    "colon": (
        "daemons:\n  optics:\n    host: local: host\n",
        [(3, "A colon stands where none may: check the indentation, or quote the text.")],
    ),
    "tab": (
        "daemons:\n\toptics: {}\n",
        [(2, "A tab is used for indentation; YAML allows spaces only.")],
    ),
    "indentation": (
        "daemons:\n  optics:\n    port: 1\n   host: x\n",
        [(4, "This line is indented differently from the lines that it belongs to.")],
    ),
    "open bracket": (
        "autolaunch:\n  daemons: [a, b\n  nameservers: [c]\n",
        [(3, "A list that began with [ is not closed with ].")],
    ),
    "undefined alias": (
        "daemons:\n  a: *gone\n",
        [(2, "An alias (*name) stands for something that the file does not define above.")],
    ),
    "two documents": (
        "version: '1.0'\n---\ndaemons: {}\n",
        [(2, "The file holds several documents, parted by ---; a lab file is one.")],
    ),
    "control character": (
        "version: '1.0'\nx: \x07\n",
        [(2, "The file contains a character that YAML does not allow.")],
    ),
    "not a mapping": (
        "- a\n- b\n",
        [(1, "The file must consist of sections: nameservers, daemons, services, autolaunch.")],
    ),
    "unknown key": (
        f"daemons: {{d: {{}}}}\nservices:\n  laser:\n    clasname: X\n    {SINGLE.replace(', ', chr(10) + '    ')}\n"
        "    daemon: d\n",
        [(4, "services.laser.clasname: There is no key 'clasname' in a service. Did you mean 'classname'?")],
    ),
    "key of another section": (
        "daemons:\n  optics:\n    ns_port: 9090\n",
        [(3, "daemons.optics.ns_port: There is no key 'ns_port' in a daemon. It belongs to a nameserver.")],
    ),
    "unknown section": (
        "deamons: {}\n",
        [(1, "deamons: There is no key 'deamons' in a lab file. Did you mean 'daemons'?")],
    ),
    "missing key": (
        "daemons: {d: {}}\nservices:\n  laser:\n    classname: C\n    instancemode: single\n    daemon: d\n",
        [
            (
                3,
                "services.laser.module: The key 'module' is missing: a service needs it. "
                "The module of the driver, as in an import statement; for example drivers.simulated.laser.",
            )
        ],
    ),
    "wrong number": (
        "nameservers:\n  main:\n    ns_port: many\n",
        [(3, "nameservers.main.ns_port: Must be a whole number, not 'many'.")],
    ),
    "number out of range": (
        "daemons:\n  d:\n    port: 70000\n",
        [(3, "daemons.d.port: Must be at most 65535, not 70000.")],
    ),
    "true for a number": (
        "daemons:\n  d:\n    port: true\n",
        [(3, "daemons.d.port: A number is wanted here, not true or false.")],
    ),
    "half a port": ("daemons:\n  d:\n    port: 1.5\n", [(3, "daemons.d.port: Must be a whole number, not 1.5.")]),
    "choice": (
        "daemons:\n  d:\n    servertype: threads\n",
        [(3, "daemons.d.servertype: Must be thread or multiplex, not 'threads'. Did you mean 'thread'?")],
    ),
    "text wanted": (
        "daemons:\n  d:\n    host: 5\n",
        [(3, "daemons.d.host: Must be a text, not 5. Put it in quotes to make it a text.")],
    ),
    "list wanted": (
        "nameservers: {main: {}}\ndaemons:\n  d:\n    nameservers: main\n",
        [(4, "daemons.d.nameservers: Must be a list, not 'main'. Write [main].")],
    ),
    "mapping wanted": ("daemons:\n  d: 5\n", [(2, "daemons.d: Must be a mapping (key: value), not 5.")]),
    "entry without keys": (
        "services:\n  laser:\n",
        [(2, "services.laser: Must be a mapping (key: value), not empty.")],
    ),
    "storage": (
        "nameservers:\n  main:\n    storage: disk\n",
        [(3, "nameservers.main.storage: Must be memory, sql or sql:FILE, not 'disk'.")],
    ),
    "version": ("version: '2.0'\n", [(1, "version: Must be 1.0, not '2.0'.")]),
    "duplicate key": (
        "daemons:\n  d:\n    port: 1\n    host: localhost\n    port: 2\n",
        [(5, "daemons.d.port: The key 'port' stands twice: here and in line 3. Only one can hold.")],
    ),
    "duplicate entry": (
        "daemons:\n  d: {}\n  d: {}\n",
        [(3, "daemons.d: The key 'd' stands twice: here and in line 2. Only one can hold.")],
    ),
    "tag": (
        "daemons:\n  d:\n    host: !!python/object:os.system x\n",
        [
            (
                3,
                "daemons.d.host: The tag !!python/object:os.system is not allowed in a lab file; write a plain value.",
            ),
        ],
    ),
    "tag of a list": (
        f"daemons: {{d: {{}}}}\nservices:\n  l: {{{SINGLE}, daemon: d, parameters: {{p: !!python/tuple [1, 2]}}}}\n",
        [(3, "services.l.parameters.p: The tag !!python/tuple is not allowed in a lab file; write a plain value.")],
    ),
    "tag of an entry": (
        f"daemons: {{d: !mine {{}}}}\nservices:\n  l: {{{SINGLE}, daemon: d}}\n",
        [(1, "daemons.d: The tag !mine is not allowed in a lab file; write a plain value.")],
    ),
    "empty text": ("daemons:\n  d:\n    host: ''\n", [(3, "daemons.d.host: Must not be empty.")]),
    "dangling daemon": (
        f"daemons: {{optics: {{}}}}\nservices:\n  laser: {{{SINGLE}, daemon: optic}}\n",
        [(3, "services.laser.daemon: The lab has no daemon 'optic'. Did you mean 'optics'?")],
    ),
    "default daemon": (
        f"daemons: {{optics: {{}}}}\nservices:\n  laser: {{{SINGLE}}}\n",
        [
            (
                3,
                "services.laser.daemon: The lab has no daemon 'default' (the default, as no daemon is named). "
                "It has: optics.",
            )
        ],
    ),
    "dangling nameservers": (
        f"daemons:\n  d:\n    nameservers: [x]\nservices:\n  laser: {{{SINGLE}, daemon: d, nameservers: [y]}}\n"
        "autolaunch:\n  nameservers:\n    - z\n  daemons: [d, e]\n",
        [
            (3, "daemons.d.nameservers.0: The lab has no nameserver 'x'. It has none at all."),
            (5, "services.laser.nameservers.0: The lab has no nameserver 'y'. It has none at all."),
            (8, "autolaunch.nameservers.0: The lab has no nameserver 'z'. It has none at all."),
            (9, "autolaunch.daemons.1: The lab has no daemon 'e'. It has: d."),
        ],
    ),
    "two nameservers on one port": (
        "nameservers:\n  a: {}\n  b:\n    host: 127.0.0.1\n    ns_port: 9090\n",
        [(5, "nameservers.b.ns_port: Port 9090 is also that of the nameserver 'a'; the two cannot run side by side.")],
    ),
    "two daemons on one port": (
        "daemons:\n  a: {port: 4000, host: 0.0.0.0}\n  b: {port: 4000}\n  c: {port: 0}\n  d: {port: 0}\n",
        [(3, "daemons.b.port: Port 4000 is also that of the daemon 'a'; the two cannot run side by side.")],
    ),
    "name with a space": (
        "daemons:\n  my optics: {}\n",
        [
            (
                2,
                "daemons.my optics: The name 'my optics' contains white space, which an address cannot hold; "
                "write a dot or a hyphen instead.",
            )
        ],
    ),
    "name with an @": (
        f"daemons: {{d: {{}}}}\nservices:\n  a@b: {{{SINGLE}, daemon: d}}\n",
        [
            (
                3,
                "services.a@b: The name 'a@b' contains an '@', which separates object and host in an address.",
            )
        ],
    ),
    "daemon named like a folder": (
        "daemons:\n  ../../x: {}\n",
        [
            (
                2,
                "daemons.../../x: The name '../../x' contains '/', which a file name cannot hold "
                "(its log is named after it).",
            )
        ],
    ),
    "limits crossed": (
        f"daemons: {{d: {{}}}}\nservices:\n  l: {{{SINGLE}, daemon: d, limits: {{power: {{min: 5, max: 1}}}}}}\n",
        [(3, "services.l.limits.power: The lower limit 5 lies above the upper limit 1; no value would be accepted.")],
    ),
    "sampling without a period": (
        f"daemons: {{d: {{}}}}\nservices:\n  l: {{{SINGLE}, daemon: d, sampling: {{power: 0}}}}\n",
        [(3, "services.l.sampling.power.period: Must be more than 0, not 0.")],
    ),
    "sampling with a wrong key": (
        f"daemons: {{d: {{}}}}\nservices:\n  l:\n    {{{SINGLE}, daemon: d, sampling: {{a: {{every: 1}}, b: fast}}}}\n",
        [
            (
                4,
                "services.l.sampling.a.period: The key 'period' is missing: a sampled reading needs it. "
                "The time from one reading to the next.",
            ),
            (
                4,
                "services.l.sampling.a.every: There is no key 'every' in a sampled reading. Known keys: period, when.",
            ),
            (4, "services.l.sampling.b.period: Must be a number, not 'fast'."),
        ],
    ),
    "a number beyond all measure": (
        f"daemons:\n  a: {{port: {'9' * 400}:00}}\n  b: {{port: {'9' * 5000}}}\n  c: {{port: 0x{'f' * 5000}}}\n",
        [
            (line, f"daemons.{name}.port: Must be a whole number, not '{shown * 57}…'.")
            for line, name, shown in ((2, "a", "9"), (3, "b", "9"))
        ]
        + [(4, f"daemons.c.port: Must be a whole number, not '0x{'f' * 55}…'.")],
    ),
    "a later YAML": (
        "%YAML 1.3\n---\ndaemons: {}\n",
        [(1, "The file asks for another version of YAML; take its %YAML line out.")],
    ),
    "one bound twice": (
        f"daemons: {{d: {{}}}}\nservices:\n  l: {{{SINGLE}, daemon: d, limits: {{power: {{min: 5, ge: 1}}}}}}\n",
        [(3, "services.l.limits.power: Min and ge are two words for one bound; write one of them.")],
    ),
    "TLS that would let everybody in, or on a Unix socket": (
        "nameservers:\n  n:\n    tls: {folder: certs}\n"
        "daemons:\n  d:\n    port: 4000\n    tls:\n      certificate: a.pem\n      key: b.pem\n"
        "  e:\n    unixsocket: s\n    tls: {folder: certs}\n",
        [
            (
                8,
                "daemons.d.tls: TLS needs the lab's authority too (ca, or a folder), by which clients are known.",
            ),
            (
                12,
                "daemons.e.tls: A Unix socket leaves no computer and is served without TLS; take one of the two out.",
            ),
        ],
    ),
    "TLS with half of its files": (
        "daemons:\n  d:\n    tls: {certificate: a.pem}\n  e:\n    tls: {folder: x, certs: y}\n",
        [
            (3, "daemons.d.tls: TLS needs a folder, or a certificate and its key."),
            (
                5,
                "daemons.e.tls.certs: Must be folder, certificate, key or ca, not 'certs'.",
            ),
        ],
    ),
    "parameters as a crooked list": (
        f"daemons: {{d: {{}}}}\nservices:\n  l: {{{SINGLE}, daemon: d, parameters: [{{a: 1, b: 2}}]}}\n",
        [(3, "services.l.parameters: Each item of the list must be one 'name: value'.")],
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_told_with_line_path_and_sentence(name):
    text, expected = BAD_FILES[name]
    assert [(p.line, str(p)) for p in LabFile.parse(text, Path("lab.yaml")).errors] == expected


def test_all_problems_are_told_at_once_in_the_order_of_their_lines():
    text = """
        nameservers:
          main: {ns_port: x}
        daemons:
          optics: {hots: localhost}
          optics: {}
        services:
          laser: {classname: C, instancemode: single, daemon: optics}
    """
    assert [line for line, _ in told(text)] == [2, 4, 5, 7]


def test_entries_are_checked_against_each_other_also_where_some_have_mistakes():
    text = """
        nameservers:
          main: {ns_port: x}
          a: {ns_port: 4000}
        daemons:
          optics: {nameservers: [nope], port: 4000, hots: localhost}
          broken: 5
          my optics: {}
        services:
          s.one: {module: m, classname: C, instancemode: single, daemon: nobody, note: 5}
          s.two: {classname: '', instancemode: single, limits: {p: {min: 5, max: 1}}}
          s.three: {module: m, classname: C, instancemode: single, daemon: broken, nameservers: [main]}
        autolaunch:
          daemons: [ghost, broken]
          nameservers: 5
    """
    assert told(text) == [
        (2, "nameservers.main.ns_port: Must be a whole number, not 'x'."),
        (5, "daemons.optics.hots: There is no key 'hots' in a daemon. Did you mean 'host'?"),
        (5, "daemons.optics.nameservers.0: The lab has no nameserver 'nope'. It has: main, a."),
        (6, "daemons.broken: Must be a mapping (key: value), not 5."),
        (7, "daemons.my optics: The name 'my optics' contains white space, which an address cannot hold; "
         "write a dot or a hyphen instead."),
        (9, "services.s.one.note: Must be a text, not 5. Put it in quotes to make it a text."),
        (9, "services.s.one.daemon: The lab has no daemon 'nobody'. It has: optics, broken, my optics."),
        (10, "services.s.two.module: The key 'module' is missing: a service needs it. The module of the driver, "
         "as in an import statement; for example drivers.simulated.laser."),
        (10, "services.s.two.classname: Must not be empty."),
        (10, "services.s.two.daemon: The lab has no daemon 'default' (the default, as no daemon is named). "
         "It has: optics, broken, my optics."),
        (10, "services.s.two.limits.p: The lower limit 5 lies above the upper limit 1; no value would be accepted."),
        (13, "autolaunch.daemons.0: The lab has no daemon 'ghost'. It has: optics, broken, my optics."),
        (14, "autolaunch.nameservers: Must be a list, not 5."),
    ]  # fmt: skip


ECHOES = {
    "a port that is no number is not taken for the default": (
        "nameservers:\n  a: {ns_port: x}\n  b: {ns_port: 9090}\n",
        ["nameservers.a.ns_port: Must be a whole number, not 'x'."],
    ),
    "a nameserver without keys is not taken for one on the default port": (
        "nameservers:\n  a: 5\n  b: {}\n",
        ["nameservers.a: Must be a mapping (key: value), not 5."],
    ),
    "a section that is none gives no dangling references": (
        f"daemons: 5\nservices:\n  l: {{{SINGLE}, daemon: d}}\nautolaunch: {{daemons: [d]}}\n",
        ["daemons: Must be a mapping (name: value), not 5."],
    ),
    "a misspelt section gives no dangling references": (
        f"deamons: {{d: {{}}}}\nservices:\n  l: {{{SINGLE}, daemon: d}}\nautolaunch: {{daemons: [d]}}\n",
        ["deamons: There is no key 'deamons' in a lab file. Did you mean 'daemons'?"],
    ),
    "a misspelt key is not taken for a missing one": (
        f"daemons: {{d: {{}}}}\nservices:\n  l: {{{SINGLE}, deamon: d}}\n",
        ["services.l.deamon: There is no key 'deamon' in a service. Did you mean 'daemon'?"],
    ),
    "a mode that is none is not taken for the default": (
        "daemons: {d: {}}\nservices:\n  l: {module: m, classname: C, instancemode: 5, daemon: d}\n",
        ["services.l.instancemode: Must be session, single or percall, not 5."],
    ),
}


@pytest.mark.parametrize("name", ECHOES)
def test_a_mistake_is_told_once(name):
    text, expected = ECHOES[name]
    assert [str(problem) for problem in parsed(text).problems] == expected


def test_no_sentence_is_pydantics_own():
    for text, _ in BAD_FILES.values():
        for problem in LabFile.parse(text, Path("lab.yaml")).problems:
            assert "Input should" not in problem.sentence
            assert problem.sentence.endswith((".", "?"))


def test_entries_that_do_not_agree_leave_a_lab_to_be_mended():
    found = parsed(f"services:\n  laser: {{{SINGLE}, daemon: gone}}\n")
    assert found.errors
    assert found.lab is not None
    assert found.lab.services["laser"].daemon == "gone"


@pytest.mark.parametrize("name", ["unknown key", "duplicate key", "tab"])
def test_a_text_that_cannot_be_understood_gives_no_lab(name):
    assert LabFile.parse(BAD_FILES[name][0], Path("lab.yaml")).lab is None


def test_aliases_that_explode_are_refused_and_quickly():
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12))
    (problem,) = LabFile.parse(text, Path("lab.yaml")).problems
    assert "grows beyond all measure" in problem.sentence


def test_an_alias_to_itself_is_refused():
    (problem,) = parsed("daemons: &a\n  x: *a\n").problems
    assert "has no end" in problem.sentence


def test_deep_nesting_is_refused():
    found = parsed("daemons: " + "[" * 500 + "]" * 500 + "\n")
    assert found.lab is None
    assert len(found.problems) == 1


def warnings_of(text: str) -> list[tuple[int | None, str]]:
    found = parsed(text)
    assert not found.errors
    return [(problem.line, str(problem)) for problem in found.problems]


def test_session_mode_is_warned_of():
    ((line, words),) = warnings_of("daemons: {d: {}}\nservices:\n  laser:\n    {module: m, classname: C, daemon: d}\n")
    assert line == 3
    assert words.startswith("warning: services.laser.instancemode: In session mode every client gets its own driver")


def test_dbm_is_warned_of():
    ((line, words),) = warnings_of("nameservers:\n  main:\n    storage: dbm:file.db\n")
    assert (line, words) == (
        3,
        "warning: nameservers.main.storage: Pyro5 has no dbm storage; entries are kept in an SQLite file instead. "
        "Write sql to agree.",
    )


def test_a_daemon_on_localhost_in_a_public_nameserver_is_warned_of():
    text = (
        "nameservers: {main: {host: public, tls: {folder: c}}}\ndaemons:\n  d:\n    nameservers: [main]\n"
        "    host: localhost\n"
    )
    ((line, words),) = warnings_of(text)
    assert line == 5
    assert "listens on localhost" in words
    assert not warnings_of(text.replace("host: localhost", "host: public"))


def test_a_daemon_class_of_somebody_else_is_warned_of():
    ((line, words),) = warnings_of("daemons:\n  d:\n    module: my.lab\n")
    assert (line, "my.lab" in words) == (3, True)
    assert not warnings_of("daemons:\n  d:\n    module: pyrolab.daemon\n")


def test_a_name_that_would_hide_another_in_the_registry_is_an_error():
    text = "nameservers: {n: {}}\ndaemons:\n  x: {nameservers: [n]}\n"
    text += f"services:\n  x: {{{SINGLE}, daemon: x, nameservers: [n]}}\n"
    (problem,) = parsed(text).errors
    assert problem.path == ("daemons", "x", "nameservers")


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path):
    with pytest.raises(LabFileError, match=r"There is no lab file .*gone\.yaml\."):
        LabFile.open(tmp_path / "gone.yaml")
    with pytest.raises(LabFileError, match="is a folder"):
        LabFile.open(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"version: '1.0'\n# caf\xe9\n")
    (problem,) = LabFile.open(tmp_path / "latin.yaml").problems
    assert problem == Problem((), 2, "The file is not text in UTF-8; save it in that encoding.")
