// Resolves what the import map resolves in a browser.
const HTMX = "export default { ajax: async (...words) => { globalThis.asked.push(words); await globalThis.answered?.(...words); } };";

export async function resolve(name, context, next) {
  if (name === "htmx") return { url: `data:text/javascript,${encodeURIComponent(HTMX)}`, shortCircuit: true };
  if (/^#(elements|lib|models)\//.test(name)) {
    const url = new URL(`../../static/js/${name.slice(1)}`, import.meta.url);
    return { url: url.href, shortCircuit: true };
  }
  return next(name, context);
}
