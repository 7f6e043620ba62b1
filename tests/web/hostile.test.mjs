// What can an article do to the page it is shown in? Be read.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { go, json, launch, open } from "./support.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

// The elements that pages of ours are made of.
const OURS = new Set(("a article bdi body button dd details dialog div dl dt em footer form h1 h2 h3 h4 h5 h6 head header html input kbd label li link main " +
  "mark meta nav ol p q script span strong summary table tbody td time title tr ul").split(" "));

async function inspect(page, where) {
  const found = await page.evaluate(() => ({
    names: [...new Set([...document.querySelectorAll("*")].map((element) => element.localName))],
    scripts: [...document.querySelectorAll("script")].map((script) => script.src),
    handlers: [...document.querySelectorAll("*")].filter((element) => element.getAttributeNames().some((name) => name.startsWith("on") || name === "style")).length,
    links: [...document.querySelectorAll("a[href]")].map((link) => link.href),
    original: [...document.querySelectorAll(".origin a")].map((link) => [link.protocol, link.rel, link.username]),
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    mains: document.querySelectorAll("main, h1, form[role=search]").length,
    text: document.documentElement.textContent,
    attributes: [...document.querySelectorAll("*")].flatMap((element) => element.getAttributeNames().filter((name) => name !== "href" && name !== "value").map((name) => element.getAttribute(name))).join("\n"),
  }));
  assert.deepEqual(found.names.filter((name) => !OURS.has(name)), [], `${where}: elements`);
  assert.equal(found.scripts.length, 1, where);
  assert.match(found.scripts[0], /\/assets\/page\.js\?v=[0-9a-f]{12}$/);
  assert.equal(found.handlers, 0, where);
  assert.equal(found.mains, 3, where);
  assert.equal(new Set(found.ids).size, found.ids.length, `${where}: an id is there twice`);
  for (const link of found.links) assert.match(link, /^https?:\/\//, where);
  for (const [protocol, rel, user] of found.original) {
    assert.match(protocol, /^https?:$/);
    assert.equal(rel, "noreferrer noopener");
    assert.equal(user, "");
  }
  const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
  assert.doesNotMatch(found.text, hidden, where);
  assert.doesNotMatch(found.attributes, hidden, where);
  return found;
}

test("results, passages and articles show what hostile articles say, and nothing of it happens", async () => {
  const { hits } = await json("/api/search?q=zebrafold&n=50&no_fold=true");
  assert.ok(hits.length >= 13, `${hits.length} hostile hits`);
  const page = await open(browser);
  await go(page, "/?q=zebrafold&n=50&no_fold=true");
  const { text } = await inspect(page, "results");
  for (const part of ["<script>window.__owned=1", "<img src=x onerror=", "{{7*7}} ${7*7} <%= 7*7 %>", "</p></article></main></body></html>", "[31mred"]) {
    assert.ok(text.includes(part), `${part} is shown as it is written`);
  }
  assert.equal(await page.locator(".hit").count(), hits.length);
  // Each opened, all at once.
  for (const button of await page.locator("button.open").all()) await button.click();
  await page.waitForFunction((count) => document.querySelectorAll(".opened").length === count, hits.length);
  await inspect(page, "opened");
  for (const hit of hits) {
    await go(page, `/passage?id=${encodeURIComponent(hit.id)}&q=zebrafold`);
    await inspect(page, hit.id);
    assert.ok(await page.locator(".chosen").count() > 0, hit.id);
    await go(page, `/article?id=${encodeURIComponent(hit.article.id)}&q=zebrafold`);
    await inspect(page, hit.article.id);
  }
  await page.finish();
});

test("a hostile question is shown as it was typed", async () => {
  const page = await open(browser);
  for (const question of ["<script>window.__owned=1</script>", "\"><img src=x onerror=window.__owned=1>", "'-alert(1)-'", "zebrafold \u202E gpj.exe", "</title></main><h1>x"]) {
    for (const [path, name] of [["/?", "q"], ["/passage?id=x&", "q"], ["/?q=zebrafold&", "source"], ["/?q=zebrafold&", "tag"], ["/article?", "id"], ["/?", "like"]]) {
      page.allows_failures = true;
      await go(page, `${path}${name}=${encodeURIComponent(question)}`);
      await inspect(page, `${path}${name}=${question}`);
    }
    // And by the way of the script.
    await go(page, "/");
    await page.locator("#q").fill(question);
    await page.locator("#results:not(.welcome)").waitFor();
    await inspect(page, question);
  }
  await page.finish();
});

test("no article changes the order in which other text is seen", async () => {
  const page = await open(browser);
  await go(page, "/?q=zebrafold&n=50&no_fold=true");
  // Letters of our own, and of the articles, run from left to right.
  const wrong = await page.evaluate(() => {
    const wrong = [];
    for (const element of document.querySelectorAll(".hit h2 bdi, .crumbs bdi, .snippet, .origin bdi, .action")) {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const range = document.createRange();
        let last = null;
        for (let at = 0; at < Math.min(node.length, 200); at++) {
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          const box = range.getBoundingClientRect();
          if (box.width === 0) continue;
          if (last && Math.abs(box.top - last.top) < 2 && box.left < last.left) {
            wrong.push(node.data.slice(0, 60));
            break;
          }
          last = box;
        }
      }
    }
    return wrong;
  });
  assert.deepEqual(wrong, []);
  await page.finish();
});

test("a page may not be shown inside another, and says what it is", async () => {
  const page = await open(browser);
  const answer = await go(page, "/?q=zebrafold");
  const headers = answer.headers();
  assert.match(headers["content-security-policy"], /frame-ancestors 'none'/);
  assert.match(headers["content-security-policy"], /script-src 'self'/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["content-type"], "text/html; charset=utf-8");
  const asset = await page.request.get(await page.evaluate(() => document.querySelector("link[rel=stylesheet]").href));
  assert.match(asset.headers()["cache-control"], /immutable/);
  await page.finish();
});
