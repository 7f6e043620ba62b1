// Can everybody read it? In each state, wide and narrow, light and dark: axe finds nothing, nothing scrolls sideways, targets are
// large enough. Each is photographed.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { enter, launch, open, screenshots, states, widths } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

for (const state of states) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"]) {
      test(`${state.name}, ${size}, ${colorScheme}`, async () => {
        const page = await open(browser, { viewport, colorScheme, reducedMotion: "reduce" });
        await enter(page, state);
        if (screenshots) await page.screenshot({ path: join(screenshots, `${state.name}-${size}-${colorScheme}.png`) });
        const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(Number(/\d+/.exec(dark)[0]) < 128, colorScheme === "dark");
        assert.deepEqual(await page.evaluate(() => window.__violations), []);
        await page.evaluate(axe);
        const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), TAGS);
        const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
        assert.deepEqual(found, []);
        await page.finish();
      });
    }
  }
}

test("nothing scrolls sideways at 320 pixels, and targets have room for a finger", async () => {
  const page = await open(browser, { viewport: { width: 320, height: 640 } });
  for (const state of states) {
    await enter(page, state);
    const [content, window] = await widths(page);
    assert.ok(content <= window, `${state.name}: ${content} > ${window}`);
    const small = await page.evaluate(() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden])")]
      .filter((target) => target.checkVisibility() && !target.matches(".skip"))
      .map((target) => [target, target.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
      .map(([target, box]) => `${target.outerHTML.slice(0, 120)}: ${box.width} x ${box.height}`));
    assert.deepEqual(small, [], state.name);
  }
  await page.finish();
});

test("text may be twice as large", async () => {
  const page = await open(browser, { viewport: { width: 640, height: 900 } });
  for (const state of states) {
    await enter(page, state);
    // Through the style sheet's own object: the page lets nobody style it inline.
    await page.evaluate(() => document.styleSheets[0].insertRule("html { font-size: 200% !important }", document.styleSheets[0].cssRules.length));
    const [content, window] = await widths(page);
    assert.ok(content <= window, `${state.name}: ${content} > ${window}`);
  }
  await page.finish();
});

test("on paper there is what was found, and where it is from", async () => {
  const page = await open(browser);
  await enter(page, states[1]);
  await page.emulateMedia({ media: "print" });
  assert.ok(!await page.locator("#search").isVisible());
  assert.ok(!await page.locator(".actions").first().isVisible());
  assert.ok(await page.locator(".origin").first().isVisible());
  assert.ok(await page.locator("footer strong").isVisible());
  await page.finish();
});

test("with forced colours what has the focus is still seen", async () => {
  const page = await open(browser, { forcedColors: "active" });
  await enter(page, states[1]);
  await page.locator("#q").focus();
  await page.keyboard.press("ArrowDown");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, "none");
  await page.finish();
});
