"""Answers packed into a text: JSON lines, compressed, as base64; unpacking trusts nothing."""

import base64
import binascii
import gzip
import io
import json
import zlib
from collections.abc import Sequence
from typing import Final

from pydantic import ValidationError

from smfa_bench.errors import DamagedFileError
from smfa_bench.results.answer import AnswerRecord, Stage

MOST_BYTES: Final = 2**26
"""Of one run's answers when unpacked; those about 100 people have 8 MiB."""

_GZIP: Final = 31
"""What zlib calls a gzip stream with the largest window."""


def pack_answers(records: Sequence[AnswerRecord]) -> str:
    """Return answers as text, without scores; the same answers give the same text.

    What the models said to one question stands together, so that the question takes up room only once.
    """
    stages = list(Stage)
    position = {question: place for place, question in enumerate(dict.fromkeys(one.question.id for one in records))}
    ordered = sorted(records, key=lambda record: (position[record.question.id], stages.index(record.model)))
    lines = (
        json.dumps(record.model_dump(mode="json", exclude={"scores", "verdicts"}), ensure_ascii=False)
        for record in ordered
    )
    content = "".join(f"{line}\n" for line in lines).encode()
    return base64.b64encode(gzip.compress(content, compresslevel=9, mtime=0)).decode()


def unpack_answers(text: str, *, most: int = MOST_BYTES) -> list[AnswerRecord]:
    """Return the answers that `pack_answers` packed.

    Args:
        text: Anything.
        most: Bytes that are unpacked at most, however many the text would give.

    Raises:
        DamagedFileError: If it is not base64, not one whole gzip stream, too large, or a line is no answer.
    """
    unpacker = zlib.decompressobj(_GZIP)
    try:
        content = unpacker.decompress(base64.b64decode(text, validate=True), most + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise DamagedFileError(f"the answers can't be unpacked: {error}; submit the run again.") from error
    if len(content) > most:
        raise DamagedFileError(f"the answers unpack to more than {most:,} bytes; nothing beyond that is read.")
    if not unpacker.eof or unpacker.unused_data:
        raise DamagedFileError("the answers are not one whole gzip stream; submit the run again.")
    records = []
    # Line by line, since a list of millions of empty lines would take up far more room than their bytes.
    for number, line in enumerate(io.BytesIO(content), 1):
        try:
            records.append(AnswerRecord.model_validate_json(line))
        except ValidationError as error:
            fault = error.errors(include_input=False)[0]
            where = ".".join(str(part) for part in fault["loc"])
            raise DamagedFileError(f"answer {number} is not valid: {where}: {fault['msg']}.") from error
    return records
