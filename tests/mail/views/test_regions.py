"""The addresses of mail, made without reverse()."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from django.urls import resolve

from mail.views import regions


@pytest.mark.parametrize("address", ["camille@ac.fr", "o'neil+a#1?&b%c@ac.fr"])
@pytest.mark.parametrize("folder", ["INBOX", "Élèves/6~1 A?#"])
def test_an_address_leads_to_its_message(address: str, folder: str) -> None:
    for path, name in (
        (regions.message_path(address, folder, 7), "mail:message"),
        (regions.write_path(address, folder, 7) + "reponse/", "mail:reply"),
    ):
        found = resolve(unquote(urlsplit(path).path))
        assert found.view_name == name
        assert found.kwargs.items() >= {
            ("address", address),
            ("folder", folder),
            ("uid", 7),
        }
