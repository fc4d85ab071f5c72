// Which addresses open a composer, and how it is told that there is none.
const WRITE = "/ecrire/";

export function composes(address) {
  return address.origin === location.origin && address.pathname.startsWith(WRITE);
}

/** A new message is another one each time. */
export function isNew(address) {
  return /^\/ecrire\/[^/]+\/$/.test(address.pathname);
}

/** Whether this form takes back that a message leaves, or was given up. */
export function takesBack(form) {
  return /^\/(?:envois\/[^/]+\/[^/]+\/annulation|ecrire\/[^/]+\/restauration)\/$/.test(new URL(form.action).pathname);
}

/** The same page, made for a frame. */
export function framed(address) {
  const frame = new URL(address);
  frame.searchParams.set("cadre", "");
  return frame.href;
}

/** Whether this click goes where the link leads, in this tab. */
export function isFollowed(event, link) {
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  return isPlain && !event.defaultPrevented && !link.target && !link.hasAttribute("download");
}

export function warn(text) {
  const notice = document.createElement("p");
  notice.className = "notice notice--warning";
  notice.textContent = text;
  document.querySelector("#notices").replaceChildren(notice);
}
