"""How a letter is dressed: quotes, HTML, the headers of lists and newsletters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape

from demo.letters.files import banner
from demo.letters.letter import Correspondent, Letter
from demo.letters.scripts import Script
from demo.letters.slots import french

AUTHENTICATED = "mx.ac-poitiers.test; spf={0} smtp.mailfrom={1}; dmarc={0}"
HOME = "@ac-poitiers.test"
PHRASE = "Vous recevez ce message parce que votre adresse professionnelle est inscrite."


def answered(subject: str) -> str:
    return subject if subject.startswith("Re: ") else f"Re: {subject}"


def quote(previous: Letter) -> str:
    """What an answer repeats below itself, one level deep."""
    moment = f"{french(previous.date)} {previous.date:%Y à %H:%M}"
    quoted = "\n".join(f"> {line}".rstrip() for line in previous.text.splitlines())
    return f"Le {moment}, {previous.sender.name} a écrit :\n{quoted}"


def dressed(letter: Letter, script: Script) -> Letter:
    """The letter with what its kind adds."""
    headers = script.headers | _list_headers(letter) | _proof(letter.sender)
    letter = replace(letter, headers=headers)
    if make := _KINDS.get(script.kind):
        return make(letter)
    # some people write in HTML, and always do
    if sum(letter.sender.address.encode()) % 5 < 2:
        return replace(letter, html=html_of(letter))
    return letter


def _list_headers(letter: Letter) -> dict[str, str]:
    """As Sympa adds them (RFC 2369, RFC 2919)."""
    lists = [one for one in letter.to if one.is_list]
    if not lists or letter.in_reply_to:
        return {}
    name, _, robot = lists[0].address.partition("@")
    return {
        "List-Id": f"<{name}.{robot}>",
        "List-Post": f"<mailto:{lists[0].address}>",
        "List-Unsubscribe": f"<mailto:sympa@{robot}?subject=unsubscribe%20{name}>",
        "List-Archive": f"<https://{robot}/sympa/arc/{name}>",
        "Precedence": "list",
        "X-Loop": lists[0].address,
    }


def _proof(sender: Correspondent) -> dict[str, str]:
    """What our server found about a sender from outside."""
    if sender.address.endswith(HOME):
        return {}
    domain = sender.address.partition("@")[2]
    return {"Authentication-Results": AUTHENTICATED.format("pass", domain)}


def html_of(letter: Letter) -> str:
    """Plain text as a mail client's HTML, its quote as a block."""
    html = "".join(f"<p>{_lines(part)}</p>\n" for part in letter.text.split("\n\n"))
    if letter.quote:
        said, *quoted = letter.quote.splitlines()
        bare = "\n".join(line.removeprefix(">").strip() for line in quoted)
        html += f"<p>{escape(said)}</p>\n<blockquote>{_lines(bare)}</blockquote>\n"
    return (
        f'<html lang="fr"><body style="font-family:sans-serif">\n{html}</body></html>'
    )


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")


def _circular(letter: Letter) -> Letter:
    """A letter of the administration: title, text, a line of small print."""
    parts = letter.text.split("\n\n")
    body = "".join(f'<p style="margin:0 0 12px">{_lines(part)}</p>\n' for part in parts)
    html = (
        '<html lang="fr"><body style="margin:0;font-family:Arial,sans-serif;'
        'color:#1b1b1b"><div style="max-width:640px;padding:16px">\n'
        f'<p style="border-left:4px solid #24507a;padding-left:12px;color:#24507a">'
        f"<strong>{escape(letter.sender.name)}</strong></p>\n"
        f'<h1 style="font-size:20px">{escape(letter.subject)}</h1>\n{body}'
        "</div></body></html>"
    )
    return replace(letter, html=html)


def _newsletter(letter: Letter) -> Letter:
    """Tables, a remote picture, an inline one, a pixel that counts readers."""
    domain = letter.sender.address.partition("@")[2]
    mark = letter.message_id[:10]
    head = banner(f"bandeau-{sum(letter.sender.address.encode())}@{domain}")
    cards = "".join(
        _card(part, f"https://images.{domain}/{mark}/{number}.jpg")
        for number, part in enumerate(letter.text.split("\n\n"), 1)
    )
    off = f"https://{domain}/desinscription/{mark}"
    html = (
        '<html lang="fr"><body style="margin:0;background:#eef1f4"><table width="100%"'
        ' cellpadding="0" cellspacing="0" role="presentation"><tr><td align="center">'
        '<table width="600" cellpadding="0" cellspacing="0" role="presentation"'
        ' style="background:#ffffff;font-family:Georgia,serif">\n'
        f'<tr><td><img src="cid:{head.name}" width="600" height="90"'
        f' alt="{escape(letter.sender.name)}"></td></tr>\n<tr><td style="padding:24px">'
        f'<h1 style="font-size:24px">{escape(letter.subject)}</h1></td></tr>\n{cards}'
        f'<tr><td style="padding:24px;font-size:12px;color:#5a5a5a">{PHRASE} '
        f'<a href="{off}">Se désinscrire</a>'
        f'<img src="https://suivi.{domain}/o/{mark}.gif" width="1" height="1" alt="">'
        "</td></tr></table></td></tr></table></body></html>"
    )
    headers = {
        "List-Id": f"<lettre.{domain}>",
        "List-Unsubscribe": f"<{off}>, <mailto:desinscription@{domain}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }
    return replace(
        letter, html=html, pictures=(head,), headers=letter.headers | headers
    )


def _card(text: str, picture: str) -> str:
    return (
        '<tr><td style="padding:0 24px 24px"><table role="presentation"><tr>'
        f'<td width="160" valign="top"><img src="{picture}" width="140" height="100"'
        f' alt=""></td><td valign="top">{_lines(text)}</td></tr></table></td></tr>\n'
    )


_KINDS: dict[str, Callable[[Letter], Letter]] = {
    "plain": lambda letter: letter,
    "circular": _circular,
    "newsletter": _newsletter,
}
