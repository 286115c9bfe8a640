import assert from 'node:assert/strict';
import axe from 'axe-core';

/** axe-core finds nothing on the screen as it is. */
export async function accessible(page, where) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'], rules: { region: { enabled: true } } }),
  );
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
  assert.deepEqual(found, [], `axe on ${where}`);
}

/** Compared with the window that was asked for: a phone's browser widens innerWidth to what is too wide for it. */
export async function noSidewaysScroll(page, where) {
  const content = await page.evaluate(() => document.documentElement.scrollWidth);
  const { width } = page.viewportSize();
  assert.ok(content <= width, `${where} is ${content} wide in a window of ${width}`);
}
