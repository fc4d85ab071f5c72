"""Addresses of mail."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from mail.views import (
    actions,
    acts,
    answers,
    attachments,
    compose,
    conversations,
    depot,
    empty,
    enclosed,
    files,
    folders,
    gathered,
    growing,
    labels,
    leaves,
    messages,
    mutes,
    news,
    openings,
    outbox,
    permalinks,
    phrases,
    previews,
    recipients,
    reminders,
    senders,
    shortcuts,
    signatures,
    tags,
    unified,
    wordings,
)

app_name = "mail"
_BOX = "courrier/<address:address>/"
_FOLDER = f"{_BOX}<folder:folder>/"
_MESSAGE = f"{_FOLDER}<uid:uid>/"
_PIECE = f"{_MESSAGE}pieces/<piece:part>/"
_WRITE = "ecrire/<address:address>/"
_ANSWER = f"{_WRITE}<folder:folder>/<uid:uid>/"
_OUTBOX = "envois/<address:address>/"
_RECIPIENTS = "destinataires/<address:address>/"
_LABELS = "etiquettes/<address:address>/"
_WORDS = "ecriture/<address:address>/"
_WORDING = f"{_WORDS}<slug:kind>/<int:pk>/"
_WAITING = "attente/<address:address>/"

urlpatterns = [
    path("toutes-les-boites/", unified.show, name="unified"),
    path("toutes-les-boites/actes/", gathered.act, name="unified_acts"),
    path(
        "toutes-les-boites/restaurations/",
        gathered.restore,
        name="unified_restorations",
    ),
    path(_BOX, folders.inbox, name="inbox"),
    path(_FOLDER, folders.show, name="folder"),
    path(f"{_FOLDER}nouveautes/", news.show, name="news"),
    path(f"{_FOLDER}marques/", actions.mark, name="marks"),
    path(f"{_FOLDER}deplacements/", actions.move, name="moves"),
    path(f"{_FOLDER}actes/<uuid:act>/", acts.show, name="act"),
    path(f"{_FOLDER}archives/", actions.archive, name="archives"),
    path(f"{_FOLDER}indesirables/", actions.junk, name="junk"),
    path(f"{_FOLDER}legitimes/", actions.not_junk, name="not_junk"),
    path(f"{_FOLDER}suppressions/", actions.delete, name="deletions"),
    path(f"{_FOLDER}restaurations/", actions.restore, name="restorations"),
    path(f"{_FOLDER}etiquettes/", labels.apply, name="label"),
    path(f"{_FOLDER}etiquettes/annulation/", labels.undo, name="label_undo"),
    path(f"{_FOLDER}attente/", reminders.snooze, name="snooze"),
    path(f"{_FOLDER}attente/annulation/", reminders.unsnooze, name="unsnooze"),
    path(_MESSAGE, messages.show, name="message"),
    path(f"{_MESSAGE}relance/", reminders.follow, name="follow"),
    path(f"{_MESSAGE}corps/<part:part>/", messages.body, name="body"),
    path(f"{_BOX}message-id/<path:message_id>/", permalinks.show, name="permalink"),
    path(f"{_MESSAGE}source/", messages.source, name="source"),
    path(f"{_MESSAGE}conversation/", conversations.show, name="conversation"),
    path(f"{_MESSAGE}conversation/ailleurs/", growing.elsewhere, name="elsewhere"),
    path(f"{_MESSAGE}conversation/impression/", conversations.printed, name="prints"),
    path(f"{_MESSAGE}conversation/sourdine/", mutes.change, name="mute"),
    path(f"{_MESSAGE}feuille/", conversations.leaf, name="leaf"),
    path(f"{_MESSAGE}feuille/actes/", leaves.act, name="leaf_act"),
    path(f"{_MESSAGE}feuille/annulation/", leaves.undo, name="undo_leaf"),
    path(f"{_MESSAGE}impression/", messages.printed, name="print"),
    path(f"{_MESSAGE}expediteur/", senders.card, name="sender"),
    path(f"{_MESSAGE}signature/", signatures.show, name="signature"),
    path(f"{_MESSAGE}accuse/", answers.receipt, name="receipt"),
    path(f"{_MESSAGE}confiance/", answers.trust, name="trust"),
    path(f"{_MESSAGE}desabonnement/", answers.leave, name="leave"),
    path(f"{_MESSAGE}images/<part:part>/", attachments.inline, name="inline"),
    path(f"{_FOLDER}pieces/", files.of_folder, name="files"),
    path("pieces/<address:address>/", files.of_mailbox, name="mailbox_files"),
    path(f"{_MESSAGE}pieces/", attachments.everything, name="attachments"),
    path(_PIECE, attachments.download, name="attachment"),
    path(f"{_PIECE}apercu/", previews.show, name="preview"),
    path(f"{_PIECE}vignette/", previews.thumbnail, name="thumbnail"),
    path(f"{_PIECE}image/", previews.image, name="picture"),
    path(f"{_PIECE}pdf/", previews.pdf, name="pdf"),
    path(f"{_PIECE}son/", previews.sound, name="sound"),
    path(f"{_PIECE}message/", enclosed.message, name="enclosed"),
    path(f"{_PIECE}contenu/", enclosed.content, name="content"),
    path("raccourcis/", shortcuts.show, name="shortcuts"),
    path("ecrire/", openings.write, name="write"),
    path("partage/", openings.share, name="share"),
    path("manifest.webmanifest", openings.manifest, name="manifest"),
    path(f"{_WRITE}carte/", openings.card, name="card"),
    path(f"{_FOLDER}transferts/", openings.enclose, name="enclosures"),
    path(f"{_ANSWER}jointe/", openings.enclose_one, name="enclose"),
    path("images/<str:signed>", attachments.remote, name="image"),
    path(_WRITE, compose.new, name="compose"),
    path(f"{_WRITE}depot/<str:token>/", depot.create, name="depot"),
    path(f"{_WRITE}depot/<str:token>/<str:file_id>/", depot.piece, name="piece"),
    path(
        f"{_WRITE}<folder:folder>/<uid:uid>/<slug:kind>/",
        compose.answer_to,
        name="reply",
    ),
    path(_RECIPIENTS, recipients.near, name="suggestions"),
    path(f"{_RECIPIENTS}annuaire/", recipients.colleagues, name="colleagues"),
    path(f"{_RECIPIENTS}membres/", recipients.members, name="members"),
    path(f"{_RECIPIENTS}oubli/", recipients.forget, name="forget_recipient"),
    path(_WAITING, reminders.show, name="reminders"),
    path(f"{_WAITING}<uuid:row>/modification/", reminders.change, name="change_snooze"),
    path(f"{_WAITING}<uuid:row>/annulation/", reminders.cancel, name="cancel_snooze"),
    path(f"{_WAITING}<uuid:row>/abandon/", reminders.unfollow, name="cancel_follow_up"),
    path(_LABELS, tags.show, name="labels"),
    path(f"{_LABELS}creation/", tags.create, name="create_label"),
    path(f"{_LABELS}modification/", tags.change, name="change_label"),
    path(f"{_LABELS}suppression/", tags.delete, name="delete_label"),
    path(f"{_WORDS}modeles/texte/", phrases.keep, name="keep_template"),
    path(f"{_WORDS}modeles/<int:pk>/texte/", phrases.insert, name="insert_template"),
    path(f"{_WORDS}<slug:kind>/", wordings.show, name="wordings"),
    path(f"{_WORDS}<slug:kind>/nouveau/", wordings.create, name="new_wording"),
    path(_WORDING, wordings.edit, name="wording"),
    path(f"{_WORDING}suppression/", wordings.delete, name="delete_wording"),
    path(f"{_WORDING}ordre/", wordings.move, name="move_wording"),
    path(_OUTBOX, outbox.show, name="outbox"),
    path(f"{_OUTBOX}<uuid:outgoing>/annulation/", outbox.undo, name="undo_send"),
    path(f"{_OUTBOX}<uuid:outgoing>/abandon/", outbox.cancel, name="cancel_send"),
    path(f"{_OUTBOX}<uuid:outgoing>/date/", outbox.reschedule, name="reschedule"),
    path(f"{_OUTBOX}<uuid:outgoing>/depart/", outbox.send_now, name="send_now"),
    path(f"{_OUTBOX}<uuid:outgoing>/reprise/", outbox.retry, name="retry_send"),
]
if settings.BENCH:
    urlpatterns.append(path("mesure/<address:address>/", empty.show, name="empty"))
