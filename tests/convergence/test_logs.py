from __future__ import annotations

import json
import logging
import sys

import pytest

from convergence.logs import JsonFormatter


def _record(**extra: object) -> logging.LogRecord:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "event", (), None)
    record.__dict__.update(extra)
    return record


def test_a_line_is_one_json_object() -> None:
    line = JsonFormatter().format(_record(reference="7F3A-21"))
    assert "\n" not in line
    assert json.loads(line)["reference"] == "7F3A-21"


def test_only_named_fields_leave_the_process() -> None:
    line = JsonFormatter().format(_record(subject="Conseil de classe", status=200))
    assert "Conseil" not in line
    assert json.loads(line)["status"] == 200


def test_the_answer_of_a_server_is_told_by_its_code() -> None:
    line = JsonFormatter().format(_record(code=535, cause="5.7.8 authentication"))
    assert json.loads(line)["code"] == 535
    assert json.loads(line)["cause"] == "5.7.8 authentication"


def test_a_traceback_is_shown_without_its_message() -> None:
    try:
        raise ValueError("Chère Madame")
    except ValueError:
        record = _record()
        record.exc_info = sys.exc_info()
    line = JsonFormatter().format(record)
    assert "Madame" not in line
    assert json.loads(line)["error"] == "ValueError"


@pytest.mark.parametrize(
    "said",
    [
        "no such user <kbenali@ac-poitiers.test>",
        "RCPT TO:ce.0869001S@ac-poitiers.test failed",
        "OSError('kbenali@ac-poitiers.test: refused')",
        "é.à@ac-poitiers.test",
    ],
)
def test_what_libraries_say_loses_its_addresses(said: str) -> None:
    record = _record(cause=said)
    record.msg = said
    line = JsonFormatter().format(record)
    assert "@ac-poitiers" not in line
    assert "kbenali" not in line
    assert "0869001S" not in line
    assert "…@…" in json.loads(line)["cause"]


def test_what_libraries_say_is_cut_short() -> None:
    line = JsonFormatter().format(_record(cause="x" * 100_000))
    assert len(line) < 2000
