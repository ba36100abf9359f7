/* Keeps our files and the last 20 conversations read, as visitors see them; nothing of one's own. */
const SHELL = `shell-${KEPT.version}`;
const THREADS = "threads";
const ANY = { ignoreVary: true };

self.addEventListener("install", (event) => {
  const files = KEPT.files.map((path) => new Request(path, { credentials: "omit" }));
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name !== SHELL && name !== THREADS;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  // Signing out leaves no trace.
  if (request.method === "POST" && url.pathname === "/sign-out") event.waitUntil(caches.delete(THREADS));
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(file(request, url.pathname));
  else if (request.mode === "navigate") event.respondWith(page(event, url));
});

async function file(request, path) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(path, ANY);
  if (kept) return kept;
  try {
    const response = await fetch(request);
    if (response.ok) await shell.put(path, response.clone());
    return response;
  } catch {
    // Kept pages may name older files.
    const plain = (name) => name.replace(/\.[\w-]{12}\./, ".");
    const other = KEPT.files.find((name) => plain(name) === plain(path));
    return (other && (await shell.match(other, ANY))) ?? Response.error();
  }
}

async function page(event, url) {
  url.hash = "";
  try {
    const response = await fetch(event.request);
    if (response.ok && /^\/c\/\w+\/t\/\d+(\?after=[\w-]+)?$/.test(url.pathname + url.search))
      event.waitUntil(keep(url.href, response.clone()).catch(() => {}));
    return response;
  } catch {
    const kept = await caches.match(url.href, { cacheName: THREADS, ...ANY });
    if (!kept) return (await caches.match("/offline", ANY)) ?? Response.error();
    const text = (await kept.text()).replace(/<main[^>]*>/, (main) => main + KEPT.note);
    return new Response(text, { headers: kept.headers });
  }
}

async function keep(href, seen) {
  const open = ({ headers }) => /public/.test(headers.get("cache-control"));
  // A member's page is theirs alone: kept is what anybody sees.
  const response = open(seen) ? seen : await fetch(href, { credentials: "omit", headers: { accept: "text/html" } });
  if (!response.ok || response.redirected || !open(response)) return;
  const cache = await caches.open(THREADS);
  await cache.delete(href, ANY);
  await cache.put(href, response);
  for (const old of (await cache.keys()).slice(0, -20)) await cache.delete(old, ANY);
}
