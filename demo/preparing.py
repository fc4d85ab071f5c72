"""`python -m demo.preparing FOLDER`: database, translations, static files, the seed.

Run in the site's environment once its servers answer. It says what it does on standard
output; an error ends it with its cause on the last line of standard error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

from demo import places
from stack import Stack


def main(folder: Path) -> None:
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    if (places.ROOT / "locale").is_dir():
        call_command("compilemessages", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False, clear=False)
    if not places.seeded(folder):
        _seed(folder)


def _seed(folder: Path) -> None:
    # it imports models: only now they may be
    from demo.seeding import seed

    places.mark_seeding(folder)
    seed(Stack.at(folder / "stack"), say)
    # on the disk before the mark is
    os.sync()
    places.mark_seeded(folder)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
