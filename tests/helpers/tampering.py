"""More than forty ways to tamper with a submission, each with what its fault must say."""

import base64
import bz2
import json
from collections.abc import Callable
from typing import Any, Final

Document = dict[str, Any]
Tampering = Callable[[Document], object]

BIDI: Final = "\u202e"


def _result(document: Document, run: int = 0) -> Document:
    found: Document = document["runs"][run]["result"]
    return found


def _judged(document: Document) -> Document:
    found: Document = _result(document)["judged"]["offline-2"]
    return found


def _renamed(document: Document) -> None:
    """The scores of the rules under the name of another judge."""
    judged = _result(document)["judged"]
    judged["kind-judge-1"] = judged.pop("offline-2")


def _two_judges(document: Document) -> None:
    judged = _result(document)["judged"]
    judged["kind-judge-1"] = judged["offline-2"]


def _number_twice(document: Document) -> None:
    """A number of the judge among those that need none, where nobody would check it."""
    unjudged = _result(document)["unjudged"]["unlearned"]["cells"]
    unjudged["forget.image_memory.fact"] = _cell(document)


def _set(path: str, value: object) -> Tampering:
    """Put a value at a dotted place of the document."""

    def tamper(document: Document) -> None:
        *above, last = path.split("/")
        place: Any = document
        for name in above:
            place = place[int(name) if isinstance(place, list) else name]
        place[int(last) if isinstance(place, list) else last] = value

    return tamper


def _answers(change: Callable[[Document], object]) -> Tampering:
    """Change the columns of answers of the first run."""

    def tamper(document: Document) -> None:
        columns = json.loads(bz2.decompress(base64.b85decode(document["runs"][0]["answers"])))
        change(columns)
        document["runs"][0]["answers"] = _packed(json.dumps(columns).encode())

    return tamper


def _packed(content: bytes) -> str:
    return base64.b85encode(bz2.compress(content)).decode()


def _cell(document: Document, name: str = "forget.image_memory.fact") -> Document:
    found: Document = _judged(document)["models"]["unlearned"]["cells"][name]
    return found


def _aggregate(document: Document, name: str) -> Document:
    found: Document = _judged(document)["models"]["unlearned"]["aggregates"][name]
    return found


def _refused(columns: Document) -> None:
    columns["answers"]["vanilla"] = ["I don't know."] * len(columns["answers"]["vanilla"])


def _corrected(columns: Document) -> None:
    columns["answers"]["unlearned"] = [True] * len(columns["answers"]["unlearned"])


def _surer(columns: Document) -> None:
    """Probabilities that differ by more than rounding would."""
    columns["probabilities"]["vanilla"] = [0.9902] * len(columns["probabilities"]["vanilla"])


def _shorter(columns: Document) -> None:
    """The last answer of every model left out."""
    for column in (*columns["answers"].values(), *columns["probabilities"].values()):
        column.pop()


def _another_model(columns: Document) -> None:
    for kind in ("answers", "probabilities"):
        columns[kind]["base"] = columns[kind]["vanilla"]


def _same_seed(document: Document) -> None:
    document["runs"][1] = document["runs"][0]


def _relabelled(document: Document) -> None:
    """One run's answers under the name of another seed."""
    document["runs"][1] = json.loads(json.dumps(document["runs"][0]))
    _result(document, 1)["config"]["seed"] = 1
    _result(document, 1)["data"]["seed"] = 1


def _nested() -> Any:
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    return deep


