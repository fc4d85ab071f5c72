"""What somebody at a screen waits for, in Chromium: from a click on a row until the
message is painted, and whatever keeps the page from answering while a thousand rows
are scrolled and selected."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from playwright.sync_api import Locator, Page

from bench import chromium, people, report, site
from bench.measuring import percentile
from bench.people import Account
from bench.report import Row
from bench.wire import Recorder
from stack import Stack

CLICKS = 40
ROWS = 1_000
PAGE = 50
# milliseconds: the median of the clicks; a task of which the longest counts
PAINT = 100.0
TASK = 50.0
# what a click makes the page ask for has come within it
_SETTLED_MS = 400
_NOTHING = 0.0, 0.0, 0.0
_FULL = f"""() => document.querySelectorAll(".row[id]").length >= {ROWS}"""

# From the event itself to the frame after the one in which the text is there.
_AWAIT = """(uid) => {
  const text = () => document.querySelector(`#message-${uid} .reader__text`);
  window.painted = new Promise((resolve) => {
    let begun = 0;
    const clicked = (event) => { begun = event.timeStamp; };
    document.addEventListener("click", clicked, { capture: true, once: true });
    const watch = new MutationObserver(() => {
      if (!text()?.textContent.trim()) return;
      watch.disconnect();
      const frame = requestAnimationFrame;
      frame(() => frame(() => resolve(performance.now() - begun)));
    });
    const reader = document.querySelector("#reader");
    watch.observe(reader, { childList: true, subtree: true });
  });
}"""
_WATCH = """() => {
  window.tasks = [];
  const watch = new PerformanceObserver((list) => {
    window.tasks.push(...list.getEntries().map((entry) => entry.duration));
  });
  watch.observe({ type: "longtask" });
}"""
_PLAIN = """() => [...document.querySelectorAll(".row")]
  .filter((row) => !row.querySelector(".row__link").href.endsWith("conversation/"))
  .map((row) => row.id.replace("row-", ""))"""


def measure(web: site.Gunicorn, stack: Stack, who: Account) -> tuple[list[Row], bool]:
    """Both rows, and whether their bars are held."""
    people.unread(stack, who)
    opening, loading = _commands(stack, who)
    with chromium.signed_in(web.port, who) as page:
        painted = _clicks(page, _list(web.port, who, "INBOX"), CLICKS)
        tasks = _scrolled(page, _list(web.port, who, people.folder_of(ROWS)))
    clicks = _clicks_row(painted, opening)
    held = _show(clicks, report.verdict("paint", clicks.ours_ms, PAINT))
    print("  " + "  ".join(f"{name} {longest:.0f}" for name, longest in tasks.items()))
    longest = max(tasks.values())
    row = Row("long tasks", ROWS, *_NOTHING, longest, longest, loading, 0, 0)
    _show(row, report.verdict("task", longest, TASK))
    return [clicks, row], held and longest <= TASK


def _commands(stack: Stack, who: Account) -> tuple[int, int]:
    """IMAP commands of a click, with what it makes the page ask for, and of a page that
    is scrolled to. Other messages than those that are timed."""
    recorder = Recorder(stack.ports["imap"])
    recorder.start()
    proxied = site.environment_on(stack) | {"IMAP_PORT": str(recorder.port)}
    web = site.Gunicorn(proxied, workers=1).start()
    try:
        with chromium.signed_in(web.port, who) as page:
            page.goto(f"{_list(web.port, who, 'INBOX')}?page=2")
            page.wait_for_timeout(_SETTLED_MS)
            opening = [_during(recorder, page, uid) for uid in _uids(page)[:4]]
            page.goto(_list(web.port, who, people.folder_of(ROWS)))
            page.wait_for_timeout(_SETTLED_MS)
            recorder.taken()
            _load(page)
            loading = len(recorder.taken()[0]) / (ROWS / PAGE - 1)
    finally:
        web.stop()
    return round(statistics.median(opening[1:])), round(loading)


def _during(recorder: Recorder, page: Page, uid: str) -> int:
    recorder.taken()
    _click(page, uid)
    return len(recorder.taken()[0])


def _list(port: int, who: Account, folder: str) -> str:
    return f"{chromium.base(port)}/courrier/{who.address}/{folder}/"


# --- clicks ---------------------------------------------------------------------------
def _uids(page: Page) -> list[str]:
    found: list[str] = page.evaluate(_PLAIN)
    return found


def _clicks(page: Page, url: str, count: int) -> list[float]:
    """Milliseconds, each for a message that nobody opened before."""
    page.goto(url)
    page.wait_for_timeout(_SETTLED_MS)
    return [_click(page, uid) for uid in _uids(page)[:count]]


def _click(page: Page, uid: str) -> float:
    page.evaluate(_AWAIT, uid)
    page.locator(f"#row-{uid} .row__link").click()
    took = float(page.evaluate("window.painted"))
    page.wait_for_timeout(_SETTLED_MS)
    return took


# --- a thousand rows ------------------------------------------------------------------
def _load(page: Page) -> None:
    """The list reads on while it is scrolled, until all rows are there."""
    page.mouse.move(*_middle(page.locator(".row").first))
    for _ in range(ROWS):
        if page.evaluate(_FULL):
            return
        page.mouse.wheel(0, 1_500)
        page.wait_for_timeout(30)
    raise SystemExit("the list does not read on")


def _scrolled(page: Page, url: str) -> dict[str, float]:
    """The longest task of each act, 0 where none was long."""
    page.goto(url)
    boxes, links = page.locator(".row [name=uid]"), page.locator(".row__link")
    # what finds elements is put into the page before anybody watches
    boxes.first.hover()
    page.wait_for_timeout(_SETTLED_MS)
    page.evaluate(_WATCH)
    return {
        "read on": _longest(page, lambda: _load(page)),
        "scroll up": _longest(page, lambda: _wheel(page, -3_000)),
        "scroll down": _longest(page, lambda: _wheel(page, 3_000)),
        "open": _press(page, links.last),
        "select": _held(page, 1, _press(page, boxes.last)),
        "range": _held(page, ROWS, _press(page, boxes.first, "Shift")),
        "clear": _held(page, 0, _key(page, "Escape")),
        "all": _held(page, ROWS, _key(page, "Control+a")),
        "none": _held(page, 0, _press(page, page.locator("[data-select-all] input"))),
    }


def _held(page: Page, count: int, took: float) -> float:
    """`took`, when so many rows are selected now: the act has been one."""
    if (found := page.locator(".row :checked").count()) != count:
        raise SystemExit(f"{found} rows are selected instead of {count}")
    return took


def _key(page: Page, key: str) -> float:
    return _longest(page, lambda: page.keyboard.press(key))


def _wheel(page: Page, by: int) -> None:
    for _ in range(40):
        page.mouse.wheel(0, by)
        page.wait_for_timeout(30)


def _press(page: Page, target: Locator, *held: str) -> float:
    """A click of the mouse alone: the target has been found and reached before."""
    at = _middle(target)

    def act() -> None:
        for key in held:
            page.keyboard.down(key)
        page.mouse.click(*at)
        for key in held:
            page.keyboard.up(key)

    return _longest(page, act)


def _middle(target: Locator) -> tuple[float, float]:
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    if not box:
        raise SystemExit("there is nothing to point at")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _longest(page: Page, act: Callable[[], object]) -> float:
    page.wait_for_timeout(_SETTLED_MS)
    page.evaluate("() => { window.tasks = []; }")
    act()
    page.wait_for_timeout(_SETTLED_MS)
    return float(page.evaluate("() => Math.max(0, ...window.tasks)"))


# --- on screen ------------------------------------------------------------------------
def _clicks_row(painted: list[float], commands: int) -> Row:
    median = round(statistics.median(painted), 1)
    p95 = round(percentile(painted), 1)
    return Row("click to paint", len(painted), *_NOTHING, median, p95, commands, 0, 0)


def _show(row: Row, verdict: str) -> bool:
    print(
        f"{row.op:22} {row.folder_size:6}  median {row.ours_ms:6.1f} ms"
        f"  p95 {row.p95_ms:6.1f} ms  {row.imap_commands:2} cmd  {verdict}",
        flush=True,
    )
    return verdict.endswith("held")
