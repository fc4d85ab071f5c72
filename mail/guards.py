"""Guards: what may be wrong with a message about to leave, rule by rule.

Each guard looks at a case and tells what it found, or nothing. None asks a server: what
the directory and the mailbox say is in the case (mail/guarding.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.colleagues import Colleague
from mail import confiding, impersonation, promises
from mail.cases import Case, Finding, Guard, Mend, domain_of
from mail.messages import Address

_SHOWN = 3


def findings(case: Case, off: Collection[str] = ()) -> tuple[Finding, ...]:
    """What all guards tell but those that are switched `off`, the gravest first."""
    told = (guard(case) for name, guard in GUARDS.items() if name not in off)
    return tuple(finding for finding in told if finding)


def storm(case: Case) -> Finding | None:
    """Too many answer all: nobody can for a while."""
    if case.storm is None or not case.answers_all:
        return None
    text = _(
        "Cette conversation s’emballe\u00a0: %(count)s réponses en quelques minutes. "
        "Les réponses à tous sont en pause jusqu’à %(until)s."
    )
    until = f"{timezone.localtime(case.storm.until):%H:%M}"
    sentence = text % {"count": case.storm.count, "until": until}
    return Finding("storm", sentence, mends=_only_the_first(case), firm=True)


def lists(case: Case) -> Finding | None:
    """A list that takes no mail from here."""
    own = {address.lower() for address in case.own}
    refused = [a for a in case.everybody if _is_closed(case, a.email.lower(), own)]
    if not refused:
        return None
    shown = _named(refused)
    text = ngettext(
        "La liste %(names)s n’accepte pas les messages de cette boîte.",
        "Les listes %(names)s n’acceptent pas les messages de cette boîte.",
        len(refused),
    )
    return Finding(
        "lists", text % {"names": shown}, _about(refused), _removal(refused), True
    )


def _is_closed(case: Case, email: str, own: set[str]) -> bool:
    return email in case.closed and not own & set(case.closed[email])


def typo(case: Case) -> Finding | None:
    """An address that was meant to be one of ours."""
    wrong = [a for a in case.everybody if is_meant(domain_of(a.email), case.domain)]
    if not wrong:
        return None
    right = [f"{a.email.rpartition('@')[0]}@{case.domain}" for a in wrong]
    text = _("%(names)s\u00a0: ce domaine ressemble au nôtre, %(domain)s.")
    label = _("Corriger en %(address)s")
    mends = tuple(
        Mend(label % {"address": new}, f"replace {a.email} {new}")
        for a, new in list(zip(wrong, right, strict=True))[:_SHOWN]
    )
    sentence = text % {"names": _named(wrong), "domain": case.domain}
    return Finding("typo", sentence, _about(wrong), mends)


def is_meant(domain: str, own: str) -> bool:
    """Whether a domain is ours with a slip: a letter, or another ending."""
    if impersonation.is_below(domain, own):
        return False
    name = own.partition(".")[0]
    if len(name) >= impersonation.CLOSE_FROM and domain.partition(".")[0] == name:
        return True
    return impersonation.of(Address("", f"x@{domain}"), own).kind == "lookalike"


def namesake(case: Case) -> Finding | None:
    """Two people of one name."""
    found = [
        (a, other)
        for a in case.everybody
        if (other := case.namesakes.get(a.email.lower()))
    ]
    if not found:
        return None
    text = _("Vous écrivez à %(address)s. %(other)s a le même nom.")
    sentence = " ".join(
        text % {"address": a.email, "other": _presented(other)}
        for a, other in found[:_SHOWN]
    )
    mends = tuple(
        Mend(
            _("Écrire plutôt à %(address)s") % {"address": other.mail},
            f"replace {a.email} {other.mail}",
        )
        for a, other in found[:_SHOWN]
    )
    return Finding("namesake", sentence, _about(a for a, _other in found), mends)


def _presented(other: Colleague) -> str:
    about = ", ".join(filter(None, (other.role, other.school)))
    return f"{other.mail} ({about})" if about else other.mail


def outside(case: Case) -> Finding | None:
    """Somebody from outside among colleagues. Whom one answers is in his place."""
    reply = bool(case.draft.in_reply_to)
    seen = case.draft.cc if reply else case.visible
    strangers = [a for a in seen if case.is_outside(a)]
    colleagues = len([a for a in case.visible if not case.is_outside(a)])
    if not strangers or colleagues < max(case.limits.colleagues, len(strangers) * 2):
        return None
    text = ngettext(
        "%(names)s est une adresse externe, parmi %(count)s collègues.",
        "%(names)s sont des adresses externes, parmi %(count)s collègues.",
        len(strangers),
    )
    sentence = text % {"names": _named(strangers), "count": colleagues}
    return Finding("outside", sentence, _about(strangers), _removal(strangers))


def visible(case: Case) -> Finding | None:
    """Many people from outside would see each other's addresses."""
    strangers = [a for a in case.visible if case.is_outside(a)]
    if len(strangers) <= case.limits.visible:
        return None
    text = _("%(count)s adresses externes seront visibles de tous les destinataires.")
    mends = (
        Mend(_("Les mettre en Cci"), "bcc"),
        Mend(_("Écrire à chacun séparément"), "1", name="individual"),
    )
    return Finding(
        "visible", text % {"count": len(strangers)}, _about(strangers), mends
    )


