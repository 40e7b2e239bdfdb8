"""Croissant 1.0: what a dataset has in it, for programs. (MLCommons, https://w3id.org/croissant) Pure."""

from collections.abc import Sequence
from typing import Any

from .cards import SnapshotStory, citation

CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
DATA_TYPES = {
    "string": "sc:Text",
    "timestamp": "sc:Text",
    "int64": "sc:Integer",
    "float64": "sc:Float",
    "bool": "sc:Boolean",
}


def croissant(
    story: SnapshotStory,
    columns: Sequence[tuple[str, Any]],
    url: str,
    file_url: str,
    file_sha256: str,
) -> dict[str, Any]:
    """Return the JSON-LD. Nested columns are told as text: they are JSON."""
    file = {
        "@type": "cr:FileObject",
        "@id": "preferences.jsonl",
        "name": "preferences.jsonl",
        "contentUrl": file_url,
        "encodingFormat": "application/jsonlines",
        "sha256": file_sha256,
    }
    fields = [_field(name, kind) for name, kind in columns]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"{story.slug}-{story.sha256[:12]}",
        "alternateName": story.title,
        "description": f"{story.rows} preferences of the campaign {story.campaign}. {story.taken}",
        "url": url,
        "version": "1.0.0",
        "datePublished": story.made.isoformat(),
        "citeAs": citation(story),
        "license": story.licence or "not stated",
        "distribution": [file],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "preferences",
                "name": "preferences",
                "description": "One preference a row.",
                "field": fields,
            }
        ],
    }


def _field(name: str, kind: Any) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"preferences/{name}",
        "name": name,
        "dataType": DATA_TYPES.get(kind, "sc:Text") if isinstance(kind, str) else "sc:Text",
        "source": {"fileObject": {"@id": "preferences.jsonl"}, "extract": {"column": name}},
    }
