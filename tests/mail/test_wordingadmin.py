"""Signatures in the administration: imposing one, seeing those of mailboxes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Mailbox, User
from mail.models import ImposedSignature, Signature, Template
from stack.people import Person
from tests.accounts.administrators import acts, signed_in

pytestmark = pytest.mark.django_db
ROOT = "/administration/mail/"


@pytest.fixture
def admin(person: Person) -> Client:
    return signed_in(person, is_staff=True)


def add(client: Client, **fields: Any) -> Any:
    fields = {"text": "Académie", "is_active": "on", **fields}
    return client.post(f"{ROOT}imposedsignature/add/", fields)


def test_one_is_imposed_on_a_domain_or_a_mailbox(admin: Client) -> None:
    html = "<b>Académie</b><script>x</script>"
    assert add(admin, domain="@AC-Poitiers.test", html=html).status_code == 302
    row = ImposedSignature.objects.get()
    assert (row.domain, row.html) == ("ac-poitiers.test", "<b>Académie</b>")
    assert acts("admin.imposed_signature.add")
    mailbox = Mailbox.objects.get()
    assert add(admin, mailbox=str(mailbox.pk)).status_code == 302
    listed = admin.get(f"{ROOT}imposedsignature/").content.decode()
    assert "@ac-poitiers.test" in listed
    assert mailbox.address in listed


@pytest.mark.parametrize("fields", [{}, {"domain": "a b"}, {"domain": "x", "text": ""}])
def test_one_without_a_place_is_refused(admin: Client, fields: dict[str, str]) -> None:
    assert add(admin, **fields).status_code == 200
    assert not ImposedSignature.objects.exists()


def test_what_mailboxes_share_is_seen_and_what_is_ones_own_is_not(
    admin: Client,
) -> None:
    mailbox, user = Mailbox.objects.get(), User.objects.get()
    Signature.objects.create(mailbox=mailbox, name="Usuelle", text="secret")
    Template.objects.create(mailbox=mailbox, name="Commun", text="secret")
    Template.objects.create(author=user, name="Mien", text="secret")
    assert "Usuelle" in admin.get(f"{ROOT}signature/").content.decode()
    listed = admin.get(f"{ROOT}template/").content.decode()
    assert "Commun" in listed
    assert "Mien" not in listed
    row = Signature.objects.get()
    page = admin.get(f"{ROOT}signature/{row.pk}/change/").content.decode()
    assert "secret" not in page
