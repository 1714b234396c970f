"""What a file is, told by its content; whatever is two things at once is refused."""

from __future__ import annotations

import os
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.evidence.refusals import REFUSALS, Unfit
from marketplace.evidence.sniffing import sniff, strip_metadata
from tests.fixtures.evidence import (
    container,
    docx,
    jpeg,
    ofd,
    pdf,
    pdf_with_packed,
    png,
    xlsx,
)

EMPTY_ZIP = b"PK\x05\x06" + b"\0" * 18
EXTERNAL = b'<Relationship Type="http://x/attachedTemplate" TargetMode="External"/>'
LINK = b'<Relationship Type="http://x/hyperlink" TargetMode="External"/>'


def refusal(data: bytes, filename: str) -> str:
    """Return the code of the refusal; '' when the file is taken."""
    try:
        sniff(data, filename)
    except Unfit as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("data", "filename", "kind"),
    [
        (pdf(), "验收单.pdf", "pdf"),
        (jpeg(), "现场.JPG", "jpeg"),
        (jpeg(), "现场.jpeg", "jpeg"),
        (png(), "截图.png", "png"),
        (docx(), "说明.docx", "docx"),
        (xlsx(), "清单.xlsx", "xlsx"),
        (ofd(), "发票.ofd", "ofd"),
        (pdf_with_packed(b"<< /Type /Font >>"), "压缩.pdf", "pdf"),
        (docx(("word/_rels/document.xml.rels", LINK)), "带链接.docx", "docx"),
        (jpeg(tail=b"\0\0"), "补零.jpg", "jpeg"),
    ],
)
def test_the_content_decides_what_a_file_is(data: bytes, filename: str, kind: str) -> None:
    assert sniff(data, filename) == kind


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"", "空.pdf", "empty"),
        (b"\0\0 \n", "空白.pdf", "empty"),
        (pdf(), "验收单.exe", "ending"),
        (pdf(), "验收单", "ending"),
        (b"<svg onload='x'/>", "图.svg", "ending"),
        (pdf(), "验收单.exe.pdf", "doubled_ending"),
        (pdf(), "验收单.html .pdf", "doubled_ending"),
        (b"<html><script>1</script>", "页面.pdf", "unknown"),
        (b"MZ\x90\0", "程序.pdf", "unknown"),
        (b"\n" + pdf(), "前面有东西.pdf", "unknown"),
        (jpeg(), "照片.pdf", "mismatch"),
        (pdf(), "报告.docx", "mismatch"),
        (docx(), "改名.xlsx", "mismatch"),
        (pdf()[:-8], "截断.pdf", "damaged"),
        (jpeg()[:-2], "截断.jpg", "damaged"),
        (png()[:-4], "截断.png", "damaged"),
        (docx()[:-30], "截断.docx", "damaged"),
        (png().replace(b"IDAT", b"IDAX"), "改过.png", "damaged"),
        (container(("a.txt", b"1")), "压缩包.docx", "unknown"),
    ],
)
def test_what_is_not_what_it_says_is_refused(data: bytes, filename: str, code: str) -> None:
    assert refusal(data, filename) == code


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (pdf() + b"more", "尾巴.pdf", "trailing"),
        (pdf() + docx(), "两用.pdf", "polyglot"),
        (pdf(EMPTY_ZIP), "夹带.pdf", "polyglot"),
        (pdf(docx()), "夹带.pdf", "polyglot"),
        (b"%PDF-1.4\n<script>alert(1)</script>" + pdf(), "网页.pdf", "polyglot"),
        (jpeg((0xFE, b"<?php system(1) ?>")), "脚本.jpg", "polyglot"),
        (jpeg(tail=b"rest"), "尾巴.jpg", "trailing"),
        (jpeg(tail=docx()), "两用.jpg", "polyglot"),
        (png(tail=b"rest"), "尾巴.png", "trailing"),
        (png(tail=docx()), "两用.png", "polyglot"),
        (docx() + b"rest", "尾巴.docx", "trailing"),
        (docx(("word/inner.zip", b"PK")), "套娃.docx", "polyglot"),
    ],
)
def test_a_file_that_is_two_things_is_refused(data: bytes, filename: str, code: str) -> None:
    assert refusal(data, filename) == code


@pytest.mark.parametrize(
    "active",
    [
        b"<< /S /JavaScript /JS (app.alert(1)) >>",
        b"<< /OpenAction << /S /J#61vaScript /JS (1) >> >>",
        b"<< /S /#4c#61unch /F (cmd.exe) >>",
        b"<< /Type /EmbeddedFile >>",
        b"<< /Names << /EmbeddedFiles 4 0 R >> >>",
        b"<< /AcroForm << /XFA 5 0 R >> >>",
        b"<< /S /SubmitForm >>",
    ],
)
def test_a_pdf_that_does_something_by_itself_is_refused(active: bytes) -> None:
    assert refusal(pdf(active), "动作.pdf") == "active"
    assert refusal(pdf_with_packed(active), "藏着的动作.pdf") == "active"


