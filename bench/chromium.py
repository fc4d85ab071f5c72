"""Somebody who has signed in, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from bench.people import HOST, Account

PROGRAM = "/usr/bin/chromium"
# a list beside what is read
VIEWPORT = {"width": 1440, "height": 900}


def base(port: int) -> str:
    return f"http://{HOST}:{port}"


@contextmanager
def signed_in(port: int, who: Account) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=PROGRAM, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
        page.goto(f"{base(port)}/connexion/")
        page.fill("[name=username]", who.uid)
        page.fill("[name=password]", who.password)
        page.press("[name=password]", "Enter")
        page.wait_for_selector(".listing")
        yield page
        browser.close()
