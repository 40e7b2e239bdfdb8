"""Values that nobody should send, as somebody will."""

from urllib.parse import quote

HUGE = "9" * 5000
# As they stand in an address: some are no text at all.
HOSTILE = {
    "nul": "%00",
    "nul-inside": "1%00",
    "digits": HUGE,
    "past-bigint": str(2**63),
    "past-int": str(2**31),
    "negative": "-1",
    "not-utf8": "%ff%fe",
    "surrogate": "%ed%a0%80",
    "infinite": "inf",
    "not-a-number": "nan",
    "exponent": "1e999",
    "other-digits": quote("٣"),
    "superscript": quote("²"),
    "header": "x%0d%0aSet-Cookie:a=b",
    "elsewhere": quote("//evil.example/"),
    "up": "..%2f..%2fetc",
    "long": "x" * 3000,
    "list": quote('[{"a": 1}]'),
    "cursor": "cD1hYmM=",  # p=abc
    "cursor-huge": "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
    "cursor-nul": "cD0lMDA=",
}
IN_PLACES = {name: HOSTILE[name] for name in ("nul", "digits", "past-bigint", "not-utf8", "long")}
