/** Makes the composer pleasanter: keeps what is typed, shows the preview in place, sends once, goes on with names. Without it every button works. */
for (const form of document.querySelectorAll("form.composer")) {
  const { path, offline, kept, goOn, discard, began, lang, suggestion, suggestions } = form.dataset;
  const text = form.elements.source;
  const status = form.querySelector(".compose-status");
  const store = `draft:${path}`;
  const say = (words) => {
    status.textContent = words;
  };
  const fields = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data])
      if (typeof value !== "string" || name === "draft" || !value) data.delete(name);
    data.set("path", path);
    return data;
  };
  const post = (to, body) => fetch(to, { method: "POST", body, redirect: "manual" });

  // What is typed is kept here at once, and on the server at a pause.
  let timer;
  let sending = false;
  const keep = async () => {
    if (sending) return;
    try {
      const answer = await post("/drafts", fields());
      if (!sending) say(answer.ok ? kept : "");
    } catch {
      if (!sending) say(offline);
    }
  };
  form.addEventListener("input", () => {
    const data = fields();
    try {
      localStorage.setItem(
        store,
        JSON.stringify({ at: Date.now(), key: data.get("key"), fields: Object.fromEntries(data) }),
      );
    } catch {
      // No room, or not allowed: the server keeps it.
    }
    clearTimeout(timer);
    timer = setTimeout(keep, 1200);
  });
  addEventListener("online", keep);

  // What was kept here and never arrived is offered again.
  const forget = () => localStorage.removeItem(store);
  const offer = async () => {
    const saved = JSON.parse(localStorage.getItem(store) ?? "null");
    // Beside what was just done it would be one note too many; it waits for the next visit.
    if (!saved || saved.key === form.elements.key.value || document.querySelector(".done-note")) return;
    const answer = await fetch(`/drafts/sent?key=${saved.key}`).catch(() => null);
    if (answer?.ok && (await answer.json()).sent) return forget();
    const shown = document.querySelector(".draft-offer");
    shown?.addEventListener("submit", forget);
    if (shown && saved.at < Number(shown.dataset.saved) + 5000) return;
    shown?.remove();
    const box = document.createElement("div");
    box.className = "draft-offer";
    const line = document.createElement("p");
    const when = new Date(saved.at).toLocaleString(lang, { dateStyle: "medium", timeStyle: "short" });
    line.textContent = began.replace("{when}", when);
    const actions = document.createElement("div");
    actions.className = "actions";
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "quiet";
      made.textContent = label;
      made.addEventListener("click", () => {
        act();
        box.remove();
        text.focus();
      });
      actions.append(made);
    };
    button(goOn, () => {
      for (const [name, value] of Object.entries(saved.fields)) {
        const field = form.elements[name];
        if (field?.type === "checkbox") field.checked = true;
        else if (field) field.value = value;
      }
    });
    button(discard, () => {
      forget();
      post("/drafts/discard", new URLSearchParams({ path }));
    });
    box.append(line, actions);
    form.before(box);
  };
  offer();

  const preview = document.querySelector(".preview");
  const previewButton = form.querySelector("button[value=preview]");
  let plain = false;
  previewButton.addEventListener("click", async (event) => {
    if (plain || [...form.querySelectorAll("[type=file]")].some((file) => file.files.length > 0)) return;
    event.preventDefault();
    try {
      const answer = await post("/preview", fields());
      if (!answer.ok) {
        // Signed out meanwhile, or refused: the page itself says it best.
        plain = true;
        previewButton.click();
        return;
      }
      preview.hidden = false;
      preview.querySelector(".preview-body").innerHTML = await answer.text();
      preview.querySelector("h2").focus();
    } catch {
      say(offline);
    }
  });

  const press = (may) => {
    for (const button of form.querySelectorAll(".actions button")) button.disabled = !may;
  };
  form.addEventListener("submit", (event) => {
    if (sending || !navigator.onLine) {
      event.preventDefault();
      if (!sending) say(offline);
      return;
    }
    sending = true;
    clearTimeout(timer);
    // After the browser has read which button it was.
    setTimeout(() => press(false));
  });
  addEventListener("pageshow", () => {
    sending = false;
    press(true);
  });

  const places = [...form.querySelectorAll(".picture-place:not(.chosen)")];
  const showPlaces = () => {
    const next = places.findIndex((place) => place.querySelector("[type=file]").files.length === 0);
    for (const [index, place] of places.entries()) place.hidden = next >= 0 && index > next;
  };
  form.addEventListener("change", showPlaces);
  showPlaces();

  // Names and topics go on in a list under the text: arrows, Enter, Escape.
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "@ #");
  list.hidden = true;
  text.after(list);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", list.id);
  let at = 0;
  let asked = 0;
  const typed = () =>
    /(?:^|[^\p{L}\p{N}_@#/.])([@#])([\p{L}\p{N}_][\p{L}\p{N}_.@-]{0,60})$/u.exec(
      text.value.slice(0, text.selectionStart),
    );
  const close = () => {
    asked++;
    list.hidden = true;
    text.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    at = (next + list.children.length) % list.children.length;
    for (const [index, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(index === at));
    text.setAttribute("aria-activedescendant", list.children[at].id);
  };
  const take = (item) => {
    const found = typed();
    if (!found) return close();
    const start = text.selectionStart - found[2].length - 1;
    text.setRangeText(`${item.dataset.value} `, start, text.selectionStart, "end");
    close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  text.addEventListener("input", async () => {
    const found = typed();
    if (!found) return close();
    const turn = ++asked;
    await new Promise((done) => setTimeout(done, 120));
    if (turn !== asked) return;
    const query = new URLSearchParams({ for: found[1], q: found[2], in: path.split("/")[2] ?? "" });
    const answer = await fetch(`/complete?${query}`).catch(() => null);
    if (!answer?.ok || turn !== asked) return;
    const items = await answer.json();
    if (turn !== asked) return;
    if (items.length === 0) return close();
    list.replaceChildren(
      ...items.map(({ value, label }, index) => {
        const item = document.createElement("li");
        item.id = `suggestion-${index}`;
        item.setAttribute("role", "option");
        item.dataset.value = value;
        const name = document.createElement("bdi");
        name.textContent = label;
        item.append(name, ` ${value}`);
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(item);
        });
        return item;
      }),
    );
    list.hidden = false;
    mark(0);
    form.querySelector(".suggested").textContent =
      items.length === 1 ? suggestion : suggestions.replace("{n}", String(items.length));
  });
  text.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const { key } = event;
    if (key === "ArrowDown") mark(at + 1);
    else if (key === "ArrowUp") mark(at - 1);
    else if (key === "Enter" || key === "Tab") take(list.children[at]);
    else if (key === "Escape") close();
    else return;
    event.preventDefault();
  });
  text.addEventListener("blur", close);
}
