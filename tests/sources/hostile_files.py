"""Files made to harm whoever reads them, and a process of its own that imports each: `python -m tests.sources.hostile_files FOLDER`.

It prints a line a file: its name, the code of its refusal or how many rows were kept, the seconds that took, and the most memory that the
process had by then, in MB.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from attain.errors import AttainError
from attain.sources.importing import import_files
from attain.sources.intake import Options

HEADER = (
    "BilledCost,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,EffectiveCost,ListCost,ProviderName,PublisherName,"
    "ServiceName,SubAccountId"
)
ROW = "3,USD,2026-10-01 00:00:00,Usage,2026-10-05 00:00:00,4,5,Microsoft,Microsoft,Virtual Machines,aaaaaaaa-0000-4000-8000-000000000001"
GOOD = f"{HEADER}\n{ROW}\n".encode()
_OFFICE = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_OFFICE}/spreadsheetml/2006/main"'
_RELATED = f"{_OFFICE}/officeDocument/2006/relationships"
_TYPES = f'<Types xmlns="{_OFFICE}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
_ROOT = (
    f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def sheet(rows: str, before: str = "") -> str:
    """Write a sheet of rows given as XML."""
    return f'<?xml version="1.0"?>{before}<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>'


def cell(place: str, text: str = "x") -> str:
    """Write a cell; without a place it stands after the one before."""
    return f"<c{f' r={place!r}' if place else ''} t='str'><v>{text}</v></c>"


def book(sheet_xml: str | bytes, sheets: int = 1, more: dict[str, bytes] | None = None) -> bytes:
    """Write a workbook whose sheets are all the one given."""
    listed = "".join(f'<sheet name="s{one}" sheetId="{one + 1}" r:id="r1"/>' for one in range(sheets))
    workbook = f'<?xml version="1.0"?><workbook {_MAIN} xmlns:r="{_RELATED}"><sheets>{listed}</sheets></workbook>'
    related = (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": related,
        "xl/worksheets/sheet1.xml": sheet_xml,
        **(more or {}),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _table(extra: str = "") -> str:
    lines = (HEADER.split(","), ROW.split(","))
    rows = "".join(f"<row r='{number}'>{''.join(cell('', text) for text in line)}</row>" for number, line in enumerate(lines, 1))
    return sheet(rows + extra)


def _forged(megabytes: int) -> bytes:
    """A workbook whose sheet says that it is small, with the checksum of the small part, and unpacks to much more."""
    text = sheet("<row r='1'>" + cell("A1", "x" * (megabytes << 20)) + "</row>").encode()
    made, said = bytearray(book(text)), 100
    for number, (mark, at) in enumerate(((b"PK\x01\x02", 16), (b"PK\x03\x04", 14))):
        place = -1
        while (place := made.find(mark, place + 1)) >= 0:
            name = bytes(made[place + (46 if number == 0 else 30) :][:24])
            if name == b"xl/worksheets/sheet1.xml":
                made[place + at : place + at + 4] = zlib.crc32(text[:said]).to_bytes(4, "little")
                made[place + at + 8 : place + at + 12] = said.to_bytes(4, "little")
    return bytes(made)


def _many_names(count: int) -> bytes:
    names = ",".join(f'"k{one}":1' for one in range(count))
    return f'{{{names},"k{count - 1}":2}}\n'.encode()


_LAUGHS = "".join(f"<!ENTITY {chr(98 + one)} '{f'&{chr(97 + one)};' * 10}'>" for one in range(8))

FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gzip-bomb.csv.gz": ("file-bomb", lambda: gzip.compress(GOOD + (b"x" * 9_999 + b"\n") * 7_000, 9)),
    "gzip-of-one-line.csv.gz": ("file-line-too-long", lambda: gzip.compress(GOOD + b"x" * (60 << 20), 9)),
    "gzip-of-blank-lines.csv.gz": ("file-blank", lambda: gzip.compress(GOOD + b"\n" * (60 << 20), 9)),
    "gzip-cut.csv.gz": ("file-not-as-named", lambda: gzip.compress(GOOD * 99)[:-20]),
    "gzip-in-gzip.csv.gz": ("file-encoding", lambda: gzip.compress(gzip.compress(GOOD))),
    "line-without-end.csv": ("file-line-too-long", lambda: HEADER.encode() + b"\n" + b"x" * (20 << 20)),
    "quote-without-end.csv": ("file-quotes", lambda: HEADER.encode() + b'\n"' + (b"x" * 99 + b"\n") * 99_999),
    "nul.csv": ("file-not-as-named", lambda: GOOD + b"\0" * 99),
    "latin.csv": ("file-encoding", lambda: GOOD + "Zürich".encode("latin-1")),
    "half-a-character.csv": ("file-encoding", lambda: GOOD + "ü".encode()[:1]),
    "utf16-cut.csv": ("file-encoding", lambda: GOOD.decode().encode("utf-16")[:-1]),
    "surrogates.csv": ("file-encoding", lambda: GOOD + "\ud800".encode("utf-8", "surrogatepass")),
    "wide-header.csv": ("file-too-wide", lambda: b",".join(b"c%d" % one for one in range(200_000)) + b"\n1\n"),
    "commas.csv": ("1", lambda: GOOD + b"," * (1 << 20) + b"\n"),
    "folder.zip": ("file-zip", lambda: book(_table())),
    "cells-far-apart.xlsx": ("file-too-wide", lambda: book(sheet(f"<row r='1'>{cell('A1')}{cell('XFD1048576')}</row>"))),
    "rows-far-apart.xlsx": (
        "file-too-wide",
        lambda: book(sheet(f"<row r='1'>{cell('A1')}</row><row r='1048576'>{''.join(cell('') for _ in range(99))}</row>")),
    ),
    "cells-without-a-place.xlsx": (
        "file-too-wide",
        lambda: book(sheet(f"<row>{cell('') * 20_000}</row>" + f"<row>{cell('')}</row>" * 20_000)),
    ),
    "empty-cells-far-away.xlsx": ("1", lambda: book(_table("<row r='1048576'><c r='XFD1048576' s='1'/></row>"))),
    "cells-with-odd-marks.xlsx": (
        "file-too-wide",
        lambda: book(sheet(f"<row a='>' r='1'>{cell('A1')}<c a='>' r = \"XFD1048576\"><v>1</v></c></row>")),
    ),
    "entities.xlsx": (
        "file-not-as-named",
        lambda: book(sheet(f"<row>{cell('A1', '&i;')}</row>", f"<!DOCTYPE w [<!ENTITY a 'x'>{_LAUGHS}]>")),
    ),
    "entity-of-a-file.xlsx": (
        "file-not-as-named",
        lambda: book(sheet(f"<row>{cell('A1', '&f;')}</row>", "<!DOCTYPE w [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>")),
    ),
    "entity-between-far-cells.xlsx": (
        "file-not-as-named",
        lambda: book(sheet(f"<row r='1'>{cell('A1', '&a;')}{cell('XFD1048576')}</row>", "<!DOCTYPE w [<!ENTITY a 'x'>]>")),
    ),
    "forged-size.xlsx": ("file-bomb", lambda: _forged(300)),
    "expanding.xlsx": ("file-bomb", lambda: book(sheet("<row/>" * (12 << 20)))),
    "many-sheets.xlsx": ("file-too-wide", lambda: book(_table(), sheets=5_000)),
    "leading-elsewhere.xlsx": ("1", lambda: book(_table(), more={"../../../leading-elsewhere": b"x", "/leading-elsewhere": b"x"})),
    "twice.xlsx": ("file-not-as-named", lambda: book(_table(), more={"XL/worksheets/Sheet1.xml": _table().encode()})),
    "encrypted.xlsx": (
        "file-not-as-named",
        lambda: book(_table()).replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
    ),
    "cut.xlsx": ("file-not-as-named", lambda: book(_table())[:-200]),
    "deep.json": ("file-not-json", lambda: b'[{"a":' * 100_000),
    "deep-record.json": ("file-not-json", lambda: b'{"a":' * 900 + b"1" + b"}" * 900 + b"\n"),
    "deep-list.jsonl": ("file-not-json", lambda: b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}\n"),
    "many-names.jsonl": ("file-not-json", lambda: _many_names(200_000)),
    "endless-number.jsonl": ("file-unknown", lambda: b'{"a":' + b"9" * 1_000_000 + b',"b":1}\n'),
    "no-number.jsonl": ("file-not-json", lambda: b'{"a":NaN}\n'),
}
"""Each file with what becomes of it: the code of the refusal, or the number of rows that are kept."""


def main(folder: Path) -> None:
    """Import every file of a folder by itself."""
    for path in sorted(folder.iterdir()):
        start = time.monotonic()
        try:
            options = Options(partner="1000001", tenant="bbbbbbbb-0000-4000-8000-000000000002")
            reports = import_files([path], folder.parent / "facts" / path.name, options)
            said = str(sum(report.kept for report in reports))
        except AttainError as error:
            said = error.code
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        # What the system accounts for a process would begin with the memory of the one that started it.
        most = int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) // 1024
        sys.stdout.write(json.dumps([path.name, said, round(time.monotonic() - start, 3), most]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
