/** Makes a thread pleasanter: votes without leaving the place, a quiet line when replies have come, folded branches that open for a link. */

const done = document.querySelector("[data-done]");
const say = (text) => {
  if (done) done.textContent = text;
};

// A button pressed in the small line of a post: the line is written anew, and the focus stays where it was.
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const line = form.closest("footer[data-post]");
  if (!line || !submitter || "whole" in submitter.dataset) return;
  event.preventDefault();
  if (line.ariaBusy) return;
  line.ariaBusy = "true";
  const body = new URLSearchParams(new FormData(form, submitter));
  const inMore = submitter.closest("details") !== null;
  try {
    const path = submitter.getAttribute("formaction") ?? form.getAttribute("action");
    const answer = await fetch(path, { method: "POST", body, headers: { accept: "application/json" } });
    // Signed out meanwhile, or refused: the page that says so.
    if (answer.redirected) return location.assign(answer.url);
    if (!answer.ok) throw answer;
    const { footer, said } = await answer.json();
    const fresh = new DOMParser().parseFromString(footer, "text/html").body.firstElementChild;
    line.replaceWith(fresh);
    const details = fresh.querySelector("details");
    const { value, className } = submitter;
    const same = [...fresh.querySelectorAll("button")].find(
      (button) => button.value === value && (value || button.className === className),
    );
    if (inMore && details && same?.closest("details")) details.open = true;
    (same ?? fresh.querySelector("summary, button, a"))?.focus();
    say(said);
  } catch {
    line.ariaBusy = null;
    say(done?.dataset.failed ?? "");
  }
});

// What floats is put away by a click beside it, or by Escape.
const put = (except) => {
  for (const details of document.querySelectorAll("details.also[open]")) if (details !== except) details.open = false;
};
document.addEventListener("click", (event) => put(event.target.closest("details.also")));
document.addEventListener("keydown", (event) => {
  const open = document.querySelector("details.also[open]");
  if (event.key !== "Escape" || !open) return;
  const held = open.contains(document.activeElement);
  put();
  if (held) open.querySelector("summary").focus();
});

// A link into a folded branch opens it; most browsers do so by themselves.
const unfold = () => {
  const target = document.getElementById(location.hash.slice(1));
  const folded = target?.closest("details.branch:not([open])");
  if (!folded) return;
  folded.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();

// Replies that come while the page is open. A page that nobody looks at does not listen.
const arrivals = document.querySelector("[data-live]");
let source = null;
const listen = () => {
  source?.close();
  source = null;
  if (document.hidden || !arrivals) return;
  source = new EventSource(arrivals.dataset.live);
  source.addEventListener("replies", ({ data }) => {
    const { first, text } = JSON.parse(data);
    const link = document.createElement("a");
    link.href = `/posts/${first}`;
    link.textContent = text;
    arrivals.replaceChildren(...(first ? [link] : []));
  });
};
arrivals?.addEventListener("click", async (event) => {
  const { href } = event.target;
  if (!href || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  // The browser may keep the page as it was for a few seconds.
  await fetch(href, { cache: "reload" }).catch(() => {});
  location.assign(href);
});
document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => source?.close());
addEventListener("pageshow", (event) => event.persisted && listen());
listen();
