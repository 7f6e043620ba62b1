// Can all be done by keys? From an empty box to a copied citation, without a mouse.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { go, launch, open } from "./support.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const rank = (page) => page.evaluate(() => document.activeElement.dataset?.rank ?? document.activeElement.id);
const outlined = (page) => page.evaluate(() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" || style.boxShadow !== "none";
});

test("from the box to an opened passage, a copied citation, and back", async () => {
  const page = await open(browser);
  const press = (key) => page.keyboard.press(key);
  await go(page, "/");
  await page.keyboard.type("back spasm", { delay: 15 });
  await page.waitForURL(/q=back\+spasm/);
  await page.locator(".hit").first().waitFor();
  await press("ArrowDown");
  assert.equal(await rank(page), "1");
  assert.ok(await outlined(page), "the focus is seen");
  await press("j");
  await press("ArrowDown");
  assert.equal(await rank(page), "3");
  await press("k");
  assert.equal(await rank(page), "2");
  await press("Enter");
  await page.locator(".hit[data-rank='2'] .opened").waitFor();
  assert.equal(await rank(page), "2", "opening does not move the focus");
  await press("c");
  await page.locator("#notice", { hasText: "Citation copied" }).waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /passage corpus\//);
  await press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "A");
  assert.ok(await outlined(page));
  await press("k");
  await press("j");
  await press("Enter");
  await page.waitForFunction(() => !document.querySelector(".opened"));
  await press("Escape");
  assert.equal(await rank(page), "q");
  await page.keyboard.type("/ j?");
  assert.ok((await page.inputValue("#q")).endsWith("/ j?"), "in the box keys are letters");
  await page.finish();
});

test("the list of keys opens and closes, and single keys can be turned off", async () => {
  const page = await open(browser);
  const press = (key) => page.keyboard.press(key);
  await go(page, "/?q=fever");
  await press("?");
  await page.locator("dialog[open]").waitFor();
  await page.locator("#single-keys").focus();
  await press("Space");
  await press("Escape");
  await page.waitForFunction(() => !document.querySelector("dialog[open]"));
  await page.evaluate(() => document.activeElement.blur());
  await press("/");
  assert.notEqual(await rank(page), "q");
  await page.reload();
  await press("?");
  assert.equal(await page.locator("dialog[open]").count(), 0, "it is remembered");
  await page.locator("#show-keys").focus();
  await press("Enter");
  await page.locator("#single-keys").focus();
  await press("Space");
  await press("Escape");
  await page.locator("#show-keys").focus();
  await press("/");
  assert.equal(await rank(page), "q");
  await page.finish();
});

test("tabbing reaches everything, is seen everywhere, and ends", async () => {
  const page = await open(browser);
  await go(page, "/?q=back%20spasm&n=2");
  const seen = [];
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press("Tab");
    const on = await page.evaluate(() => {
      const on = document.activeElement;
      if (on === document.body) return null;
      const style = getComputedStyle(on);
      return { what: on.id || on.className || on.textContent.trim(), shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
    });
    if (on === null) break;
    assert.ok(on.shown, `the focus is not seen on ${on.what}`);
    seen.push(on.what);
  }
  assert.ok(seen.length < 60, "it goes round without an end");
  assert.equal(seen[0], "skip");
  for (const what of ["q", "action open", "action scripted copy-citation", "action scripted copy-json", "show-keys"]) {
    assert.ok(seen.includes(what), `${what}: ${seen}`);
  }
  await page.finish();
});

test("the skip link leads to the content, and a filter is chosen by keys", async () => {
  const page = await open(browser);
  await go(page, "/?q=stomach%20upset&exact=true");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await rank(page), "main");
  // First the way back to a wider search.
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.className), /chip/);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".filters details[open]").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/&source=/);
  await page.locator(".chips").waitFor();
  await page.finish();
});
