"""What may stand in the texts of a submission, so that no page that shows them can be turned against its reader."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from smfa_bench.results.result import RunResult
from smfa_bench_leaderboard.document import walk
from smfa_bench_leaderboard.submission import Submission

LONGEST: Final = 2_000
"""Characters of any text but the packed answers."""

_PACKED: Final = re.compile(r"runs\.[0-9]+\.answers")
_HOST: Final = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
_LINK: Final = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?(?:/[A-Za-z0-9._~/%#?&=+@:-]*)?")
_MAIL: Final = re.compile(rf"[A-Za-z0-9._%+-]+@{_HOST}")
_NAME: Final = re.compile(r"(?!.*www\.)[A-Za-z0-9](?:[A-Za-z0-9 ._+,()=-]{0,58}[A-Za-z0-9)+])?", re.IGNORECASE)
_ID: Final = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_PLUGIN: Final = re.compile(r"(?!.*\.\.)(?:\./)?[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,199}")
_JUDGE: Final = re.compile(rf"{_PLUGIN.pattern}(?:\\?[A-Za-z0-9_.:/=&%+~-]{{0,500}})?")
_SOURCE: Final = re.compile(rf"{_PLUGIN.pattern}(?:\?[A-Za-z0-9_.,=&%-]{{0,200}})?")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{16}|[0-9a-f]{40}")
_REVISION: Final = re.compile(r"[0-9a-f]{40,64}(?:\+changes)?")
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+:/@(),-]{0,199}")


def character_faults(document: JsonValue) -> Iterator[str]:
    """Yield a fault for each text, but the packed answers, that is too long or holds what can't be seen.

    Control characters, those that turn the direction of writing or have no width, and lone surrogates count as such.
    """
    for where, value in walk(document):
        if not isinstance(value, str) or _PACKED.fullmatch(where):
            continue
        if len(value) > LONGEST:
            yield f"{where}: has {len(value):,} characters; at most {LONGEST:,} are allowed."
        hidden = next((sign for sign in value if _is_hidden(sign)), None)
        if hidden is not None:
            yield f"{where}: holds the invisible character U+{ord(hidden):04X}."


def field_faults(submission: Submission) -> Iterator[str]:
    """Yield a fault for each text with a place on a page that is not what its field is for."""
    if not _NAME.fullmatch(submission.name):
        yield "name: must be up to 60 of the letters A-Z, figures, spaces and . _ + , ( ) = -, and no link."
    if not _LINK.fullmatch(submission.contact) and not _MAIL.fullmatch(submission.contact):
        yield "contact: must be a mail address or an https link."
    if not _LINK.fullmatch(submission.code):
        yield "code: must be an https link."
    for run in submission.runs:
        for where, (text, form) in _fields(run.result).items():
            if not form.fullmatch(text):
                yield f"seed {run.result.config.seed}: {where}: {printable(text)!r} is not of the form of such a field."


def printable(text: str, longest: int = 160) -> str:
    """Return a text that is safe to print in one line: what can't be seen is spelled out, the end may be cut off."""
    shown = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text[:longest])
    return shown + ("…" if len(text) > longest else "")


def _fields(result: RunResult) -> Mapping[str, tuple[str, re.Pattern[str]]]:
    fields = {
        "run_id": (result.run_id, _ID),
        "method": (result.config.method, _PLUGIN),
        "config.model": (result.config.model, _PLUGIN),
        "config.judge": (result.config.judge, _JUDGE),
        "config.profiles": (result.config.profiles, _SOURCE),
        "model.name": (result.model.name, _PLUGIN),
        "model.source": (result.model.source, _PLUGIN),
        "data.source": (result.data.source, _ID),
        "data_fingerprint": (result.data_fingerprint, _FINGERPRINT),
        "split.name": (result.split.name, _ID),
    }
    for name, judged in result.judged.items():
        fields |= {"a judge's name": (name, _ID), f"judged.{printable(name)}.appointed": (judged.appointed, _JUDGE)}
    fields |= {f"fingerprints.{name}": (text, _FINGERPRINT) for name, text in result.fingerprints.items()}
    fields |= {f"versions.{name}": (text, _PLAIN) for name, text in result.versions.items()}
    if result.git_revision is not None:
        fields["git_revision"] = (result.git_revision, _REVISION)
    return fields


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
