/** Lists the conversations that the browser keeps, the last read first. */
const find = (selector, within = document) => within.querySelector(selector);
const cache = await self.caches?.open("threads");
const requests = (await cache?.keys()) ?? [];
const forget = find("#forget");
for (const request of requests.reverse()) {
  const text = await (await cache.match(request, { ignoreVary: true })).text();
  const kept = new DOMParser().parseFromString(text, "text/html");
  const item = find("#kept-one").content.cloneNode(true);
  find("a", item).href = request.url;
  find("a", item).textContent = find("h1", kept)?.textContent ?? request.url;
  find(".in", item).textContent = find(".eyebrow", kept)?.textContent ?? "";
  find("#kept").append(item);
}
find("#kept-none").hidden = requests.length > 0;
forget.hidden = requests.length === 0;
forget.onclick = async () => {
  await caches.delete("threads");
  find("#kept").replaceChildren();
  forget.hidden = true;
  find("#forgot").textContent = forget.dataset.done;
};
