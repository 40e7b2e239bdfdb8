"""From bytes to records with line numbers, within bounds of time and memory."""

from .records import MAX_LINE_BYTES, Numbered, Readable, csv_records, json_array, json_lines

__all__ = ["MAX_LINE_BYTES", "Numbered", "Readable", "csv_records", "json_array", "json_lines"]
