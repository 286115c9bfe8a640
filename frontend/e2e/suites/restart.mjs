import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPage } from '../support/browser.mjs';
import { room } from '../support/room.mjs';

export const restart = (at) =>
  describe('a server that dies in the middle', () => {
    it('loses no mark: those made meanwhile are saved when it is back, and teaching goes on', async (t) => {
      t.after(() => at.server.up());
      const here = room(await openPage(t, at.browser), at.server.url);
      await here.search('things that fly');
      const ids = await here.ids();
      await here.mark(0, 'right');
      await here.saved();
      await at.server.kill();
      await here.mark(1, 'wrong');
      await here.mark(2, 'right');
      await here.page.getByText('2 not saved yet').waitFor();
      await here.page.locator('.banner', { hasText: 'The server cannot be reached' }).waitFor();
      await at.server.up();
      await here.saved();
      const { items } = await at.server.api('GET', `/sessions/${here.session()}/labels`);
      const verdicts = Object.fromEntries(items.map(({ id, positive }) => [id, positive]));
      assert.deepEqual(verdicts, { [ids[0]]: true, [ids[1]]: false, [ids[2]]: true });
      await here.next(2);
      await here.status('learnt from 2 right and 1 wrong');
      assert.deepEqual(
        (await here.ids()).filter((id) => ids.includes(id)),
        [],
      );
    });

    it('a search made meanwhile is answered when it is back', async (t) => {
      t.after(() => at.server.up());
      const page = await openPage(t, at.browser);
      await page.goto(at.server.url);
      await page.getByRole('button', { name: 'letters', exact: true }).waitFor();
      // Until the page knows its dataset there is nothing to search in.
      await page.getByText('3,812 images').first().waitFor();
      await at.server.kill();
      await page.getByRole('button', { name: 'letters', exact: true }).click();
      await page.getByText('Your search starts by itself').waitFor({ timeout: 60_000 });
      await at.server.up();
      await page.locator('[data-cell="0"]').waitFor();
    });
  });
