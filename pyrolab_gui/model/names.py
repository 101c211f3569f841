"""Names of entries: which are allowed, and readable ones made for keys that say ``auto``.

A name becomes part of addresses and of file names. A made name depends on the PC, the file and its place in it, so
that it stays the same from start to start. Limits: no registry of used names beyond the ones passed in.
"""

from __future__ import annotations

import hashlib
import platform
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from pyrolab_gui.model.lab import Kind

AUTO = re.compile(r"auto(?:\s+(\d+))?")

_ADJECTIVES = (
    "amber ancient azure bold brave bright brisk bronze calm candid cheerful clear clever cobalt cool copper coral "
    "crisp curious deft eager early emerald even faithful fast fair fine frank fresh gentle glad golden grand green "
    "happy hazel honest humble indigo ivory jolly keen kind lively loyal lucid lucky merry mild modest neat nimble "
    "noble olive patient plain polite proud quick quiet rapid ready royal rustic scarlet serene sharp shy silent "
    "silver sleek smart smooth solid spry steady still subtle sunny swift tidy true velvet violet vivid warm wise "
    "witty young zesty"
).split()
_NOUNS = (
    "badger bear beaver bison bittern bobcat buzzard caribou condor cormorant crane curlew deer dolphin dove eagle "
    "egret elk falcon ferret finch fox gazelle gecko goose grouse gull hare hawk hedgehog heron hornet ibex ibis "
    "jackdaw jay kestrel kite koala lark lemur linnet llama lynx magpie marmot marten merlin mole moose newt "
    "nightjar ocelot oriole osprey otter owl panda pelican petrel pigeon plover puffin quail rabbit raven robin rook "
    "salmon seal shrew shrike siskin skylark snipe sparrow squirrel starling stoat stork swallow swan swift tapir "
    "tern thrush tiger toad trout turtle viper vole walrus warbler weasel whale wolf wombat wren"
).split()


def auto_words(key: str) -> int:
    """Return how many words a key asks for: 2 for ``auto``, N for ``auto N``, 0 for an ordinary name."""
    found = AUTO.fullmatch(key.strip())
    if not found:
        return 0
    return max(1, min(8, int(found.group(1) or 2)))


def made_name(words: int, seed: str, taken: Container[str]) -> str:
    """Return a readable name of `words` words, such as ``amber-otter``, that is not in `taken`."""
    for attempt in range(1000):
        digest = hashlib.sha256(f"{platform.node()}\n{seed}\n{attempt}".encode()).digest()
        parts = [_ADJECTIVES[digest[i] % len(_ADJECTIVES)] for i in range(words - 1)]
        parts.append(_NOUNS[digest[-1] % len(_NOUNS)])
        name = "-".join(parts)
        if name not in taken:
            return name
    return f"{name}-{digest.hex()[:8]}"


def name_fault(kind: Kind, name: str) -> str:
    """Return why `name` cannot be used for an entry of `kind`, or an empty text."""
    if not name:
        return "The name is empty."
    if re.search(r"\s", name):
        return f"The name '{name}' contains white space, which an address cannot hold; write a dot or a hyphen instead."
    if "@" in name:
        return f"The name '{name}' contains an '@', which separates object and host in an address."
    if not name.isprintable():
        return "The name contains characters that cannot be shown."
    if kind != "services":
        bad = sorted(set(name) & set('<>:"/\\|?*'))
        if bad:
            return f"The name '{name}' contains '{bad[0]}', which a file name cannot hold (its log is named after it)."
    return ""
