"""The Croissant description of an export (format 1.0 of MLCommons): its files, and what their columns hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from datasets import Features, Image, List, Value
from pydantic import JsonValue

from smfa_bench.data.profile_set import ProfileSet
from smfa_bench.fingerprint import file_digest

FILE: Final = "croissant.json"
_VALUES: Final = {"key_facts": "value", "facts": "value"}
"""Columns that hold a list of records, and the field of these that is described."""
_CONTEXT: Final[JsonValue] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        term: f"cr:{term}"
        for term in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet"),
            *("format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
            *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField"),
            "transform",
        )
    },
}


def croissant(
    people: ProfileSet, folder: Path, files: Mapping[str, Path], columns: Mapping[str, Features]
) -> JsonValue:
    """Return the description as JSON-LD; a record set is a split of a configuration.

    Args:
        people: What was exported.
        folder: Where `croissant.json` will lie; paths in it are relative to that.
        files: Parquet file of each "configuration/split".
        columns: Columns of each configuration. Of a list of records the values are described.
    """
    fictional = people.origin.source == "fictional"
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "s-mllmun-bench",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "description": f"S-MLLMUn Bench: {len(people.profiles)} people with portraits and private facts, for measuring "
        "whether a multimodal LLM forgets somebody on request without losing its eyes. "
        f"Source {people.origin.source}, fingerprint {people.fingerprint}.",
        "citeAs": "S-MLLMUn Bench, arXiv 2511.20196",
        "version": f"{people.origin.version}.0.0",
        **({"license": "https://spdx.org/licenses/Apache-2.0.html"} if fictional else {}),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": f"{name}.parquet",
                "name": f"{name}.parquet",
                "contentUrl": file.relative_to(folder).as_posix(),
                "encodingFormat": "application/x-parquet",
                "sha256": file_digest(file),
            }
            for name, file in files.items()
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": name,
                "name": name,
                "field": [
                    _field(name, column, kind)
                    for column, kind in columns[name.partition("/")[0]].items()
                    if column in _VALUES or isinstance(kind, Value | Image) or _is_words(kind)
                ],
            }
            for name in files
        ],
    }


def _is_words(kind: object) -> bool:
    """Say whether a column holds a list of texts."""
    return isinstance(kind, List) and isinstance(kind.feature, Value)


def _field(records: str, column: str, kind: object) -> JsonValue:
    picture = isinstance(kind, Image)
    inner = "bytes" if picture else _VALUES.get(column)
    return {
        "@type": "cr:Field",
        "@id": f"{records}/{column}",
        "name": column,
        "dataType": "sc:ImageObject" if picture else "sc:Text",
        **({"repeated": True} if column in _VALUES or _is_words(kind) else {}),
        "source": {
            "fileObject": {"@id": f"{records}.parquet"},
            "extract": {"column": column},
            **({"transform": {"jsonPath": inner}} if inner else {}),
        },
    }
