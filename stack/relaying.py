"""A small SMTP relay for places without root; `python -m stack.relaying stack.json`.

It takes what Dovecot's submission hands on, checks the sender, expands lists, gives our
addresses to Dovecot by LMTP and keeps every other message in the maildir `outside`.
There is no queue: the answer of LMTP is the answer to the client.
"""

from __future__ import annotations

import asyncio
import json
import mailbox
import smtplib
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from stack.layout import DOMAIN, HOST, Layout
from stack.senders import Directory

SIZE_LIMIT = 40 * 1024 * 1024
# as transport_maps of conf/postfix/main.cf: domains that fail
FAILING = {
    "erreur.example": "550 5.1.1 boite inconnue",
    "lent.example": "451 4.4.1 pas de reponse",
}
Answer = tuple[int, str]


class Conversation(SMTP):
    """SMTP with XCLIENT, by which Dovecot tells the login of its client."""

    @syntax("XCLIENT name=value...")
    async def smtp_XCLIENT(self, arg: str | None) -> None:
        pairs = (word.partition("=") for word in (arg or "").split())
        for name, _, value in pairs:
            if name.upper() == "LOGIN":
                vars(self.session)["client_login"] = value
        await self.push("220 relay ESMTP")


class Handler:
    """The rules of the relay; directory and LMTP calls block, hence the threads."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.directory = Directory(layout)

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        attributes = "ADDR PORT HELO PROTO LOGIN SESSION TIMEOUT"
        return [*responses[:-1], f"250-XCLIENT {attributes}", *responses[-1:]]

    async def handle_MAIL(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        login = getattr(session, "client_login", "")
        if login and address:
            allowed = await asyncio.to_thread(self.directory.senders, address)
            if login.lower() not in allowed:
                return f"553 5.7.1 <{address}>: not owned by user {login}"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if refusal := FAILING.get(_domain(address)):
            return refusal
        if _domain(address) == DOMAIN:
            code, text = await asyncio.to_thread(self._exists, address)
            if code != 250:
                return f"{code} {text}"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        return await asyncio.to_thread(self._deliver, envelope)

    def _exists(self, address: str) -> Answer:
        if self.directory.members(address):
            return 250, "list"
        with smtplib.LMTP(HOST, self.layout.ports["lmtp"]) as server:
            server.ehlo()
            server.mail("")
            code, text = server.rcpt(address)
        return code, _first_line(text)

    def _deliver(self, envelope: Envelope) -> str:
        ours: set[str] = set()
        outside: list[str] = []
        for address in envelope.rcpt_tos:
            if _domain(address) == DOMAIN:
                ours |= self.directory.expand(address)
            else:
                outside.append(address)
        sender, content = envelope.mail_from or "", envelope.original_content or b""
        if outside:
            self._capture(sender, outside, content)
        refused = [
            r for a in sorted(ours) if (r := self._hand_over(sender, a, content))
        ]
        if ours and len(refused) == len(ours):
            return "{} {}".format(*refused[0])
        return "250 2.0.0 Ok: delivered"

    def _capture(self, sender: str, addresses: list[str], content: bytes) -> None:
        box = mailbox.Maildir(self.layout.path("outside"))
        for address in addresses:
            head = f"Return-Path: <{sender}>\r\nX-Original-To: {address}\r\n"
            box.add(head.encode() + content)

    def _hand_over(self, sender: str, address: str, content: bytes) -> Answer | None:
        # one at a time: LMTP answers once for each recipient, smtplib reads one answer
        with smtplib.LMTP(HOST, self.layout.ports["lmtp"]) as server:
            try:
                server.sendmail(sender, [address], content)
            except smtplib.SMTPRecipientsRefused as error:
                code, text = next(iter(error.recipients.values()))
                return code, _first_line(text)
            except smtplib.SMTPResponseException as error:
                return error.smtp_code, _first_line(error.smtp_error)
        return None


class RelayController(Controller):
    def factory(self) -> SMTP:
        return Conversation(self.handler, **self.SMTP_kwargs)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _first_line(text: bytes | str) -> str:
    decoded = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return decoded.splitlines()[0] if decoded else ""


def main(facts_file: str) -> None:
    facts: dict[str, Any] = json.loads(Path(facts_file).read_text("utf-8"))
    layout = Layout.from_facts(facts)
    controller = RelayController(
        Handler(layout),
        hostname=HOST,
        port=layout.ports["smtp"],
        data_size_limit=SIZE_LIMIT,
        enable_SMTPUTF8=True,
        ident="relay",
    )
    controller.start()
    asyncio.new_event_loop().run_forever()


if __name__ == "__main__":
    main(sys.argv[1])
