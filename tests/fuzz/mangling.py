"""Changing bytes at random, as a cut download, a wrong export or somebody with a purpose would."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

TOKENS = (
    *(
        b'"',
        b'""',
        b"'",
        b",",
        b";",
        b"\t",
        b"|",
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xc3\x28",
        b"\xed\xa0\x80",
    ),
    *(
        b"-1",
        b"0",
        b"1e999",
        b"1E-400",
        b"NaN",
        b"-inf",
        b"99999999999999999999",
        b"0.00000000000000000001",
        b"1,5",
        b"1.234,56",
        b"9" * 400,
    ),
    *(
        b"2026-02-30",
        b"0001-01-01",
        b"13/13/2026",
        b"9999-12-31T23:59:60Z",
        b"null",
        b"true",
        b"{",
        b"}",
        b"[",
        b"]",
        b"{}",
        b"[[[[",
        b":",
        b"- ",
    ),
    *(
        b"&a",
        b"*a",
        b"<<: ",
        b"!!python/object:x ",
        b"---\n",
        b"? ",
        b"#",
        b"%",
        b"\\",
        b"\\u0000",
        b"=1+1",
        b"<!ENTITY a 'b'>",
        b"&a;",
        b"</c>",
    ),
    *(b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"\xc2\xa0", b"../../x", b"sep=;\n", b"PK\x03\x04", b"\x1f\x8b", b"PAR1"),
)
"""Pieces that have a meaning to one reader or another."""


def mangled(random: Random, content: bytes, most: int = 6) -> bytes:
    """Change a file in one to `most` places."""
    made = bytearray(content)
    for _ in range(random.randint(1, most)):
        _change(random, made)
    return bytes(made)


def _change(random: Random, made: bytearray) -> None:
    at = random.randrange(len(made) + 1)
    to = min(len(made), at + random.choice((1, 2, 8, 64, 1024)))
    how = random.randrange(9)
    if how == 0 and made:
        made[min(at, len(made) - 1)] ^= 1 << random.randrange(8)
    elif how == 1:
        del made[at:to]
    elif how == 2:
        made[at:at] = random.choice(TOKENS)
    elif how == 3:
        made[at:to] = random.choice(TOKENS)
    elif how == 4:
        made[at:at] = made[at:to] * random.choice((1, 2, 50))
    elif how == 5:
        del made[at:]
    elif how == 6:
        made[at:at] = random.randbytes(random.choice((1, 4, 64)))
    else:
        _change_cell(random, made)


def _change_cell(random: Random, made: bytearray) -> None:
    """Put a piece in the place of a whole word, or a word in the place of another: what stays well-formed goes deeper."""
    words = bytes(made).replace(b"\n", b",").split(b",") if len(made) < 200_000 else [b"x"]
    old, new = random.choice(words), random.choice((random.choice(words), random.choice(TOKENS)))
    at = made.find(old) if old else -1
    if at >= 0:
        made[at : at + len(old)] = new


def mangled_zip(random: Random, content: bytes) -> bytes:
    """Change one part of an archive, and put it together again so that only its content is odd."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(sorted(parts))
    parts[name] = mangled(random, parts[name])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, inner in parts.items():
            archive.writestr(part, inner)
    return made.getvalue()
