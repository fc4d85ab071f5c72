"""What the signature of a message is worth, asked apart from the message."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.requests import person
from convergence.errors import MessageMissing
from convergence.web import answer, is_partial
from mail import plaintext, smime
from mail.access import open_granted
from mail.views import regions


@require_GET
def show(request: HttpRequest, address: str, folder: str, uid: int) -> HttpResponse:
    with open_granted(person(request), address) as (grant, store):
        message = store.message(folder, uid)
        if smime.kind(message.structure) != "signed":
            raise MessageMissing
        data = b""
        if message.size <= smime.OCTETS_MAX:
            with store.source(folder, uid) as (_size, pieces):
                data = b"".join(pieces)
        context = {} if is_partial(request) else regions.shell(grant, store, folder)
    signature = smime.verify(data) if data else smime.Signature("busy")
    # of a message that has its own text beside the signature that is shown already
    inside = "" if message.structure.is_multipart else signature.text
    context |= {
        "signature": signature,
        "sender": message.header.sender,
        "is_sender": signature.is_of(message.header.sender.email),
        "labels_id": regions.labels_id(folder, uid),
        "inside": plaintext.render(inside).html if inside else "",
        "path": regions.message_path(address, folder, uid),
    }
    return answer(request, "mail/messages/signature", context)
