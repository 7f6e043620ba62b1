// Does the page do what it is for? Search, narrow down, open, cite; with a script and without.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { at, go, json, launch, open, total } from "./support.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const heading = (page) => page.locator("#heading").textContent();

async function type(page, text) {
  await page.locator("#q").pressSequentially(text, { delay: 15 });
}

test("results appear while one types, and the address keeps what was typed", async () => {
  const page = await open(browser);
  await go(page, "/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await type(page, "back spasm");
  await page.waitForURL(`${at}/?q=back+spasm`);
  await page.locator(".hit").first().waitFor();
  assert.match(await heading(page), /back spasm/);
  assert.equal(await page.title(), "back spasm – ibid");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q", "the box keeps the focus");
  assert.equal(await page.evaluate(() => document.getElementById("q").selectionStart), 10);
  const first = await page.locator(".hit h2").first().textContent();
  assert.equal(first, (await json("/api/search?q=back+spasm")).hits[0].article.title);
  assert.ok(await page.locator(".hit mark").count() > 0);
  await page.waitForFunction(() => document.getElementById("said").textContent.includes("passages"));
  assert.equal(await page.locator("#said").textContent(), await page.locator("p.found").textContent());
  await page.finish();
});

test("of answers that overtake each other the one to what was typed last is shown", async () => {
  const page = await open(browser);
  await page.route(/[?&]q=fev(&|$)/, async (route) => {
    await new Promise((done) => setTimeout(done, 900));
    await route.continue().catch(() => {});
  });
  await go(page, "/");
  await type(page, "fev");
  await page.waitForTimeout(250);
  await type(page, "er");
  await page.waitForFunction(() => document.querySelector("#heading").textContent.includes("fever"));
  await page.waitForTimeout(1200);
  assert.match(await heading(page), /fever/);
  await page.finish();
});

test("back and forward lead through what was searched", async () => {
  const page = await open(browser);
  await go(page, "/");
  await type(page, "sciatica");
  await page.keyboard.press("Enter");
  await page.locator(".hit").first().waitFor();
  await page.locator("#q").fill("insomnia");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#heading").textContent.includes("insomnia"));
  await page.goBack();
  await page.waitForFunction(() => document.querySelector("#heading").textContent.includes("sciatica"));
  assert.equal(await page.inputValue("#q"), "sciatica");
  await page.goBack();
  await page.locator(".welcome").waitFor();
  assert.equal(await page.inputValue("#q"), "");
  await page.goForward();
  await page.goForward();
  await page.waitForFunction(() => document.querySelector("#heading").textContent.includes("insomnia"));
  assert.equal(await page.inputValue("#q"), "insomnia");
  await page.reload();
  assert.match(await heading(page), /insomnia/);
  await page.finish();
});

test("from a place in an article one searches on, and comes back to it", async () => {
  const page = await open(browser);
  await go(page, "/?q=coffee");
  await page.locator("button.open").first().click();
  await page.locator("p.whole a").first().click();
  await page.locator(".piece:target").waitFor();
  const address = page.url();
  await page.locator("#q").fill("fever");
  await page.waitForFunction(() => document.querySelector("#heading").textContent.includes("fever"));
  await page.goBack();
  await page.locator("article.whole").waitFor();
  assert.equal(page.url(), address);
  assert.equal(await page.inputValue("#q"), "coffee");
  await page.finish();
});

test("a filter leaves as many as it says, and a chip takes it back", async () => {
  const page = await open(browser);
  for (const kind of ["source", "tag", "year"]) {
    const query = kind === "source" ? "stomach" : "pain";
    await go(page, `/?q=${query}`);
    const all = await total(page);
    const filter = page.locator(`#filter-${kind}`);
    await filter.locator("summary").click();
    const choice = filter.locator("a").nth(kind === "source" ? 0 : 1);
    const count = Number((await choice.locator(".count").textContent()).match(/[\d,]+/)[0].replace(",", ""));
    await choice.click();
    await page.locator(".chips .chip").waitFor();
    assert.equal(await total(page), count, kind);
    assert.match(page.url(), kind === "year" ? /since=\d{4}-01-01/ : new RegExp(`${kind}=`));
    assert.equal(await page.evaluate(() => document.activeElement.id), "heading");
    // What is typed next is narrowed down too.
    await page.locator("#q").fill("back pain");
    await page.waitForURL(/q=back\+pain/);
    await page.waitForFunction(() => document.querySelector("#heading").textContent.includes("back pain"));
    assert.equal(await page.locator(".chips .chip").count(), 1);
    await page.goBack();
    await page.waitForFunction(() => !document.querySelector("#heading").textContent.includes("back pain"));
    await page.locator(".chips .chip").click();
    await page.waitForFunction(() => !document.querySelector(".chips"));
    assert.equal(await total(page), all);
  }
  await page.finish();
});

test("a passage opens among its neighbours, and closes", async () => {
  const page = await open(browser);
  await go(page, "/?q=hot%20flashes%20at%20night");
  const hit = page.locator(".hit").first();
  const { id, text } = (await json("/api/search?q=hot%20flashes%20at%20night")).hits[0];
  const button = hit.locator("button.open");
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  await button.click();
  await hit.locator(".opened").waitFor();
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  assert.equal(await hit.locator(".opened").getAttribute("id"), await button.getAttribute("aria-controls"));
  const shown = await json(`/api/passages/${encodeURIComponent(id)}?context=2`);
  assert.equal(await hit.locator(".piece").count(), shown.articles[0].passages.length);
  const words = (text) => text.replace(/^- /gm, "").replace(/\s+/g, "");
  assert.ok(words(await hit.locator(".chosen").textContent()).includes(words(text)), "the whole passage");
  assert.ok(await hit.locator(".chosen mark").count() > 0);
  // The whole article is shown at the passage.
  await hit.locator("p.whole a").click();
  await page.waitForURL(/\/article\?/);
  assert.ok(await page.locator(".piece:target").count() === 1);
  assert.ok(words(await page.locator(".piece:target").textContent()).includes(words(text)));
  await page.goBack();
  await button.waitFor();
  await button.click();
  await hit.locator(".opened").waitFor();
  await button.click();
  assert.equal(await hit.locator(".opened").count(), 0);
  await page.finish();
});

test("what was put right and added is said, and can be taken back", async () => {
  const page = await open(browser);
  await go(page, "/?q=charly%20horse");
  const said = await page.locator(".understood").textContent();
  assert.match(said, /Searched for .*charley.* in place of “charly”/);
  assert.match(said, /Also searched for “charley horse”: .*muscle cramp/);
  // One word that means the same is clicked away, and comes back.
  await page.locator(".understood .away", { hasText: "leg cramp" }).click();
  await page.waitForFunction(() => !document.querySelector(".understood").textContent.includes("leg cramp"));
  assert.match(page.url(), /without=leg%20cramp/);
  assert.match(await page.locator(".understood").textContent(), /muscle cramp/);
  await page.locator(".chips .chip", { hasText: "leg cramp" }).click();
  await page.waitForFunction(() => document.querySelector(".understood").textContent.includes("leg cramp"));
  // So is what a misspelt word was taken for.
  await page.locator(".understood .away", { hasText: "charley" }).click();
  await page.waitForFunction(() => !document.querySelector(".understood")?.textContent.includes("in place of"));
  await page.goBack();
  await page.waitForFunction(() => document.querySelector(".understood")?.textContent.includes("in place of"));
  await page.locator(".understood .chip:not(.away)").click();
  await page.waitForURL(/exact=true/);
  await page.waitForFunction(() => document.querySelector(".understood").textContent.includes("only for what you typed"));
  assert.doesNotMatch(await page.locator("main").textContent(), /Also searched/);
  await page.locator(".understood .chip:not(.away)").click();
  await page.waitForFunction(() => document.querySelector(".understood").textContent.includes("charley"));
  await page.finish();
});

test("a hit is copied as the API has it, and as a citation", async () => {
  const page = await open(browser);
  await go(page, "/?q=pain&offset=10&n=5");
  const { hits } = await json("/api/search?q=pain&offset=10&n=5");
  const hit = page.locator(".hit").nth(2);
  await hit.locator(".copy-json").click();
  await page.locator("#notice", { hasText: "JSON copied" }).waitFor();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.deepEqual(copied, hits[2]);
  await hit.locator(".copy-citation").click();
  await page.locator("#notice", { hasText: "Citation copied" }).waitFor();
  const citation = await page.evaluate(() => navigator.clipboard.readText());
  const { article, heading_path, locator, id } = hits[2];
  for (const part of [article.title, heading_path.join(" > "), article.source, article.published ?? "", `${article.path}:${locator.lines[0]}`, id]) {
    assert.ok(citation.includes(part), `${part}: ${citation}`);
  }
  await page.finish();
});

test("what is copied is the passage that is shown, whatever was indexed meanwhile", async () => {
  const page = await open(browser);
  await go(page, "/?q=pain");
  let meanwhile = (hits) => hits.reverse().map((hit, index) => ({ ...hit, rank: index + 1 }));
  await page.route("**/api/search*", async (route) => {
    const answer = await route.fetch();
    const document = await answer.json();
    await route.fulfill({ response: answer, json: { ...document, hits: meanwhile(document.hits) } });
  });
  const hit = page.locator(".hit").first();
  await hit.locator(".copy-json").click();
  await page.locator("#notice", { hasText: "JSON copied" }).waitFor();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(copied.id, await hit.getAttribute("data-id"));
  assert.equal(copied.article.id, await hit.getAttribute("data-article"));
  meanwhile = () => [];
  await hit.locator(".copy-json").click();
  await page.locator("#notice", { hasText: "JSON could not be copied" }).waitFor();
  await page.finish();
});

test("a citation is copied where the browser has no clipboard for pages", async () => {
  const page = await open(browser);
  await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await go(page, "/?q=pain");
  await page.locator(".copy-citation").first().click();
  await page.locator("#notice", { hasText: "Citation copied" }).waitFor();
  await page.locator("#q").fill("");
  await page.locator("#q").focus();
  await page.keyboard.press("Control+V");
  assert.match(await page.inputValue("#q"), /passage corpus\//);
  await page.finish();
});

test("one pages to what comes after, and back", async () => {
  const page = await open(browser);
  await go(page, "/?q=pain");
  await page.locator("a[rel=next]").click();
  await page.waitForURL(/offset=10/);
  await page.waitForFunction(() => document.querySelector(".hit").dataset.rank === "11");
  assert.match(await page.locator("p.found").textContent(), /^11 to 20 of [\d,]+ passages$/);
  assert.equal(await page.evaluate(() => window.scrollY), 0);
  await page.goBack();
  await page.waitForFunction(() => document.querySelector(".hit").dataset.rank === "1" && window.scrollY > 500);
  await page.goForward();
  await page.waitForFunction(() => document.querySelector(".hit").dataset.rank === "11");
  await page.locator("a[rel=prev]").click();
  await page.waitForFunction(() => document.querySelector(".hit").dataset.rank === "1");
  await page.finish();
});

test("where nothing is found, it says what to try", async () => {
  const page = await open(browser);
  await go(page, "/?q=qqzxv&source=corpus");
  assert.equal(await page.locator("p.found").textContent(), "Nothing was found");
  await page.locator(".nothing a").click();
  await page.waitForFunction(() => !document.querySelector(".chips"));
  await go(page, "/?q=%22spasm%20of%20the%20moon%22");
  assert.match(await page.locator(".nothing").textContent(), /quotation marks/);
  await page.finish();
});

test("while the server is away the last results stay, and a message says why", async () => {
  const page = await open(browser);
  page.allows_failures = true;
  await go(page, "/?q=fever");
  const before = await page.locator(".hit").count();
  await page.route("**/*", (route) => route.abort());
  await page.locator("#q").fill("fever chills");
  await page.locator("#notice", { hasText: "cannot be reached" }).waitFor();
  assert.equal(await page.locator(".hit").count(), before);
  await page.unroute("**/*");
  await page.locator("#q").fill("fever");
  await page.waitForFunction(() => document.getElementById("notice").hidden);
  // A server that is busy says so itself.
  await page.route("**/*", (route) => route.fulfill({ status: 503, contentType: "text/html", body: "<p>busy" }));
  await page.locator("#q").fill("fever and cough");
  await page.locator("#notice", { hasText: "busy" }).waitFor();
  assert.equal(await page.locator(".hit").count(), before);
  await page.finish();
});

test("problems are pages, with the status they have", async () => {
  for (const [path, status, text] of [
    ["/?n=0", 400, "n is a number"],
    ["/?q=a&x=1", 400, "unknown parameter"],
    ["/passage?id=nothing", 404, "no passage has the id"],
    ["/passage", 400, "id says what to show"],
    ["/article?id=nothing%3Cscript%3E", 404, "&lt;script&gt;"],
    ["/nowhere", 404, "there is nothing at /nowhere"],
    ["/assets/nothing.css", 404, "no asset"],
  ]) {
    const answer = await fetch(at + path, { headers: { accept: "text/html" } });
    assert.equal(answer.status, status, path);
    assert.match(answer.headers.get("content-type"), /^text\/html/, path);
    assert.ok((await answer.text()).includes(text), path);
  }
  const answer = await fetch(`${at}/api/nowhere`, { headers: { accept: "text/html" } });
  assert.match(answer.headers.get("content-type"), /problem\+json/);
});

test("without a script one searches, narrows down, opens and cites", async () => {
  const page = await open(browser, { javaScriptEnabled: false });
  await go(page, "/");
  await page.locator("#q").fill("back spasm");
  await page.locator("#search button").click();
  await page.waitForURL(/\?q=back\+spasm/);
  assert.ok(await page.locator(".hit").count() > 5);
  assert.equal(await page.locator(".copy-json:visible").count(), 0, "what needs a script is not offered");
  assert.equal(await page.locator("#show-keys:visible").count(), 0);
  await page.locator("#filter-tag summary").click();
  const choice = page.locator("#filter-tag a").first();
  const count = Number((await choice.locator(".count").textContent()).match(/\d+/)[0]);
  await choice.click();
  await page.locator(".chips .chip").waitFor();
  assert.equal(await total(page), count);
  await page.locator(".cite summary").first().click();
  assert.match(await page.locator(".citation").first().textContent(), /passage corpus\//);
  await page.locator("a.open").first().click();
  await page.waitForURL(/\/passage\?/);
  assert.ok(await page.locator(".chosen mark").count() > 0);
  await page.locator("p.whole a").click();
  await page.waitForURL(/\/article\?/);
  assert.equal(await page.locator("h1").count(), 1);
  assert.match(await page.locator("footer").textContent(), /not medical advice/);
  await page.locator(".back a").click();
  await page.waitForURL(/\/\?q=back/);
  const answer = await page.request.get(at + await page.locator(".json a").getAttribute("href"));
  assert.equal((await answer.json()).query.text, "back spasm");
  await page.finish();
});

test("passages that say the same are listed under the best", async () => {
  const page = await open(browser);
  await go(page, "/?q=quillwort%20tea");
  const duplicates = page.locator(".duplicates").first();
  await duplicates.locator("summary").click();
  await duplicates.locator("a").first().click();
  await page.waitForURL(/\/passage\?/);
  assert.match(await page.locator(".chosen").textContent(), /Quillwort tea/);
  await page.finish();
});
