"""Letters that a demo must show once: invitations, a report of non-delivery, a
phishing attempt, a request for a receipt, subjects and names that strain a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from demo.letters import correspondents, families, reports
from demo.letters.files import File, made
from demo.letters.invitations import calendar
from demo.letters.letter import Correspondent, Letter
from demo.letters.slots import french, school_day

LONG = (
    "Récapitulatif des demandes d’aménagements d’épreuves, des dispenses partielles et "
    "des pièces justificatives encore manquantes pour la session prochaine (rappel "
    "n° 2, réponse attendue avant la fin de la semaine)"
)
IMPOSTOR = Correspondent("Hélène Moreau", "direction.college@gmail-like.test")
TRANSLATED = "مرحبا، ابنتنا مريضة اليوم ولن تحضر إلى المدرسة. شكرا جزيلا."


def posted(now: datetime) -> list[Letter]:
    """Sent in the days before `now`, oldest first."""
    letters = (*_invitations(now), *_strange(now), *_papers(now), _phishing(now))
    return sorted(letters, key=lambda letter: letter.date)


def person(key: str) -> Correspondent:
    return correspondents.find(key, {"eleve": "A. B.", "classe": "4e B", "code": "412"})


def meeting(now: datetime, days: int, hour: int, minute: int = 0) -> datetime:
    """A moment of a school day to come."""
    day = school_day(now.date() + timedelta(days=days))
    return datetime.combine(day, time(hour, minute), now.tzinfo)


def _sent(now: datetime, hours: float, sender: str, to: str, **more: object) -> Letter:
    """From one key to others, some hours ago."""
    author = person(sender)
    # the hour makes the name: the same moment gives the same letters
    return Letter(
        sender=author,
        to=tuple(person(key) for key in to.split()),
        date=_back(now, hours),
        message_id=f"demo.{int(hours * 10)}.{author.address}",
        **more,  # type: ignore[arg-type]
    )


def _back(now: datetime, hours: float) -> datetime:
    """So many hours ago; two days more instead of a weekend."""
    moment = now - timedelta(hours=hours)
    return moment - timedelta(days=2) if moment.weekday() > 4 else moment


def _invitations(now: datetime) -> Iterator[Letter]:
    council = meeting(now, 9, 12, 30)
    uid = "conseil-pedagogique@ac-poitiers.test"
    title = f"Conseil pédagogique, {french(council)}"
    invited = "kbenali imarchand cpetit mlefevre"
    guests = [person(key) for key in invited.split()]
    principal = person("hmoreau")
    yield _sent(
        now,
        30,
        "hmoreau",
        invited,
        subject=f"Invitation : {title}",
        text="Bonjour,\n\nJe vous propose cette date pour le conseil pédagogique. "
        "Merci de me dire si elle vous convient.\n\nHélène Moreau",
        invitation=calendar(
            "REQUEST",
            uid,
            "Conseil pédagogique",
            council,
            principal,
            guests,
            place="Salle 12",
        ),
    )
    for hours, guest, status, word in (
        (28.0, "kbenali", "ACCEPTED", "Accepté"),
        (26.5, "imarchand", "ACCEPTED", "Accepté"),
        (25.0, "mlefevre", "DECLINED", "Refusé"),
    ):
        yield _sent(
            now,
            hours,
            guest,
            "hmoreau",
            subject=f"{word} : {title}",
            text=f"{person(guest).name} a répondu à votre invitation.",
            method="REPLY",
            invitation=calendar(
                "REPLY",
                uid,
                "Conseil pédagogique",
                council,
                principal,
                [person(guest)],
                status=status,
            ),
        )
    yield from _other_invitations(now)


def _other_invitations(now: datetime) -> Iterator[Letter]:
    talk = meeting(now, 6, 17, 30)
    yield _sent(
        now,
        20,
        "delegues",
        "kbenali",
        method="COUNTER",
        subject="Nouvelle proposition : rencontre avec les délégués de 4e B",
        text="Bonjour Monsieur,\n\nUn autre horaire nous arrangerait : "
        f"{french(talk)} à 17 h 30.\n\nLes parents délégués de 4e B",
        invitation=calendar(
            "COUNTER",
            "delegues-4b@ac-poitiers.test",
            "Rencontre avec les délégués de 4e B",
            talk,
            person("kbenali"),
            [person("delegues")],
        ),
    )
    team = meeting(now, 3, 8, 30)
    yield _sent(
        now,
        22,
        "lycee",
        "cdubois",
        subject="Invitation : réunion de l’équipe de lettres",
        text="Bonjour Madame,\n\nVous êtes invitée à la réunion de l’équipe.\n\n"
        "Le secrétariat du lycée",
        invitation=calendar(
            "REQUEST",
            "lettres@etab.ac-poitiers.test",
            "Réunion de l’équipe de lettres",
            team,
            person("lycee"),
            [person("cdubois")],
            place="Lycée fictif, salle 21",
        ),
    )
    gone = meeting(now, 2, 15)
    yield _sent(
        now,
        27,
        "tgiraud",
        "sgarnier proy",
        method="CANCEL",
        subject="Annulé : visite de la cour",
        text="La visite est reportée.",
        invitation=calendar(
            "CANCEL",
            "cour@ac-poitiers.test",
            "Visite de la cour",
            gone,
            person("tgiraud"),
            [person("proy")],
        ),
    )
    yield _inspections(now)


def _inspections(now: datetime) -> Letter:
    """Three private events to import."""
    files = []
    for number, days in enumerate((8, 10, 15), 1):
        start = meeting(now, days, 9)
        text = calendar(
            "",
            f"inspection-{number}@ac-poitiers.test",
            f"Inspection, école n° {number * 7}",
            start,
            person("sgarnier"),
            [],
            minutes=150,
            private=True,
        )
        data = text.encode()
        files.append(File(f"Inspection {number}.ics", "text/calendar", data))
    return _sent(
        now,
        24,
        "tgiraud",
        "sgarnier",
        subject="Vos trois inspections",
        text="Bonjour,\n\nLes trois rendez-vous sont joints, à importer dans votre "
        "agenda.\n\nThierry Giraud",
        files=tuple(files),
    )


def _strange(now: datetime) -> Iterator[Letter]:
    """Subjects and names that strain a list."""
    yield _sent(
        now,
        21,
        "cpetit",
        "kbenali imarchand hmoreau",
        subject=LONG,
        text="Bonjour,\n\nLe tableau complet est joint.\n\nChantal Petit",
        files=(
            made(
                "Récapitulatif des aménagements et dispenses – œuvres, "
                "épreuves n° 1 à 4.xlsx",
                ("Classe;Demandes", "3e A;4"),
            ),
        ),
    )
    yield _sent(
        now,
        19,
        "famille_gmail",
        "kbenali viescolaire",
        text="Bonjour, pouvez-vous me rappeler demain matin ? Merci.",
    )
    yield _sent(
        now,
        18,
        "tblanc",
        "kbenali imarchand nbernard",
        subject="🎉 Tournoi de ping-pong 🏓 vendredi !",
        text="Qui s’inscrit ? 😀 Finale à 13 h, lots pour tout le monde 🏆",
    )
    yield _sent(
        now,
        17,
        "famille",
        "viescolaire ce",
        subject="Absence de A. B. / غياب",
        text=f"Bonjour,\n\nNotre fille est malade aujourd’hui.\n\n{TRANSLATED}",
    )
    yield _sent(
        now,
        23,
        "dane",
        "kbenali cdubois proy imarchand hmoreau",
        subject="Un nom d’expéditeur qui ne tient pas dans la colonne",
        text="Bonjour,\n\nCe service porte un nom fort long, comme d’autres.",
    )


def _papers(now: datetime) -> Iterator[Letter]:
    """A request for a receipt, addresses to import, a letter that did not arrive."""
    yield _sent(
        now,
        44,
        "sgarnier",
        "proy",
        subject="Note de service à lire",
        text="Bonjour Monsieur Roy,\n\nMerci d’accuser lecture de cette note "
        "avant la fin de la semaine.\n\nSophie Garnier",
        files=(made("Note de service.pdf", ("À afficher en salle",)),),
        headers={
            "Disposition-Notification-To": person("sgarnier").address,
            "Importance": "high",
            "X-Priority": "1",
        },
    )
    yield _sent(
        now,
        46,
        "cpetit",
        "kbenali",
        subject="Adresses des familles de 4e B",
        text="Bonjour Karim,\n\nVoici l’export demandé : 36 lignes, à relire "
        "avant import (au moins une adresse en double).\n\nChantal Petit",
        files=(families.addresses(),),
    )
    yield reports.not_delivered(person("kbenali"), _back(now, 43))


def _phishing(now: datetime) -> Letter:
    """The name of the head of the school, an address from elsewhere."""
    proof = "mx.ac-poitiers.test; spf=fail smtp.mailfrom=gmail-like.test; dmarc=fail"
    link = "https://paiement.gmail-like.test/facture"
    return Letter(
        sender=IMPOSTOR,
        to=(person("mlefevre"),),
        date=_back(now, 20.4),
        message_id="0f3a.20@gmail-like.test",
        subject="URGENT : facture à régler avant midi",
        text="Marc,\n\nJe suis en réunion et injoignable. Merci de régler cette "
        f"facture tout de suite : {link}\n\nHélène Moreau\nPrincipale",
        html="<p>Marc,</p><p>Je suis en réunion et injoignable. Merci de régler cette "
        f'facture tout de suite : <a href="{link}">https://intranet.ac-poitiers.test/'
        "factures</a></p><p>Hélène Moreau<br>Principale</p>",
        headers={
            "Authentication-Results": proof,
            "Reply-To": "reponse@gmail-like.test",
        },
    )
