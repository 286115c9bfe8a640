import { after, before, describe, it } from 'node:test';
import { launch, missing } from './support/browser.mjs';
import { Server } from './support/server.mjs';
import { hands } from './suites/hands.mjs';
import { restart } from './suites/restart.mjs';
import { screens } from './suites/screens.mjs';
import { statesSuite } from './suites/states.mjs';
import { teaching } from './suites/teaching.mjs';

/** The packaged service and a real browser, shared by all suites; every test has a page of its own. */
const at = { server: null, browser: null };

if (missing !== null && process.env.REQUIRE_BROWSER === '1') {
  it('needs a browser', () => {
    throw new Error(missing);
  });
} else if (missing !== null) {
  process.stderr.write(`\n*** Browser tests SKIPPED: ${missing} ***\n\n`);
  it('needs a browser', { skip: missing });
} else {
  describe('in a real browser', () => {
    before(async () => {
      at.server = await Server.start();
      await at.server.imported();
      at.browser = await launch();
    });
    after(async () => {
      await at.browser?.close();
      await at.server?.stop();
    });
    teaching(at);
    hands(at);
    statesSuite(at);
    screens(at);
    restart(at);
  });
}
