"""Small files made by hand: workbooks as Excel writes them, and ones nobody should open."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="清单" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_BOOK_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
SHEET_OPEN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f"{head}{before}{SHEET_OPEN}<sheetData>{rows}</sheetData>{after}</worksheet>"


def xlsx(sheet: str | bytes, extra: dict[str, bytes] | None = None) -> bytes:
    """A workbook of one sheet, given as XML, and further parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _ROOT)
        archive.writestr("xl/workbook.xml", _BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _BOOK_RELS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_bomb(megabytes: int) -> bytes:
    """A workbook whose sheet is mostly blanks: a few hundred kilobytes that unpack to much."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("xl/workbook.xml", _BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", _BOOK_RELS)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f"{SHEET_OPEN}<sheetData>".encode())
            for _ in range(megabytes):
                part.write(b" " * 1024 * 1024)
            part.write(b"</sheetData></worksheet>")
    return out.getvalue()


def lying_zip_bomb(megabytes: int) -> bytes:
    """A workbook whose sheet declares the size and checksum of its first bytes only."""
    head = f"{SHEET_OPEN}<sheetData></sheetData></worksheet>".encode()
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(head)
    for _ in range(megabytes):
        packed += packer.compress(b" " * 1024 * 1024)
    packed += packer.flush()
    honest = xlsx(head)
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    local, central = b"", b""
    for name, data in parts.items():
        is_bomb = name.endswith("sheet1.xml")
        body = packed if is_bomb else zlib.compress(data)[2:-4]
        sizes = struct.pack("<III", zlib.crc32(data), len(body), len(data))
        fixed = struct.pack("<HHHHH", 20, 0, 8, 0, 0x5A21) + sizes
        entry = struct.pack("<HH", len(name), 0)
        central += b"PK\x01\x02" + struct.pack("<H", 20) + fixed + entry
        central += struct.pack("<HHHII", 0, 0, 0, 0, len(local)) + name.encode()
        local += b"PK\x03\x04" + fixed + entry + name.encode() + body
    end = struct.pack("<HHHHIIH", 0, 0, len(parts), len(parts), len(central), len(local), 0)
    return local + central + b"PK\x05\x06" + end


def with_password_flag(data: bytes) -> bytes:
    """The same zip with every entry marked as encrypted."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            changed[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(changed)


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE container with the given streams, each padded to the size that avoids the mini FAT."""
    sectors: list[bytes] = []
    chains: list[int] = []
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, data in streams.items():
        padded = data.ljust(4096, b"\0")
        count = -(-len(padded) // 512)
        start = len(sectors)
        for index in range(count):
            sectors.append(padded[index * 512 : (index + 1) * 512].ljust(512, b"\0"))
            chains.append(start + index + 1 if index < count - 1 else 0xFFFFFFFE)
        entries.append((name, 2, start, len(padded)))
    directory = b""
    for index, (name, kind, start, size) in enumerate(entries):
        encoded = name.encode("utf-16-le") + b"\0\0"
        child = 1 if index == 0 and len(entries) > 1 else 0xFFFFFFFF
        right = index + 1 if 0 < index < len(entries) - 1 else 0xFFFFFFFF
        directory += encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
        directory += struct.pack("<III", 0xFFFFFFFF, right, child) + b"\0" * 36
        directory += struct.pack("<IQ", start, size)
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\0")
    directory_start = len(sectors)
    for index in range(len(directory) // 512):
        sectors.append(directory[index * 512 : (index + 1) * 512])
        is_last = index == len(directory) // 512 - 1
        chains.append(0xFFFFFFFE if is_last else directory_start + index + 1)
    fat_start = len(sectors)
    fat_count = -(-(len(chains) + 1) // 128)
    chains += [0xFFFFFFFD] * fat_count
    table = b"".join(struct.pack("<I", value) for value in chains).ljust(fat_count * 512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIII", 0, fat_count, directory_start, 0, 4096, 0xFFFFFFFE, 0)
    header += struct.pack("<II", 0xFFFFFFFE, 0)
    places = [fat_start + index for index in range(fat_count)] + [0xFFFFFFFF] * (109 - fat_count)
    header += struct.pack("<109I", *places)
    return header + b"".join(sectors) + table


def xls(cells: dict[tuple[int, int], str | float], sheet: str = "清单") -> bytes:
    """An old workbook of one sheet (BIFF8), texts as LABEL and numbers as NUMBER records."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))

    name = sheet.encode("utf-16-le")
    tail = record(0x000A, b"")
    head = begin(0x0005) + record(0x0042, struct.pack("<H", 1200))
    at = len(head) + 4 + 8 + len(name) + len(tail)
    bound = struct.pack("<IBBBB", at, 0, 0, len(sheet), 1) + name
    body = begin(0x0010)
    for (row, column), value in sorted(cells.items()):
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
            body += record(0x0204, place + text)
        else:
            body += record(0x0203, place + struct.pack("<d", value))
    return compound_file({"Workbook": head + record(0x0085, bound) + tail + body + tail})


def ods(table_rows: str, before: str = "") -> bytes:
    """An OpenDocument spreadsheet of one sheet, its rows given as XML."""
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {names}>'
        f'<office:body><office:spreadsheet><table:table table:name="清单">{table_rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type='
        '"application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()
