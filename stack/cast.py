"""The invented people, schools and mailboxes of the demo and of the tests."""

from __future__ import annotations

from typing import Any

from stack.people import FunctionalMailbox, MailingList, Person, School

COLLEGE = School(uai="0869001S", name="Collège Jean-Rostand-fictif", kind="CLG")
LYCEE = School(uai="0869002T", name="Lycée fictif", kind="LYC")
PRIMARY = School(uai="0869003U", name="École fictive", kind="ECOLE")
DISTRICT = School(uai="0869010B", name="Circonscription fictive", kind="CIRC")
# the letter of a UAI is the number modulo 23; none of these exists
DSDEN = School(uai="0869020M", name="DSDEN de la Vienne", kind="DSDEN")
RECTORAT = School(uai="0869021N", name="Rectorat", kind="RECT")
SCHOOLS = (COLLEGE, LYCEE, PRIMARY, DISTRICT, DSDEN, RECTORAT)


def _person(uid: str, name: str, title: str, school: School, **more: Any) -> Person:
    given, surname = name.split(" ", 1)
    # thirteen capitals and digits in the shape of a real NUMEN, the first password
    numen = f"{school.uai[1:3]}E26{sum(map(ord, uid)):05d}{uid[:3].upper()}"
    usual = f"{uid.capitalize()}-Demo-2026"
    return Person(
        uid=uid,
        given=given,
        surname=surname,
        title=title,
        school=school,
        numen=numen,
        password=numen if more.get("state") == "first sign-in" else usual,
        **more,
    )


MOREAU = _person(
    "hmoreau",
    "Hélène Moreau",
    "DIR",
    COLLEGE,
    administrative="DIR",
    heads=True,
    discipline="D0010",
    birth_name="Girard",
    state="first sign-in",
    purpose="Première connexion : le mot de passe (le NUMEN) doit être changé",
)
PETIT = _person(
    "cpetit",
    "Chantal Petit",
    "ADM",
    COLLEGE,
    purpose="Secrétaire, membre de la boîte du collège",
)
DURAND = _person(
    "ldurand",
    "Lucie Durand",
    "ADM",
    COLLEGE,
    purpose="Seconde membre de la boîte du collège",
)
BERNARD = _person(
    "nbernard",
    "Nathalie Bernard",
    "EDU",
    COLLEGE,
    purpose="Lecture seule dans la boîte du collège",
)
BENALI = _person(
    "kbenali",
    "Karim Benali",
    "ENS",
    COLLEGE,
    discipline="L1300",
    purpose="Professeur principal de 4e B",
)
LEFEVRE = _person(
    "mlefevre",
    "Marc Lefèvre",
    "ADM",
    COLLEGE,
    branch="other",
    purpose="Gestionnaire, agent de la collectivité (branche ou=autres)",
)
GARNIER = _person(
    "sgarnier",
    "Sophie Garnier",
    "DIR",
    DISTRICT,
    administrative="IEN1D",
    heads=True,
    purpose="Inspectrice, propriétaire de la boîte de la circonscription",
)
GIRAUD = _person(
    "tgiraud",
    "Thierry Giraud",
    "ADM",
    DISTRICT,
    purpose="Secrétaire de la circonscription",
)
ROY = _person(
    "proy",
    "Paul Roy",
    "DIR",
    PRIMARY,
    administrative="DIR",
    heads=True,
    ends_on="2027-08-31",
    purpose="Directeur d’école, seul sur la boîte de l’école",
)
ROBERT = _person(
    "nrobert",
    "Nadia Robert",
    "ADM",
    RECTORAT,
    purpose="Administratrice du service",
)
FAURE = _person(
    "jfaure",
    "Julien Faure",
    "ADM",
    RECTORAT,
    purpose="Opérateur de l’assistance",
)
MARCHAND = _person(
    "imarchand",
    "Inès Marchand",
    "EDU",
    COLLEGE,
    purpose="CPE, propriétaire de la boîte de la vie scolaire",
)
BLANC = _person(
    "tblanc",
    "Théo Blanc",
    "AED",
    COLLEGE,
    ends_on="2026-12-31",
    purpose="AED jusqu’au 31 décembre 2026, membre de la vie scolaire",
)
DUBOIS = _person(
    "cdubois",
    "Claire Dubois",
    "ENS",
    LYCEE,
    discipline="L0202",
    purpose="Remplaçante, travaille sur son téléphone",
)
DOE = _person("jdoe", "Jean Doe", "ENS", LYCEE, purpose="Compte à désactiver")
INACTIVE = _person(
    "inactif",
    "Compte Inactif",
    "ENS",
    LYCEE,
    state="inactive",
    purpose="Compte inactif : refusé à la connexion",
)
LOCKED = _person(
    "verrouille",
    "Compte Verrouillé",
    "ENS",
    LYCEE,
    state="locked",
    purpose="Compte verrouillé : refusé à la connexion",
)
EXPIRED = _person(
    "expire",
    "Compte Expiré",
    "ENS",
    LYCEE,
    state="expired",
    purpose="Mot de passe expiré : refusé à la connexion",
)

PEOPLE = (
    *(MOREAU, PETIT, DURAND, BERNARD, BENALI, LEFEVRE, GARNIER, GIRAUD, ROY),
    *(ROBERT, FAURE, MARCHAND, BLANC, DUBOIS, DOE, INACTIVE, LOCKED, EXPIRED),
)

MAILBOXES = (
    FunctionalMailbox(
        local="ce.0869001S",
        name="Collège Jean-Rostand-fictif",
        school=COLLEGE,
        owner=MOREAU,
        members=(PETIT, DURAND),
        readers=(BERNARD,),
    ),
    FunctionalMailbox(
        local="intendance.0869001S",
        name="Intendance du collège Jean-Rostand-fictif",
        school=COLLEGE,
        owner=LEFEVRE,
    ),
    FunctionalMailbox(
        local="viescolaire.0869001S",
        name="Vie scolaire du collège Jean-Rostand-fictif",
        school=COLLEGE,
        owner=MARCHAND,
        members=(BLANC,),
    ),
    FunctionalMailbox(
        local="ce.0869003U", name="École fictive", school=PRIMARY, owner=ROY
    ),
    FunctionalMailbox(
        local="ce.0869010B",
        name="Circonscription fictive",
        school=DISTRICT,
        owner=GARNIER,
        members=(GIRAUD,),
    ),
    FunctionalMailbox(
        local="ce.dsden86-mouvement",
        name="DSDEN de la Vienne, mouvement",
        school=DSDEN,
        owner=ROBERT,
        password="Mouvement-Demo-2026",
    ),
    FunctionalMailbox(
        local="assistance", name="Assistance", school=RECTORAT, owner=FAURE
    ),
)

LISTS = (
    MailingList(
        local="equipe.0869001s",
        name="Équipe du collège",
        owner=MOREAU,
        members=(MOREAU, PETIT, DURAND, BERNARD, BENALI, MARCHAND, BLANC, LEFEVRE),
    ),
)
