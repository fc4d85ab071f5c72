from __future__ import annotations

import json

import pytest

from convergence.logs import JsonFormatter
from mail.reasons import reason


def test_the_log_names_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    reason(550, "5.1.1 <jdupont>: user unknown in virtual table, c@d.test")
    [record] = caplog.records
    line = json.loads(JsonFormatter().format(record))
    assert line["code"] == 550
    assert line["cause"] == "5.1.1 <…>: user unknown in virtual table, …@…"


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        (550, "5.1.1 <x> User unknown", "n’existe pas"),
        (552, "5.2.2 over quota", "pleine"),
        (552, "5.3.4 Message size exceeds limit", "volumineux"),
        (554, "5.7.1 denied", "refuse"),
        (553, "5.6.7 SMTPUTF8 is required", "accentuées"),
        (452, "4.3.1 Insufficient system storage", "plus de place"),
        (450, "4.7.1 Greylisted", "réessayer plus tard"),
        (451, "4.4.1 no answer from host", "ne répond pas"),
        (599, "???", "code 599"),
        (450, "???", "d’attendre"),
    ],
)
def test_an_answer_is_told_in_french(code: int, text: str, words: str) -> None:
    assert words in reason(code, text)
    assert text not in reason(code, text)
