"""What a file is that cannot be what was asked for, told from its first bytes."""

SIGNATURES = [
    (b"version https://git-lfs.github.com/spec/", "a Git LFS pointer, not the file: git lfs pull"),
    (b"version https://hawser.github.com/spec/", "a Git LFS pointer, not the file: git lfs pull"),
    (b"/annex/objects/", "a git-annex pointer, not the file: git annex get"),
    (b"\x1f\x8b", "compressed with gzip: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"),
    (b"\xfd7zXZ\x00", "compressed with xz: unpack it first"),
    (b"BZh", "compressed with bzip2: unpack it first"),
    (b"\x04\x22\x4d\x18", "compressed with lz4: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive: unpack it first"),
    (
        b"PK\x03\x04",
        "a zip archive, or a workbook such as .xlsx: unpack it, or save the sheet as CSV",
    ),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document such as .xls: save the sheet as CSV"),
    (b"PAR1", "a Parquet file: turn it into JSON lines first"),
    (b"ARROW1", "an Arrow file: turn it into JSON lines first"),
    (b"\xff\xff\xff\xff", "an Arrow stream: turn it into JSON lines first"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"Obj\x01", "an Avro file: turn it into JSON lines first"),
    (b"\x93NUMPY", "a NumPy file"),
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
]
PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<!--")
WIDE = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
BOM = b"\xef\xbb\xbf"
LOOKED_AT = 512


def foreign_kind(head: bytes) -> str:
    """Return what a file that begins like this is, in words; nothing where it may be UTF-8 text."""
    head = head[:LOOKED_AT]
    for mark, encoding in WIDE.items():
        if head.startswith(mark):
            return f"written in {encoding}: save it as UTF-8"
    for signature, words in SIGNATURES:
        if head.startswith(signature):
            return words
    if head.startswith(PICKLES):
        return "a Python pickle: turn it into JSON lines first"
    if head.removeprefix(BOM).lstrip().lower().startswith(MARKUP):
        return "a web page or XML, not the data: it may be the page that offers the file"
    return _binary(head)


def _binary(head: bytes) -> str:
    """A text in UTF-16 without its mark has NUL as every other byte."""
    for start in (0, 1):
        every_other = head[start::2]
        if len(every_other) > 1 and every_other.count(0) * 2 > len(every_other):
            return "written in UTF-16: save it as UTF-8"
    return ""
