// What do the tests have in common? A browser, pages that may ask nobody but the server, and the states a page can be in.

import { chromium } from "playwright-core";
import assert from "node:assert/strict";

export const at = process.env.IBID_AT;
export const screenshots = process.env.SCREENSHOTS;

const ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", headless: true, args: ARGS });
}

// A page in a window of its own, which writes down all that must not happen.
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: at });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => {
    // That an answer is no good one is what some tests are about.
    const is_expected = /Failed to load resource/.test(message.text()) && page.allows_failures;
    if (message.type() === "error" && !is_expected) wrong.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`script: ${error.message}`));
  page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith(`${at}/`)) wrong.push(`request: ${request.url().slice(0, 200)}`); });
  page.on("popup", () => wrong.push("a window was opened"));
  if (options.javaScriptEnabled !== false) {
    await page.addInitScript(() => {
      window.__violations = [];
      document.addEventListener("securitypolicyviolation", (event) => window.__violations.push(event.violatedDirective));
    });
  }
  page.wrong = wrong;
  page.finish = async () => {
    if (options.javaScriptEnabled !== false) {
      assert.deepEqual(await page.evaluate(() => window.__violations), [], "the policy was violated");
      assert.equal(await page.evaluate(() => window.__owned), undefined, "an article ran");
    }
    assert.deepEqual(wrong, []);
    await context.close();
  };
  return page;
}

export const go = (page, path) => page.goto(at + path, { waitUntil: "load" });

export async function json(path) {
  const answer = await fetch(at + path);
  assert.equal(answer.status, 200, path);
  return answer.json();
}

// How many there are, as the page says.
export async function total(page) {
  const found = await page.locator("#results").getAttribute("data-found");
  const number = /([\d,]+) passages?$/.exec(found);
  return number ? Number(number[1].replace(",", "")) : 0;
}

// Whether something scrolls sideways that should not.
export function widths(page) {
  return page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
}

const passage = encodeURIComponent("corpus/insomnia.md#body-and-medicines");

// Each state a page can be in: its name, where it is, and what leads to it.
export const states = [
  { name: "start", path: "/" },
  { name: "results", path: "/?q=back%20spasm" },
  { name: "filters", path: "/?q=pain&tag=pain&since=2023-01-01", act: (page) => page.locator(".filters summary").first().click() },
  { name: "opened", path: "/?q=back%20spasm", act: async (page) => {
    await page.locator("button.open").first().click();
    await page.locator(".opened").waitFor();
  } },
  { name: "nothing", path: "/?q=qqzxv&source=corpus" },
  { name: "understood", path: "/?q=what%20is%20charly%20horse%20fever" },
  { name: "duplicates", path: "/?q=quillwort", act: (page) => page.locator(".duplicates summary").first().click() },
  { name: "like", path: `/?like=${passage}` },
  { name: "error", path: "/?n=0", fails: true },
  { name: "missing", path: "/nowhere", fails: true },
  { name: "passage", path: `/passage?id=${passage}&q=itching%20at%20night` },
  { name: "article", path: "/article?id=corpus%2Finsomnia.md&q=coffee" },
  { name: "table", path: "/article?id=guides%2Ftables.md&q=quillwort" },
  { name: "foreign", path: "/?q=fi%C3%A8vre%20%D8%A7%D9%84%D8%B5%D8%AF%D8%A7%D8%B9" },
  { name: "keys", path: "/?q=back%20spasm", act: async (page) => {
    await page.locator("#show-keys").click();
    await page.locator("dialog[open]").waitFor();
  } },
  { name: "hostile", path: "/?q=zebrafold&n=50", act: async (page) => {
    await page.locator("button.open").nth(3).click();
    await page.locator(".opened").waitFor();
  } },
];

export async function enter(page, state) {
  page.allows_failures = state.fails ?? false;
  await go(page, state.path);
  await state.act?.(page);
}
