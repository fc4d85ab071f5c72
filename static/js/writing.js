// Entry point of pages on which one writes (#lib/writer.js): what only they need.
import "#elements/compose-end.js";
import "#elements/compose-form.js";
import "#elements/compose-phrases.js";
import "#elements/draft-state.js";
import "#elements/file-uploads.js";
import "#elements/format-bar.js";
import "#elements/html-editor.js";
import "#elements/link-dialog.js";
import "#elements/quoted-text.js";
import "#elements/recipient-field.js";
import "#elements/send-guards.js";
import "#elements/text-pictures.js";
