import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPage } from '../support/browser.mjs';
import { room } from '../support/room.mjs';

/** By keyboard alone, by thumb, by dropping a file. */
export const hands = (at) =>
  describe('hands', () => {
    const open = async (t, options) => room(await openPage(t, at.browser, options), at.server.url);
    const focused = (page) =>
      page.evaluate(() => document.activeElement?.closest('[data-cell]')?.dataset.cell);

    it('the keyboard alone searches, marks, corrects, undoes and goes on', async (t) => {
      const here = await open(t);
      const { page } = here;
      const press = (key) => page.keyboard.press(key);
      await page.goto(at.server.url);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await press('/');
      await page.keyboard.type('musical instruments');
      await press('Enter');
      await here.loaded();
      await page.evaluate(() => document.activeElement.blur());
      await press('ArrowRight');
      assert.equal(await focused(page), '0');
      await press('p');
      await page.locator('[data-cell="0"] .badge.right').waitFor();
      await press('ArrowRight');
      await press('n');
      await page.locator('[data-cell="1"] .badge.wrong').waitFor();
      await press('p');
      await page.locator('[data-cell="1"] .badge.right').waitFor();
      await press('c');
      await page.locator('[data-cell="1"] .badge').waitFor({ state: 'detached' });
      await here.saved();
      await press('u');
      await page.locator('[data-cell="1"] .badge.right').waitFor();
      await press('Shift+U');
      await page.locator('[data-cell="1"] .badge').waitFor({ state: 'detached' });
      await press('ArrowDown');
      assert.notEqual(await focused(page), '1');
      await press('Enter');
      await here.status('Round 2 · learnt from 1 right and 0 wrong');
      await page.waitForFunction(() => document.activeElement?.closest('[data-cell="0"]') !== null);
      await press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      assert.equal(await focused(page), '0');
    });

    it('Tab reaches the verdicts of the focused card and leaves the grid after them', async (t) => {
      const here = await open(t);
      await here.search('red heart');
      await here.cell(0).focus();
      const reached = [];
      for (let i = 0; i < 6; i++) {
        await here.page.keyboard.press('Tab');
        reached.push(
          await here.page.evaluate(() => document.activeElement.className || document.activeElement.tagName),
        );
      }
      assert.deepEqual(reached.slice(0, 4), ['card-open', 'card-like', 'verdict wrong', 'verdict right']);
      assert.ok(!reached[4].startsWith('card'), reached[4]);
    });

    it('a thumb has its verdicts on every card', async (t) => {
      const here = await open(t, { size: 'phone' });
      await here.search('red heart');
      const button = here.cell(1).locator('.verdict.right');
      const { height, width } = await button.boundingBox();
      assert.ok(height >= 44 && width >= 44, `${width} by ${height}`);
      await button.tap();
      await here.page.locator('[data-cell="1"] .badge.right').waitFor();
      await here.page.getByRole('button', { name: 'Concepts' }).tap();
      await here.page
        .getByRole('dialog', { name: 'Concepts' })
        .getByRole('link', { name: /red heart/ })
        .first()
        .waitFor();
    });

    it('a dropped picture is searched for, and finds itself', async (t) => {
      const here = await open(t);
      await here.search('violin');
      const [wanted] = await here.ids();
      await here.page.goto(at.server.url);
      await here.page.getByRole('heading', { level: 1 }).waitFor();
      await here.page.evaluate(async (id) => {
        const bytes = await (await fetch(`/datasets/demo/images/${encodeURIComponent(id)}/file`)).blob();
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], 'mine.png', { type: 'image/png' }));
        for (const type of ['dragover', 'drop']) {
          document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }
      }, wanted);
      await here.page.locator('.chip', { hasText: 'your picture' }).waitFor();
      await here.loaded();
      assert.equal((await here.ids())[0], wanted);
      await here.page.reload();
      await here.loaded();
      assert.equal((await here.ids())[0], wanted, 'after a reload');
    });

    it('a chosen file that is no picture is refused in words', async (t) => {
      const here = await open(t);
      await here.page.goto(at.server.url);
      await here.page
        .locator('.search input[type=file]')
        .setInputFiles({ name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') });
      await here.page.getByRole('alert').waitFor();
    });

    it('more like this searches by the picture', async (t) => {
      const here = await open(t);
      await here.search('guitar');
      const ids = await here.ids();
      await here.cell(2).focus();
      await here.page.keyboard.press('m');
      await here.page.waitForURL(/\?like=/);
      await here.page
        .locator('[data-cell="0"]')
        .and(here.page.locator(`[data-id="${ids[2]}"]`))
        .waitFor();
    });

    it('the picture dialog shows the original and its facts, and gives the focus back', async (t) => {
      const here = await open(t);
      await here.search('red heart');
      await here.cell(1).focus();
      await here.page.keyboard.press('i');
      const dialog = here.page.getByRole('dialog');
      await dialog.getByText('subgroup').waitFor();
      await here.page.waitForFunction(() => document.querySelector('dialog img')?.naturalWidth > 0);
      await dialog.getByRole('button', { name: 'Right' }).click();
      await here.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await here.page.locator('[data-cell="1"] .badge.right').waitFor();
      assert.equal(await focused(here.page), '1');
    });

    it('uploads say what became of each file', async (t) => {
      t.after(() => at.server.api('DELETE', '/datasets/mine'));
      const here = await open(t);
      const { page } = here;
      await here.search('violin');
      const [id] = await here.ids();
      const picture = await fetch(`${at.server.url}/datasets/demo/images/${encodeURIComponent(id)}/file`);
      const buffer = Buffer.from(await picture.arrayBuffer());
      await page.getByRole('button', { name: /^Dataset demo/ }).click();
      await page.getByRole('button', { name: 'New dataset' }).click();
      await page.getByRole('textbox', { name: /^Name/ }).fill('mine');
      await page.getByRole('button', { name: 'Create' }).click();
      await page.getByRole('heading', { name: 'mine' }).waitFor();
      await page.locator('[data-upload]').setInputFiles([
        { name: 'violin.png', mimeType: 'image/png', buffer },
        { name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') },
      ]);
      await page.locator('.upload-list .created', { hasText: 'violin.png' }).waitFor();
      await page.locator('.upload-list .failed', { hasText: 'broken.png' }).waitFor();
      await page.locator('.wall li').first().waitFor();
    });
  });
