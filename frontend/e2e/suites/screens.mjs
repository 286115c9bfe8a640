import { describe, it } from 'node:test';
import { openPage, sizes } from '../support/browser.mjs';
import { accessible, noSidewaysScroll } from '../support/checks.mjs';
import { room } from '../support/room.mjs';

const themes = ['light', 'dark'];

/** Every screen in both themes, on a phone, at a desk and on a wide screen. */
export const screens = (at) =>
  describe('screens', () => {
    for (const size of Object.keys(sizes)) {
      for (const theme of themes) {
        it(`are accessible and fit: ${size}, ${theme}`, async (t) => {
          const page = await openPage(t, at.browser, { size, theme });
          const here = room(page, at.server.url);
          const check = async (name) => {
            await accessible(page, `${name}, ${size}, ${theme}`);
            await noSidewaysScroll(page, `${name}, ${size}`);
          };
          const over = async (name, open) => {
            await open();
            await page.getByRole('dialog').waitFor();
            await check(name);
            await page.keyboard.press('Escape');
            await page.getByRole('dialog').waitFor({ state: 'detached' });
          };

          await page.goto(at.server.url);
          await page.locator('.sample img').first().waitFor();
          await check('home');

          await page.goto(
            `${at.server.url}/explore/demo?q=musical+instruments&not=a+very+loud+microphone+on+a+stage`,
          );
          await here.loaded();
          await check('search');

          await here.mark(0, 'right');
          await here.mark(1, 'wrong');
          await here.next(2);
          await here.mark(0, 'right');
          await here.saved();
          await here.cell(1).focus();
          await check('teaching');

          await over('picture', () => here.cell(0).locator('.card-open').click());
          await over('keys', () => page.keyboard.press('?'));
          if (size === 'phone') {
            await over('concepts drawer', () =>
              page.getByRole('button', { name: 'Concepts', exact: true }).click(),
            );
            await over('learnt drawer', () =>
              page.getByRole('button', { name: 'What it has learnt' }).click(),
            );
          } else {
            const concept = page.locator('.concept.here');
            await concept.hover();
            await over('rename', () => concept.getByRole('button', { name: /^Rename/ }).click());
            await concept.hover();
            await over('delete', () => concept.getByRole('button', { name: /^Delete/ }).click());
          }
          await page.getByRole('button', { name: /^Dataset demo/ }).click();
          await page.locator('.picker-popover').waitFor();
          await check('dataset picker');
          await page.keyboard.press('Escape');
          await page.locator('.model-badge').click();
          await page.locator('.model-popover').waitFor();
          await check('model');
          await page.keyboard.press('Escape');

          await page.goto(`${page.url()}/results`);
          await page.locator('.ranked-item img').first().waitFor();
          await check('results');

          await page.goto(`${at.server.url}/browse/demo`);
          await page.locator('.wall img').first().waitFor();
          await check('dataset');

          await page.goto(`${at.server.url}/concepts/01HZZZZZZZZZZZZZZZZZZZZZZZ`);
          await page.getByText('not there any more').waitFor();
          await check('a concept that is gone');

          await page.goto(`${at.server.url}/browse/nothing-here`);
          await page.getByRole('alert').waitFor();
          await check('a dataset that is not there');

          await page.goto(`${at.server.url}/nowhere/at/all`);
          await page.getByText('There is no such page').waitFor();
          await check('no such page');
        });
      }
    }
  });
