// What was replaced took the focus with it: it goes on where one was. After a reader its
// subject has it, so that keys and screen readers go on in the message; after an
// announcement that was hidden the next one, else the page.
const AFTER = {
  reader: "#reader .reader__subject",
  announcements: "#announcements button, #content",
};

export function refocused({ detail }) {
  const selector = AFTER[detail?.ctx?.target?.id];
  if (!selector || document.activeElement !== document.body) return;
  document.querySelector(selector)?.focus({ preventScroll: true });
}