def test_active_names_are_found_across_the_pieces_a_stream_is_unpacked_in() -> None:
    for shift in range(14):
        filler = b" " * (128 * 1024 - shift)
        assert refusal(pdf_with_packed(filler + b"/JavaScript"), "藏着.pdf") == "active"


def test_packed_objects_that_cannot_be_read_are_refused() -> None:
    assert refusal(pdf(b"<< /Type /ObjStm >>\nstream\nnot zlib\nendstream"), "怪.pdf") == "damaged"
    locked = pdf_with_packed(b"<< >>", b"<< /Encrypt 9 0 R >>")
    assert refusal(locked, "加密.pdf") == "locked"
    assert refusal(pdf(b"<< /Encrypt 9 0 R >>"), "只限打印.pdf") == ""


@pytest.mark.parametrize(
    "part",
    [
        ("word/vbaProject.bin", b"x"),
        ("word/activeX/activeX1.xml", b"x"),
        ("xl/macrosheets/sheet1.xml", b"x"),
        ("word/media/image1.png.exe", b"x"),
        ("word/media/image1.png", b"MZ\x90\0program"),
        ("word/embeddings/oleObject1.bin", b"\0" * 9 + "\x01Ole10Native".encode("utf-16-le")),
        ("word/_rels/settings.xml.rels", EXTERNAL),
    ],
)
def test_documents_with_macros_programs_or_templates_from_outside_are_refused(
    part: tuple[str, bytes],
) -> None:
    assert refusal(docx(part), "文档.docx") == "macros"


def test_a_file_that_unpacks_beyond_measure_is_refused_at_once() -> None:
    bomb = docx(("word/media/a.bmp", b"\0" * (100 * 1024 * 1024)))
    begun = time.process_time()
    assert refusal(bomb, "炸弹.docx") == "too_complex"
    packed = zlib.compress(b" " * (64 * 1024 * 1024))
    hidden = pdf(b"/ObjStm\nstream\n" + packed)
    assert refusal(hidden, "炸弹.pdf") == "too_complex"
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"%PDF-1.7\n" + b"/" * 20_000_000 + b"\n%%EOF", "斜杠.pdf"),
        (b"%PDF-1.7\n" + b"/ObjStm" * 2_800_000 + b"\n%%EOF", "标记.pdf"),
        (b"%PDF-1.7\n" + b"stream\n" * 2_800_000 + b"/ObjStm\n%%EOF", "流.pdf"),
        (b"\xff\xd8\xff\xda\0\2" + b"\xff\0" * 10_000_000, "扫描.jpg"),
        (b"\xff\xd8" + b"\xff" * 20_000_000, "填充.jpg"),
        (b"\xff\xd8" + b"\xff\xe0\0\2" * 5_000_000, "段.jpg"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IDAT\0\0\0\0" * 1_600_000, "块.png"),
    ],
)
def test_hostile_files_of_full_size_cost_little(data: bytes, filename: str) -> None:
    begun = time.process_time()
    refusal(data, filename)
    assert time.process_time() - begun < 3


def test_kinds_the_bureau_does_not_take_are_refused() -> None:
    with pytest.raises(Unfit) as refused:
        sniff(png(), "截图.png", ("pdf",))
    assert refused.value.code == "kind_closed"


def test_photographs_lose_place_camera_comment_and_what_follows_their_end() -> None:
    photo = jpeg(
        (0xE1, b"Exif\0\0GPS 36.7N"),
        (0xE2, b"ICC"),
        (0xEE, b"Adobe\0\x64\0\0\0\0\x01"),
        (0xFE, b"taken by somebody"),
        tail=b"second picture",
    )
    bare = strip_metadata(photo, "jpeg")
    assert bare == jpeg((0xEE, b"Adobe\0\x64\0\0\0\0\x01"))
    assert sniff(bare, "现场.jpg") == "jpeg"
    assert strip_metadata(png(), "png") == png()


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.jpg", "a.png", "a.docx", "a.ofd"]))
def test_any_bytes_are_taken_or_refused_with_a_known_reason(data: bytes, filename: str) -> None:
    for head in (b"", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"):
        assert refusal(head + data, filename) in {"", *REFUSALS}


@given(st.integers(0, 300), st.integers(0, 255))
def test_a_byte_changed_anywhere_breaks_nothing(place: int, value: int) -> None:
    for data, filename in ((pdf(), "a.pdf"), (jpeg(), "a.jpg"), (png(), "a.png"), (ofd(), "a.ofd")):
        changed = bytearray(data)
        changed[place % len(changed)] = value
        assert refusal(bytes(changed), filename) in {"", *REFUSALS}


def test_large_random_pictures_are_not_taken_for_archives() -> None:
    noise = os.urandom(4_000_000).replace(b"PK\x05\x06", b"").replace(b"\xff", b"")
    scan = jpeg()[:-2] + noise + b"PK\x05\x06" + noise + b"\xff\xd9"
    assert refusal(scan, "扫描件.jpg") == ""
