// One version of a draft on its way to the server. An attempt has a name, so that made
// again it stores nothing twice.
// what a browser sends for a page that is gone
const LAST_MAX = 60_000;

/** {saved}, {ended}, {problem: sentence}, {lasting: it stays so} or {} when nobody answers. */
export async function post(url, fields, token, last = false) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  const headers = { "X-CSRFToken": token, "X-Background": "1", "HX-Request": "true" };
  const keepalive = last && JSON.stringify(fields).length < LAST_MAX;
  try {
    return await outcome(await fetch(url, { method: "POST", body, headers, redirect: "manual", keepalive }));
  } catch {
    return {};
  }
}

async function outcome(answer) {
  const { status, headers } = answer;
  if (status === 200 && headers.get("Content-Type")?.includes("json")) return { saved: await answer.json() };
  if (headers.has("HX-Redirect") || answer.type === "opaqueredirect") return { ended: true };
  // an error page that is not ours (a proxy's) says nothing to the person
  if (!headers.has("X-Reference")) return {};
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { problem: page.body.textContent.trim().replace(/\s+/g, " "), status, lasting: status < 500 };
}

/** Who is here now: {token, owner}; null when the visit is over or nobody answers. */
export async function visitor(url) {
  try {
    const answer = await fetch(url, { redirect: "manual", headers: { "X-Background": "1" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

export function newName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
}
