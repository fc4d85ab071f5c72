"""Bars, held or missed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import report
from bench.report import Row

ROW = Row("list", 1_000, 1.0, 10.0, 2.0, 6.5, 9.0, 3, 4_000, 60_000)


def test_a_line_tells_which_bars_are_held(capsys: pytest.CaptureFixture[str]) -> None:
    assert not report.show(ROW, {"best": 9.2, "bar": 6.0})
    line = capsys.readouterr().out
    assert "best 9.2 held" in line
    assert "bar 6.0 MISSED" in line


def test_a_rate_has_to_reach_its_bar() -> None:
    assert report.verdict("rate", 299, 300, most=False).endswith("MISSED")
    assert report.verdict("rate", 300, 300, most=False).endswith("held")


def test_the_file_has_one_object_a_row(tmp_path: Path) -> None:
    report.write(tmp_path / "latest.json", [ROW])
    [row] = json.loads((tmp_path / "latest.json").read_text())
    assert row["op"] == "list"
    assert set(row) >= {"wire_ms", "raw_ms", "null_ms", "ours_ms", "p95_ms"}
