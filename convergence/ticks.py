"""What goes by itself, and how often. A tick that is not taken in time is left out: the
next one does the same."""

from __future__ import annotations

from celery.schedules import crontab

Entry = dict[str, object]


def _often(task: str, seconds: float, within: int, queue: str = "slow") -> Entry:
    """`within`: seconds after which another tick is at hand."""
    options = {"expires": within, "queue": queue}
    return {"task": task, "schedule": seconds, "options": options}


def _nightly(task: str, hour: int, minute: int) -> Entry:
    """At an hour, not by an interval: that would begin again at each restart."""
    options = {"expires": 3600, "queue": "slow"}
    at = crontab(hour=hour, minute=minute)
    return {"task": task, "schedule": at, "options": options}


SCHEDULE = {
    "deliver-due": _often("mail.tasks.deliver_due", 2.0, 10, "send"),
    "pace-mailings": _often("mail.tasks.pace_mailings", 3.0, 10, "send"),
    "wake-due": _often("mail.tasks.wake_due", 10.0, 9),
    "sweep-muted": _often("mail.tasks.sweep_muted", 20.0, 15),
    "strip-labels": _often("mail.tasks.strip_labels", 30.0, 25),
    "resume-acts": _often("mail.tasks.resume_acts", 60.0, 50),
    "follow-directory": _often("accounts.tasks.follow_directory", 60.0, 50),
    "prune": _nightly("accounts.tasks.prune", 3, 40),
    "sweep-uploads": _nightly("mail.tasks.sweep_uploads", 4, 10),
    "trim-correspondents": _nightly("mail.tasks.trim_correspondents", 4, 20),
}
