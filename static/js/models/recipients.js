// What is known of an address without asking: whether it can be one, where it goes, how it
// is written. The server checks again (mail/recipients.py).
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~][A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,63}$/;
const DOMAIN = /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}$/;

// as machines read it: no two look the same
export function ascii(domain) {
  if (/^[\x21-\x7e]*$/.test(domain)) return domain;
  try {
    return new URL(`http://${domain}/`).hostname;
  } catch {
    return "";
  }
}

// the address as it goes on the wire; null when it is none
export function normal(email) {
  const at = email.lastIndexOf("@");
  const [local, domain] = [email.slice(0, at), ascii(email.slice(at + 1))];
  if (at < 1 || !LOCAL.test(local) || local.endsWith(".") || local.includes("..") || !DOMAIN.test(domain)) return null;
  const found = `${local}@${domain}`;
  return found.length <= 254 ? found : null;
}

export const key = (person) => (normal(person.email) ?? `${person.name} ${person.email}`).toLowerCase();

export function isOutside(email, own) {
  const domain = (normal(email) ?? "").split("@").at(-1).toLowerCase();
  return Boolean(domain) && domain !== own && !domain.endsWith(`.${own}`);
}

// What has to stand beside a name that says something else than its address: letters that
// look like others, another address.
export function real(person) {
  const email = normal(person.email);
  const deceives = email && (/(^|[@.])xn--/.test(email) || person.name.includes("@"));
  return deceives && person.name !== email ? email : "";
}

// The address that was meant when a letter of our domain is missing, added, wrong or in
// its neighbour's place; "" when none was. The server asks again (mail/guards.py).
export function meant(email, own) {
  const [local, domain] = (normal(email) ?? "@").split("@");
  return own.length > 7 && isClose(domain.toLowerCase(), own) ? `${local}@${own}` : "";
}

function isClose(one, other) {
  if (one === other || Math.abs(one.length - other.length) > 1) return false;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const [left, right] = [one.slice(at), other.slice(at)];
  const exchanged = (left[1] ?? "") + (left[0] ?? "") + left.slice(2);
  return left.slice(1) === right || left === right.slice(1) || left.slice(1) === right.slice(1) || exchanged === right;
}

// as one types it, the name in quotation marks where it needs them
export function written({ name, email }) {
  if (!name || !email) return email || name;
  const quoted = /[,;:<>"@()\\[\]]/.test(name) ? `"${name.replace(/(["\\])/g, "\\$1")}"` : name;
  return `${quoted} <${email}>`;
}

// Those whose address stands in an earlier line, and in which: Map(person → index).
export function repeated(lines) {
  const [seen, found] = [new Map(), new Map()];
  lines.forEach((people, index) => {
    for (const person of people) {
      const name = key(person);
      if (seen.has(name)) found.set(person, seen.get(name));
      else seen.set(name, index);
    }
  });
  return found;
}
