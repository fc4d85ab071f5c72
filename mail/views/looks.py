"""How a reader wants to see one message, as its address says it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from mail.forms import LooksForm


@dataclass(frozen=True, slots=True)
class Looks:
    """`plain`: the text of an HTML message; `charset`: not the one that it declares;
    `light`: as its author coloured it, also where the page is dark; `mono`: text in
    letters of one width; `whole`: nothing of it is folded."""

    plain: bool = False
    charset: str = ""
    light: bool = False
    mono: bool = False
    whole: bool = False

    def query(self, **more: str) -> str:
        """The same in an address, `more` before it; "" when there is nothing to say."""
        words = {
            "vue": "texte" if self.plain else "",
            "codage": self.charset,
            "fond": "clair" if self.light else "",
            "police": "fixe" if self.mono else "",
            "cite": "1" if self.whole else "",
        }
        return urlencode({n: v for n, v in {**more, **words}.items() if v})


def printed(looks: Looks) -> Looks:
    """On paper: dark ink, and nothing that a click would open."""
    return replace(looks, light=True, whole=True)


def of(request: HttpRequest) -> Looks:
    """What is not known is as by default: an old link still opens the message."""
    if request.GET.keys().isdisjoint(LooksForm.base_fields):
        return Looks()
    form = LooksForm(request.GET)
    form.is_valid()
    data = form.cleaned_data
    return Looks(
        plain=data.get("vue") == "texte",
        charset=data.get("codage", ""),
        light=data.get("fond") == "clair",
        mono=data.get("police") == "fixe",
        whole=bool(data.get("cite")),
    )


def uidvalidity(request: HttpRequest) -> int:
    """The UIDVALIDITY that the page which asks was told; 0 when it does not say. What
    was kept under it needs no question to the server."""
    told = request.GET.get("v", "")
    return int(told) if told.isdecimal() and len(told) <= 10 else 0


@dataclass(frozen=True, slots=True)
class Way:
    """A link to another look; `query` with its `?`."""

    label: str
    query: str
    current: bool = False


def charset_ways(looks: Looks) -> list[Way]:
    labels = {
        "": _("Automatique"),
        "double": _("Réparer les accents (Ã©)"),
        "utf-8": _("Unicode (UTF-8)"),
        "windows-1252": _("Europe occidentale (Windows-1252)"),
        "iso-8859-15": _("Europe occidentale (ISO-8859-15)"),
        "windows-1250": _("Europe centrale (Windows-1250)"),
        "windows-1251": _("Cyrillique (Windows-1251)"),
        "koi8-r": _("Cyrillique (KOI8-R)"),
        "windows-1253": _("Grec (Windows-1253)"),
        "windows-1254": _("Turc (Windows-1254)"),
        "windows-1255": _("Hébreu (Windows-1255)"),
        "windows-1256": _("Arabe (Windows-1256)"),
        "gb18030": _("Chinois (GB 18030)"),
        "big5": _("Chinois (Big5)"),
        "iso-2022-jp": _("Japonais (ISO-2022-JP)"),
        "shift_jis": _("Japonais (Shift-JIS)"),
        "euc-kr": _("Coréen (EUC-KR)"),
    }
    return [
        Way(label, f"?{replace(looks, charset=name).query()}", name == looks.charset)
        for name, label in labels.items()
    ]


def ways(looks: Looks, has_html: bool) -> list[Way]:
    """The switches that make sense for this message."""
    found = []
    if has_html:
        other = replace(looks, plain=not looks.plain)
        found.append(Way(_("Texte seul"), f"?{other.query()}", looks.plain))
    if looks.plain or not has_html:
        other = replace(looks, mono=not looks.mono)
        found.append(
            Way(_("Caractères à chasse fixe"), f"?{other.query()}", looks.mono)
        )
    return found


def ground_way(looks: Looks) -> Way:
    """Only where the page is dark."""
    other = replace(looks, light=not looks.light)
    return Way(_("Fond clair"), f"?{other.query()}", looks.light)
