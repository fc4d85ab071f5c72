// Entry point: htmx for page updates, then the elements that enhance plain HTML.
import "htmx";
import "#elements/action-menu.js";
import "#elements/auto-dismiss.js";
import "#elements/compose-form.js";
import "#elements/copy-link.js";
import "#elements/file-gallery.js";
import "#elements/folder-choice.js";
import "#elements/folder-watch.js";
import "#elements/hot-keys.js";
import "#elements/html-editor.js";
import "#elements/list-beside.js";
import "#elements/label-menu.js";
import "#elements/live-events.js";
import "#elements/mail-frame.js";
import "#elements/message-list.js";
import "#elements/pane-divider.js";
import "#elements/unread-badge.js";
import "#elements/modal-dialog.js";
import "#elements/row-actions.js";
import "#elements/row-departures.js";
import "#elements/row-drag.js";
import "#elements/row-selection.js";
import "#elements/visit-watch.js";
import { forget } from "#lib/recent.js";

if (!document.querySelector("visit-watch")) forget();
