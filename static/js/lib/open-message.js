// The message that is open, and answers to acts on it. An act by its row closes it as one
// by its own buttons does; an answer that comes when another message is read has nothing to
// say of that one, nor of its address; and the title is that of what is read.
const acts = new WeakMap();
const ABOUT = '[data-leaves], [name="to"], [name="mark"]:not([value="seen"])';

const opened = () => document.querySelector("#reader .reader");
const placeOf = (form) => form && new URL(form.getAttribute("action"), location.href).pathname;

/** The UIDs of what is open, newest first, when it is of the folder that the list shows. */
export function openUids() {
  const bar = document.querySelector("#reader .reader__bar");
  if (!bar || placeOf(bar) !== placeOf(document.querySelector("#listing > form"))) return [];
  return bar.querySelector("#open-uids").value.split(",");
}

function concerned(form, { body, submitter }) {
  if (!form.matches('#list form[hx-target="#list"]') || !submitter?.matches(ABOUT)) return false;
  const open = openUids();
  const uids = new Set(body.getAll("uid").flatMap((value) => value.split(",")));
  return open.length > 0 && open.every((uid) => uids.has(uid));
}

document.addEventListener("htmx:config:request", ({ target: form, detail: { ctx } }) => {
  const { body } = ctx.request;
  if (concerned(form, ctx.request)) body.set("message", "1");
  if (body?.has("message")) acts.set(ctx, opened()?.id);
});

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  const reader = document.getElementById("reader");
  const within = ({ target }) => Boolean(target && reader?.contains(target));
  if (acts.has(ctx) && acts.get(ctx) !== opened()?.id) {
    tasks.splice(0, tasks.length, ...tasks.filter((task) => !within(task)));
    ctx.hx.replaceurl = undefined;
  }
  if (opened() && !tasks.some(({ target }) => target === reader || target === document.body)) ctx.title = "";
});
