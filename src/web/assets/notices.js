/** Keeps the number of unread notices in the masthead right while the page is in sight: a quiet change of words, nothing else. */
const link = document.querySelector('.masthead a[href="/notifications"]');
let stream;

function listen() {
  stream?.close();
  stream = undefined;
  if (!link || document.hidden) return;
  stream = new EventSource("/live");
  stream.addEventListener("notices", ({ data }) => {
    link.textContent = JSON.parse(data).text;
  });
}

document.addEventListener("visibilitychange", listen);
addEventListener("pagehide", () => stream?.close());
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) listen();
});
listen();
