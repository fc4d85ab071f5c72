// Lists of people as they are pasted: from mail clients, spreadsheets, web pages.
// mail/pasting.py reads them in the same way (tests/letters/pasted.json).

// controls, bidirectional overrides and invisible characters
const UNSAFE = /[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;
const MAILTO = /[[<]?mailto:([^\s[\]<>?,;]*)(?:\?[^\s[\]<>,;]*)?[\]>]?/gi;
const PIECE = /"(?:[^"\\]|\\.)*"|<[^<>]*>?|\([^()]*\)|[,;:]|[^"<(,;:]+|./gsu;
const QUOTES = /^['’‘“”«»\s]+|['’‘“”«»\s]+$/gu;
const ENDED = /(?<![^\s,;])([^\s,;@]{1,320}@[^\s,;@]{1,320})[ \t]+(?=[^\s,;])/g;
const NAME_MAX = 200;

export const clean = (text) => text.replace(/[\r\n\t]+/g, " ").replace(UNSAFE, "").trim();

const person = (name, email) => ({
  name: clean(name).slice(0, NAME_MAX).replace(/^['"<> ]+|['"<> ]+$/g, ""),
  email: clean(email).replace(/\s+/g, "").slice(0, 320),
});

// Everybody in the text: {name, email}; what is no address comes as a name alone, or as
// an address that is none.
export function read(text) {
  const lines = text.replace(MAILTO, "<$1>").split(/\r?\n/).filter((line) => /[^ \t,;]/.test(line));
  const table = lines.length > 1;
  if (table && isHead(lines)) lines.shift();
  return lines.flatMap((line) => row(line, table) ?? line.split("\t").flatMap(listed));
}

const isHead = ([first, ...others]) => /[\t;]/.test(first) && !first.includes("@") && others.every((one) => one.includes("@"));

// a row with one address among its cells: the others are the name
function row(line, table) {
  const mark = (line.includes("\t") && "\t") || (table && ";");
  if (!mark) return null;
  const cells = line.split(mark).map((cell) => cell.trim());
  const addresses = cells.filter((cell) => cell.includes("@"));
  if (addresses.length !== 1 || /[\s<>,;]/.test(addresses[0])) return null;
  const name = cells.filter((cell) => cell && !cell.includes("@")).join(" ");
  return name ? [person(name.replaceAll('"', ""), addresses[0])] : null;
}

function listed(text) {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  if (words.every((word) => /[^@]@[^@]/.test(word) && !/[<"(]/.test(word) && !word.endsWith(":"))) {
    return words.map((word) => person("", word.replace(QUOTES, "")));
  }
  // «"a b"@c.test»: to read the half of it names somebody else
  if (text.includes('"@')) return [person("", text)];
  const found = [];
  let [name, angle, note] = ["", null, ""];
  const end = () => {
    if (name.trim() || angle !== null || note) found.push(made(name, angle, note));
    [name, angle, note] = ["", null, ""];
  };
  for (const [piece] of mended(text).matchAll(PIECE)) {
    if (piece === "," || piece === ";") {
      end();
      // «DURAND; …» is no name with a comma
      if (piece === ";" && found.length) found.at(-1).whole = true;
    } else if (piece === ":") [name, angle] = angle === null ? ["", null] : [name, angle];
    else if (piece[0] === "<" && piece.length > 1) {
      if (angle !== null) end();
      angle = piece.slice(1).replace(">", "");
    } else if (piece[0] === "(" && piece.length > 1) note = piece.slice(1, -1);
    else {
      if (angle !== null && piece.trim()) end();
      name += piece[0] === '"' && piece.length > 1 ? piece.slice(1, -1).replace(/\\(.)/gs, "$1") : piece;
    }
  }
  end();
  return joined(found);
}

// with what was forgotten: brackets that are not closed, commas where each address ends
// a person
function mended(text) {
  const isEven = text.split("(").length === text.split(")").length;
  const plain = isEven ? text : text.replace(/[()]/g, " ");
  return /[<"(]/.test(plain) ? plain : plain.replace(ENDED, "$1, ");
}

function made(name, angle, note) {
  if (angle !== null) return person(name || note, angle.replace(QUOTES, ""));
  const words = name.trim().split(/\s+/);
  if (!name.includes("@")) return person(name || note, "");
  return person(words.slice(0, -1).join(" ") || note, words.at(-1).replace(QUOTES, ""));
}

// «DURAND, Lucie <l@d>»: a name that has a comma
function joined(found) {
  return found.flatMap((one, index) => {
    const before = found[index - 1];
    const next = found[index + 1];
    if (!one.email && !one.whole && next?.email && next.name) return [];
    if (one.email && one.name && before && !before.email && !before.whole) return [{ name: `${before.name}, ${one.name}`, email: one.email }];
    return [{ name: one.name, email: one.email }];
  });
}
