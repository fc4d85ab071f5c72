"""The administration of people, mailboxes, accesses, announcements and traces."""

from accounts.admin import announcements, mailboxes, traces, users

__all__ = ["announcements", "mailboxes", "traces", "users"]
