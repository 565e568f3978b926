from __future__ import annotations

import json
import logging
import sys

from common.logs import JsonFormatter, Log


def test_a_line_is_one_json_object() -> None:
    formatter = JsonFormatter("stt")
    try:
        raise ValueError("broken\nline")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "a fault", (), sys.exc_info())
    record.fields = {"sessionId": 3}
    text = formatter.format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert (line["level"], line["service"], line["msg"], line["sessionId"]) == (50, "stt", "a fault", 3)
    assert line["err"]["type"] == "ValueError"


def test_transcripts_are_not_logged_at_info() -> None:
    records: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    logger = logging.getLogger("quiet")
    logger.addHandler(Keep())
    logger.setLevel(logging.INFO)
    Log("quiet").debug("final", transcript="my card number")
    assert records == []
