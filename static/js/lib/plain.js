/** A text as people look for it: accents, case and spaces around it do not count. */
export const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
