import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const program = process.env.BROWSER_PATH ?? '/usr/bin/chromium';

/** Why the suite cannot run here, or null. CI sets REQUIRE_BROWSER=1, which makes that a failure. */
export const missing = existsSync(program) ? null : `there is no browser at ${program}; set BROWSER_PATH`;

export const launch = () =>
  chromium.launch({
    executablePath: program,
    timeout: patienceMs,
    chromiumSandbox: false,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-quic',
      '--no-first-run',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export const sizes = {
  phone: { width: 360, height: 740 },
  desk: { width: 1440, height: 900 },
  wide: { width: 1920, height: 1080 },
};

/** Only for what never comes: a slow machine that still imports needs its time for a page. */
const patienceMs = 120_000;

/** A page in a context of its own. Errors of the page fail the test; a refused request is a thing of the test. */
export async function openPage(t, browser, { size = 'desk', theme = 'light', ...options } = {}) {
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme: theme,
    reducedMotion: 'reduce',
    isMobile: size === 'phone',
    hasTouch: size === 'phone',
    ...options,
  });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()))
      faults.push(message.text());
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults, [], 'errors in the console of the page');
  });
  return page;
}
