// What is livelier with a script? Results while one types, passages that open in their place, copying, and keys.
//
// Everything is a page of the server, and is shown as the server wrote it: this never makes markup of text.
"use strict";

(() => {
  const root = document.documentElement;
  const box = document.getElementById("q");
  const form = document.getElementById("search");
  const main = document.getElementById("main");
  const said = document.getElementById("said");
  const notice = document.getElementById("notice");
  const dialog = document.getElementById("keys");
  const PAUSE = 120; // of typing, before it is searched
  const SETTLED = 700; // before the number of results is said aloud
  root.classList.add("scripts");

  // ---- what is said

  let saying = 0;
  function say(text, after = 0) {
    clearTimeout(saying);
    saying = setTimeout(() => { said.textContent = text; }, after);
  }

  let noticed = 0;
  function note(text, stays = false) {
    clearTimeout(noticed);
    notice.textContent = text;
    notice.hidden = false;
    if (!stays) noticed = setTimeout(unnote, 6000);
  }
  function unnote() {
    clearTimeout(noticed);
    notice.hidden = true;
    notice.textContent = "";
  }

  // ---- showing another page in this one

  const here = () => location.pathname + location.search;
  let shown = here(); // the page that is seen
  let under_way = null;
  let slow = 0;

  // Whether the page that was asked for is shown now; false where a newer one is on its way or it could not be had.
  async function show(address) {
    under_way?.abort();
    const mine = under_way = new AbortController();
    clearTimeout(slow);
    slow = setTimeout(() => root.classList.add("waiting"), 250);
    try {
      const page = await load(address, mine.signal);
      if (mine !== under_way) return false;
      main.replaceChildren(...page.getElementById("main").childNodes);
      document.getElementById("kept").replaceChildren(...page.getElementById("kept").childNodes);
      document.title = page.title;
      document.body.className = page.body.className;
      shown = address;
      unnote();
      enliven();
      const results = document.getElementById("results");
      if (results?.dataset.found) say(results.dataset.found, SETTLED);
      return true;
    } catch (error) {
      if (mine === under_way && error.name !== "AbortError") note(error.message, true);
      return false;
    } finally {
      if (mine === under_way) {
        clearTimeout(slow);
        root.classList.remove("waiting");
      }
    }
  }

  async function load(address, signal) {
    let answer;
    try {
      answer = await fetch(address, { signal, headers: { accept: "text/html" }, credentials: "same-origin" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Error("The server cannot be reached. What you see is what was found before; press Enter to try again.");
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.ok && page.getElementById("main") && page.getElementById("kept")) return page;
    if (answer.status === 503) throw new Error("The server is busy. What you see is what was found before; try again in a moment.");
    const why = page.getElementById("problem")?.textContent;
    throw new Error(why ? `This could not be answered: ${why}` : "This could not be answered.");
  }

  // ---- addresses: what is typed changes the one it began with, all else makes a new one

  let typing = false; // whether the newest address is of something half typed
  let pause = 0;
  history.scrollRestoration = "manual";

  const remember = () => history.replaceState({ top: window.scrollY }, "");

  function typed() {
    const query = new URLSearchParams(new FormData(form));
    if (!query.get("q").trim()) query.delete("q");
    const string = query.toString();
    return string ? `/?${string}` : "/";
  }

  function go(address, { replace = false } = {}) {
    if (address === here()) return;
    remember();
    if (replace) history.replaceState({ top: 0 }, "", address);
    else history.pushState({ top: 0 }, "", address);
  }

  box.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(async () => {
      const address = typed();
      if (address === here()) return;
      go(address, { replace: typing });
      typing = true;
      if (await show(address)) window.scrollTo(0, 0);
    }, PAUSE);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pause);
    const address = typed();
    const is_new = address !== here();
    go(address, { replace: typing && is_new });
    typing = false;
    show(address).then((shown) => { if (shown && is_new) window.scrollTo(0, 0); });
  });

  async function follow(address) {
    clearTimeout(pause);
    go(address);
    typing = false;
    if (!await show(address)) return;
    box.value = new URLSearchParams(location.search).get("q") ?? "";
    window.scrollTo(0, 0);
    document.getElementById("heading")?.focus({ preventScroll: true });
  }

  window.addEventListener("popstate", async (event) => {
    clearTimeout(pause);
    typing = false;
    if (here() === shown) {
      // Only the place in this page is another, or what was on its way is not wanted any more.
      under_way?.abort();
      if (!location.hash) window.scrollTo(0, event.state?.top ?? 0);
    } else if (!await show(here())) {
      return;
    } else if (event.state?.top !== undefined) {
      window.scrollTo(0, event.state.top);
    } else {
      document.getElementById(location.hash.slice(1))?.scrollIntoView();
    }
    box.value = new URLSearchParams(location.search).get("q") ?? "";
  });
  window.addEventListener("pagehide", remember);
  if (!location.hash && history.state?.top) window.scrollTo(0, history.state.top);

  // ---- results

  const hits = () => [...main.querySelectorAll(".hit")];
  const hit_of = (element) => element?.closest?.(".hit") ?? null;

  // Makes buttons of what opens in its place.
  function enliven() {
    for (const link of main.querySelectorAll("a.action.open")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = link.className;
      button.textContent = link.textContent;
      button.dataset.at = link.getAttribute("href");
      button.setAttribute("aria-expanded", "false");
      link.replaceWith(button);
    }
  }

  async function toggle(hit) {
    const button = hit.querySelector(".action.open");
    const opened = hit.querySelector(".opened");
    if (opened) {
      opened.remove();
      button.setAttribute("aria-expanded", "false");
      button.removeAttribute("aria-controls");
      button.textContent = "Show in the article";
      return;
    }
    if (button.dataset.opening) return;
    button.dataset.opening = "true";
    try {
      const page = await load(button.dataset.at);
      const place = document.createElement("div");
      place.className = "opened";
      place.id = `opened-${hit.dataset.rank}`;
      place.append(...page.getElementById("passage").childNodes);
      hit.append(place);
      button.setAttribute("aria-expanded", "true");
      button.setAttribute("aria-controls", place.id);
      button.textContent = "Close";
      place.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
      say("The passage is shown below, with what stands around it");
    } catch (error) {
      note(error.message);
    } finally {
      delete button.dataset.opening;
    }
  }

  // ---- copying

  async function copy(text, what) {
    try {
      await put(text);
      note(`${what} copied`);
    } catch {
      note(`${what} could not be copied`);
    }
  }

  // Some browsers want the clipboard to be asked for at once, whatever has to be fetched first.
  async function put(text) {
    if (navigator.clipboard?.write && window.ClipboardItem) {
      try {
        const blob = text.then((text) => new Blob([text], { type: "text/plain" }));
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
        return;
      } catch { /* the old way, then */ }
    }
    const area = document.createElement("textarea");
    area.value = await text;
    area.className = "unseen";
    const before = document.activeElement;
    (dialog.open ? dialog : document.body).append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus?.({ preventScroll: true });
    if (!done) throw new Error("not copied");
  }

  function copy_citation(hit) {
    copy(Promise.resolve(hit.querySelector(".citation").textContent), "Citation");
  }

  function copy_json(hit) {
    copy(json_of(hit), "JSON");
  }

  async function json_of(hit) {
    const answer = await fetch(document.getElementById("results").dataset.json, { credentials: "same-origin" });
    if (!answer.ok) throw new Error("not answered");
    // What was indexed meanwhile may have put another passage in its place.
    const { id, article } = hit.dataset;
    const found = (await answer.json()).hits.find((found) => found.id === id && found.article.id === article);
    if (!found) throw new Error("no such hit");
    return JSON.stringify(found, null, 2) + "\n";
  }

  // ---- what is clicked

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a, button");
    if (!target) {
      if (!event.target.closest(".filters")) close_filters();
      return;
    }
    if (target.matches("a.swap")) {
      const is_plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
      if (!is_plain) return;
      event.preventDefault();
      follow(target.getAttribute("href"));
      return;
    }
    const hit = hit_of(target);
    if (target.matches("button.open")) toggle(hit);
    if (target.matches(".copy-citation")) copy_citation(hit);
    if (target.matches(".copy-json")) copy_json(hit);
    if (target.id === "show-keys") dialog.showModal();
  });

  function close_filters() {
    const open = main.querySelector(".filters details[open]");
    if (open) open.open = false;
    return open;
  }

  // ---- keys; single ones can be turned off, for those who speak to their computer

  const single = document.getElementById("single-keys");
  const SINGLE = "ibid-single-keys";
  try { single.checked = localStorage.getItem(SINGLE) !== "off"; } catch { /* they stay on */ }
  single.addEventListener("change", () => {
    try { localStorage.setItem(SINGLE, single.checked ? "on" : "off"); } catch { /* until the page is left */ }
  });

  function move(step) {
    const all = hits();
    const at = all.indexOf(hit_of(document.activeElement));
    const to = at < 0 ? (step > 0 ? 0 : -1) : at + step;
    if (to < 0) {
      if (at === 0) box.focus();
      return;
    }
    all[Math.min(to, all.length - 1)]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
    const on = document.activeElement;
    if (event.key === "Escape") {
      const closed = close_filters();
      if (closed) closed.querySelector("summary").focus();
      else if (on !== box) { box.focus(); box.select(); }
      else return;
      event.preventDefault();
      return;
    }
    if (on === box) {
      if (event.key === "ArrowDown" && hits().length) {
        event.preventDefault();
        hits()[0].focus();
      }
      return;
    }
    if (on?.matches?.("input, textarea, select")) return;
    const is_hit = on?.matches?.(".hit") ?? false;
    const keys = {};
    if (is_hit) Object.assign(keys, { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => toggle(on) });
    if (single.checked) {
      Object.assign(keys, {
        "/": () => { box.focus(); box.select(); },
        "?": () => dialog.showModal(),
        j: () => move(1),
        k: () => move(-1),
        c: () => { if (hit_of(on)) copy_citation(hit_of(on)); },
      });
    }
    const what = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!what) return;
    event.preventDefault();
    what();
  });

  enliven();
})();