def reply_all(case: Case) -> Finding | None:
    """An answer to a crowd."""
    count = len(case.draft.everybody)
    if not case.draft.in_reply_to or count <= case.limits.reply_all:
        return None
    text = _("Votre réponse ira à %(count)s personnes.")
    return Finding(
        "reply_all",
        text % {"count": count},
        _about(case.everybody),
        _only_the_first(case),
    )


def confided(case: Case) -> Finding | None:
    """What few may know of somebody: in a file, a number anywhere, a word to several
    people from outside (one parent is answered about their own child)."""
    file, word = confiding.in_files(case.draft.files)
    text = _("«\u00a0%(file)s\u00a0» contient des données personnelles (%(word)s).")
    if not word:
        said = confiding.written(case.draft)
        crowd = sum(map(case.is_outside, case.everybody)) > 1
        word = confiding.numbers(said) or (confiding.words(said) if crowd else "")
        text = _("Votre texte contient des données personnelles (%(word)s).")
    if not word:
        return None
    sentence = f"{text % {'file': file, 'word': word}} {_confided_how(case, file)}"
    mends = (Mend(_("Revoir les fichiers"), to="compose-shelf"),) if file else ()
    about = (file, word, *_about(case.everybody))
    return Finding("confided", sentence, about, (*mends, *_only_the_first(case)))


def _confided_how(case: Case, file: str) -> str:
    if file and case.deposit:
        text = _(
            "Ne les confiez qu’à qui doit les connaître, par un lien protégé de "
            "%(address)s."
        )
        return text % {"address": case.deposit}
    return _("Ne les confiez qu’à qui doit les connaître.")


def attachment(case: Case) -> Finding | None:
    """Something is promised, and nothing is attached."""
    word = "" if case.draft.files else promises.of(case.draft)
    if not word:
        return None
    text = _("Vous écrivez «\u00a0%(word)s\u00a0», mais aucun fichier n’est joint.")
    mends = (Mend(_("Joindre un fichier"), to="compose-files"),)
    return Finding("attachment", text % {"word": word}, (word,), mends)


def subject(case: Case) -> Finding | None:
    if case.draft.subject.strip():
        return None
    mends = (Mend(_("Écrire un objet"), to="id_subject"),)
    return Finding("subject", _("Ce message n’a pas d’objet."), mends=mends)


GUARDS: dict[str, Guard] = {
    "storm": storm,
    "lists": lists,
    "typo": typo,
    "namesake": namesake,
    "outside": outside,
    "visible": visible,
    "reply_all": reply_all,
    "confided": confided,
    "attachment": attachment,
    "subject": subject,
}


def _about(addresses: Iterable[Address]) -> tuple[str, ...]:
    return tuple(sorted({a.email.lower() for a in addresses}))


def _named(addresses: Collection[Address]) -> str:
    """The first few by their addresses, and how many more."""
    shown = ", ".join([a.email for a in addresses][:_SHOWN])
    more = len(addresses) - _SHOWN
    if more <= 0:
        return shown
    text = ngettext("%(shown)s et %(more)s autre", "%(shown)s et %(more)s autres", more)
    return text % {"shown": shown, "more": more}


def _removal(addresses: Collection[Address]) -> tuple[Mend, ...]:
    label = _("Retirer %(names)s") % {"names": _named(addresses)}
    return (Mend(label, " ".join(["remove", *(a.email for a in addresses)])),)


def _only_the_first(case: Case) -> tuple[Mend, ...]:
    """Of those whom one answers the first stands in front."""
    first = next(iter(case.draft.to), None)
    if first is None or len(case.everybody) < 2:
        return ()
    text = _("Écrire seulement à %(name)s")
    if case.draft.in_reply_to:
        text = _("Répondre seulement à %(name)s")
    label = text % {"name": first.label}
    return (Mend(label, f"only {first.email}"),)
