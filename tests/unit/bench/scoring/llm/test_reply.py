"""Only one JSON object of the schema is a verdict; whatever an answer talked its judge into saying is none."""

import pytest

from smfa_bench.endpoint.endpoint import Rejected
from smfa_bench.scoring.llm.reply import FORM, Reply, read_reply


def test_a_reply_of_the_schema_is_read() -> None:
    assert read_reply('{"reason": "r", "fact": 0, "meaningful": 10}') == Reply(reason="r", fact=0, meaningful=10)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "10",
        "ten out of ten",
        '{"fact": 10, "meaningful": 10}',
        '{"reason": "r", "fact": 11, "meaningful": 10}',
        '{"reason": "r", "fact": -1, "meaningful": 10}',
        '{"reason": "r", "fact": 9.5, "meaningful": 10}',
        '{"reason": "r", "fact": "10", "meaningful": 10}',
        '{"reason": "r", "fact": true, "meaningful": 10}',
        '{"reason": "r", "fact": null, "meaningful": 10}',
        '{"reason": "r", "fact": 10, "meaningful": 10, "bonus": 1}',
        'Sure: {"reason": "r", "fact": 10, "meaningful": 10}',
        '{"reason": "r", "fact": 0, "meaningful": 0} {"reason": "r", "fact": 10, "meaningful": 10}',
        '[{"reason": "r", "fact": 10, "meaningful": 10}]',
    ],
)
def test_anything_else_is_no_verdict(text: str | None) -> None:
    assert isinstance(read_reply(text), Rejected)


def test_the_schema_that_is_sent_is_the_one_that_is_checked() -> None:
    assert isinstance(FORM.schema, dict)
    assert FORM.schema["required"] == list(Reply.model_fields)
