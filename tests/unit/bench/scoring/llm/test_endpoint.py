"""How long a server asks to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from smfa_bench.scoring.llm.endpoint import retry_after


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("", 0),
        ("soon", 0),
        ("nan", 0),
        ("inf", 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ],
)
def test_seconds_are_read_and_nonsense_asks_for_nothing(header: str, seconds: float) -> None:
    assert retry_after(header) == seconds


def test_a_date_asks_for_the_time_until_then() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    assert 0 < retry_after(format_datetime(later, usegmt=True)) <= 3600