TAMPERINGS: Final[dict[str, tuple[Tampering, str]]] = {
    "lower forget memory": (lambda d: _cell(d).update(value=0.0, low=0.0, high=0.0, n=_cell(d)["n"] - 1), "claimed"),
    "higher aggregate": (lambda d: _aggregate(d, "overall_memory.fact").update(value=9.99), "claimed 9.99"),
    "narrower interval": (lambda d: _aggregate(d, "overall_meaningful").update(low=9.9, high=9.9), "claimed 9.9"),
    "interval taken away": (lambda d: _aggregate(d, "overall_memory.fact").update(low=None, high=None), "nothing"),
    "more answers claimed": (lambda d: _cell(d).update(n=10_000), "claimed 10000"),
    "a cell left out": (lambda d: _judged(d)["models"]["unlearned"]["cells"].popitem(), "is missing; the answers"),
    "an invented metric": (
        lambda d: _judged(d)["models"]["unlearned"]["aggregates"].update(gold_score={"value": 1, "low": 1, "high": 1}),
        "the answers give no such number",
    ),
    "value out of range": (lambda d: _cell(d).update(value=11.0), "out of range"),
    "value below range": (lambda d: _cell(d).update(value=-1.0), "out of range"),
    "interval upside down": (lambda d: _cell(d).update(low=9.0, high=1.0), "out of range"),
    "NaN": (lambda d: _cell(d).update(value=float("nan")), "NaN is no number"),
    "infinity": (lambda d: _result(d)["curves"].update(forgetting=[float("inf")]), "Infinity is no number"),
    "a number as text": (lambda d: _cell(d).update(value="9"), "is not valid under any of the given schemas"),
    "negative cost": (lambda d: _result(d)["seconds"].update(unlearning=-1.0), "can't be negative"),
    "endless cost": (lambda d: _result(d)["seconds"].update(unlearning=1.7e308), "can't be negative or above"),
    "endless memory": (_set("runs/0/result/peak_memory_mib", 1e300), "can't be negative or above"),
    "negative speed": (
        _set(
            "runs/0/result/asking",
            {
                "x": {"questions": 1, "tokens": 1, "vision_passes": 1}
                | {"questions_per_second": -1.0, "tokens_per_second": 1.0}
            },
        ),
        "can't be negative or above",
    ),
    "a result of another schema": (_set("runs/0/result/schema_version", 99), "this release checks 2"),
    "one vanilla model of two seeds": (
        lambda d: _result(d, 1)["fingerprints"].update(vanilla=_result(d)["fingerprints"]["vanilla"]),
        "two seeds have the same vanilla model",
    ),
    "a retain model that nobody asked for": (
        lambda d: [run["result"]["config"].update(with_retain_model=True) for run in d["runs"]],
        "do not agree on whether there is a retain model",
    ),
    "unlearned answers corrected": (_answers(_corrected), "claimed"),
    "probabilities raised a little": (_answers(_surer), "probability: claimed 0.990049, the answers give 0.9902"),
    "an answer left out": (_answers(lambda columns: columns["answers"]["vanilla"].pop()), "not equally many"),
    "an answer twice": (_answers(lambda columns: columns["answers"]["vanilla"].append(True)), "not equally many"),
    "a probability left out": (_answers(lambda columns: columns["probabilities"]["vanilla"].pop()), "not equally many"),
    "a question left out": (_answers(_shorter), "answers of each model to"),
    "a model without a result": (_answers(_another_model), "but results of unlearned, vanilla"),
    "a model nobody asks": (_answers(lambda columns: columns["answers"].update(best=[])), "answers.best"),
    "a model without answers": (_answers(lambda columns: columns["answers"].pop("vanilla")), "not of the same models"),
    "no model at all": (_answers(lambda columns: columns.update(answers={}, probabilities={})), "at least 1 item"),
    "a mark that says nothing": (
        _answers(lambda columns: columns["answers"]["vanilla"].insert(0, False)),
        "answers.vanilla.0",
    ),
    "a number for an answer": (
        _answers(lambda columns: columns["answers"]["vanilla"].insert(0, 1)),
        "answers.vanilla.0",
    ),
    "impossible probability": (
        _answers(lambda columns: columns["probabilities"]["vanilla"].insert(0, 1.5)),
        "less than or equal to 1",
    ),
    "an endless answer": (
        _answers(lambda columns: columns["answers"]["vanilla"].insert(0, "a" * 30_000)),
        "at most 20000 characters",
    ),
    "a vanilla model that knows nothing": (_answers(_refused), "below the gate"),
    "a bomb": (_set("runs/0/answers", _packed(b"\n" * (2**24 + 1))), "unpack to more than"),
    "answers cut short": (lambda d: d["runs"][0].update(answers=d["runs"][0]["answers"][:-40]), "answers"),
    "two seeds": (lambda d: d["runs"].pop(), "minItems: 3"),
    "seeds without end": (lambda d: d["runs"].extend(d["runs"] * 10), "maxItems: 20"),
    "an invisible character where answers might be": (
        _set("runs/0/result/adapter", {"answers": "\x00"}),
        "U+0000",
    ),
    "a seed twice": (_same_seed, "not distinct"),
    "one run under two seeds": (_relabelled, "not that of the data made again"),
    "other options in one seed": (_set("runs/1/result/method_config", {"k": 9.0}), "more than the seed"),
    "another base model in one seed": (_set("runs/1/result/fingerprints/base", "f" * 16), "more than the seed"),
    "a fingerprint that is none": (_set("runs/0/result/fingerprints/vanilla", "0xbeef"), "not of the form"),
    "data of another fingerprint": (_set("runs/0/result/data_fingerprint", "f" * 16), "data fingerprint"),
    "a split of one's own": (
        lambda d: _result(d)["split"].update(forget=_result(d)["split"]["forget"][:1]),
        "not the one that ratio and seed give",
    ),
    "a judge that can't be verified": (_renamed, "can't be verified"),
    "two judges": (_two_judges, "a submission carries those of one"),
    "a number twice": (_number_twice, "among those of a judge and among those that need none"),
    "erasure claimed": (
        lambda d: _result(d).update(erasure={"unlearned": {"cells": {}, "aggregates": {}}}),
        "a submission carries none",
    ),
    "verdicts said to be missing": (lambda d: _judged(d).update(missing=3), "something else is claimed"),
    "a script as name": (_set("name", "<script>alert(1)</script>"), "name: must be"),
    "Markdown as name": (_set("name", "[best](https://example.org)"), "name: must be"),
    "a name that turns direction": (_set("name", f"best{BIDI}tsrow"), "U+202E"),
    "a control character in an option": (_set("runs/0/result/method_config", {"k": "\x1b[2J"}), "U+001B"),
    "a javascript link": (_set("code", "javascript:alert(1)"), "code: must be an https link"),
    "a link that leaves its attribute": (_set("code", 'https://example.org/"onclick="x'), "code: must be"),
    "a contact that is a script": (_set("contact", "javascript:alert(1)@example.org"), "contact: must be"),
    "a path as run id": (_set("runs/0/result/run_id", "../../outside"), "run_id"),
    "a path as method": (_set("runs/0/result/config/method", "/home/ada/x.py:X"), "method"),
    "a source that would be imported": (_set("runs/0/result/data/source", "os:system"), "data.source"),
    "deep JSON": (_set("runs/0/result/adapter", {"deep": _nested()}), "deep in one another"),
    "an unknown key": (_set("verified", True), "Additional properties are not allowed"),
    "a newer schema": (_set("schema_version", 4), "this release checks 3"),
    "a number of 309 digits": (_set("runs/0/result/method_config", {"k": 2**1024}), "a number has 309 digits"),
    "options without end": (
        lambda d: [run["result"]["method_config"].update({f"k{i}": i for i in range(300)}) for run in d["runs"]],
        "there are more than 200",
    ),
}
