// Whether a key pressed here is text, or belongs to a control that has keys of its own.
const FIELDS = [
  "input:not([type=checkbox], [type=radio], [type=button], [type=submit])",
  "textarea", "select", "[contenteditable]:not([contenteditable=false])",
  "[role=combobox]", "[role=listbox]", "[role=textbox]", "dialog[open]", ".menu[open]",
].join(",");

export const isTyping = (target) => Boolean(target?.closest?.(FIELDS));

// Where single keys are ours: the page itself, the list, the reader, the folders.
const REGIONS = "#content, #list, #reader, #folders, #notices";

export const isReading = (target) => !isTyping(target)
  && (target === document.body || target === document.documentElement || Boolean(target?.closest?.(REGIONS)));
