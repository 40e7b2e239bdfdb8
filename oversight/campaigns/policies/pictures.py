"""What a picture is, by its content. Pure."""

MOST_PICTURES = 40  # of one campaign: they are rows, and each page with guidelines may show them
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def kind_of(content: bytes) -> str | None:
    """Return the type of a PNG, JPEG, WebP or GIF; None of anything else, whatever its name."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for begin, kind in BEGINNINGS.items() if content.startswith(begin)), None)
