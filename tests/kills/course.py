"""What is written, and who is killed when."""

from __future__ import annotations

from dataclasses import dataclass

SERVERS = ("dovecot", "mta", "redis")
# the process that asks is `self`: a gunicorn worker or a Celery worker
VICTIMS = ("self", "self", "self", "web", "beat", *SERVERS)
Kill = tuple[str, str]


@dataclass(frozen=True)
class Course:
    """`kills` by `chance` at any step, or those of `plan` (victim, step) and no others.
    `patience`: seconds after which what a crash left is taken up, `quiet`: those that
    all of it may take. `is_forked`: what is killed is there again at once."""

    messages: int
    kinds: tuple[str, ...]
    kills: int = 0
    chance: float = 0.0
    plan: tuple[Kill, ...] = ()
    people: int = 8
    patience: int = 25
    quiet: int = 240
    is_forked: bool = False


def long(messages: int, kills: int) -> Course:
    kinds = ("plain",) * 3 + ("later", "later+undo", "undo", "undo", "twice")
    return Course(messages, kinds, kills=kills, chance=0.012)


STEPS = ("queue", "hold", "cancel", "claim", "submit", "settle", "file")
# who asks dies before and after each step; the others while it is under way
SHORT = Course(
    messages=40,
    kinds=("plain", "twice", "undo", "now"),
    plan=(
        *(("self", f"{when} {step}") for step in STEPS for when in ("before", "after")),
        ("dovecot", "before hold"),
        ("dovecot", "before claim"),
        ("dovecot", "before file"),
        ("mta", "before submit"),
        ("mta", "after claim"),
        ("redis", "after hold"),
        ("redis", "before claim"),
        ("beat", "after submit"),
        ("web", "after queue"),
    ),
    people=2,
    patience=6,
    quiet=60,
    is_forked=True,
)
