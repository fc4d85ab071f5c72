// A reader that was replaced took the focus with it: its subject has it then, so that keys
// and screen readers go on in the message.
export function refocused({ detail }) {
  if (detail?.ctx?.target?.id !== "reader" || document.activeElement !== document.body) return;
  document.querySelector("#reader .reader__subject")?.focus({ preventScroll: true });
}
