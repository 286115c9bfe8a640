import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPage } from '../support/browser.mjs';
import { room } from '../support/room.mjs';

export const restart = (at) =>
  describe('a server that dies in the middle', () => {
    const open = async (t) => room(await openPage(t, at.browser), at.server.url);
    const unreachable = (page) =>
      page.locator('.banner', { hasText: 'The server cannot be reached' }).waitFor();
    const verdicts = async (here) => {
      const { items } = await at.server.api('GET', `/sessions/${here.session()}/labels`);
      return Object.fromEntries(items.map(({ id, positive }) => [id, positive]));
    };
    /** The next such call is done, but nobody hears of it. */
    const loseAnswer = (page, call) =>
      page.route(
        `**/sessions/*/${call}`,
        async (route) => {
          await route.fetch();
          await route.abort();
        },
        { times: 1 },
      );

    it('loses no mark: those made meanwhile are saved when it is back, and teaching goes on', async (t) => {
      t.after(() => at.server.up());
      const here = await open(t);
      await here.search('things that fly');
      const ids = await here.ids();
      await here.mark(0, 'right');
      await here.saved();
      await at.server.kill();
      await here.mark(1, 'wrong');
      await here.mark(2, 'right');
      await here.page.getByText('2 not saved yet').waitFor();
      await unreachable(here.page);
      await at.server.up();
      await here.saved();
      assert.deepEqual(await verdicts(here), { [ids[0]]: true, [ids[1]]: false, [ids[2]]: true });
      await here.next(2);
      await here.status('learnt from 2 right and 1 wrong');
      assert.deepEqual(
        (await here.ids()).filter((id) => ids.includes(id)),
        [],
      );
    });

    it('shows the next page that was asked for meanwhile, and learns from the marks before it', async (t) => {
      t.after(() => at.server.up());
      const here = await open(t);
      await here.search('musical instruments');
      const ids = await here.ids();
      await here.mark(0, 'right');
      await here.saved();
      await at.server.kill();
      await here.mark(1, 'wrong');
      await here.page.locator('.bar-next').click();
      await unreachable(here.page);
      await here.cell(2).hover();
      await here.cell(2).locator('.verdict.right').click();
      await here.page.getByText('Not marked: another page is on its way.').first().waitFor();
      await at.server.up();
      await here.status('Round 2 · learnt from 1 right and 1 wrong');
      assert.deepEqual(
        (await here.ids()).filter((id) => ids.includes(id)),
        [],
      );
      const expected = ids.map((id, place) => [id, [true, false][place] ?? null]);
      assert.deepEqual(await verdicts(here), Object.fromEntries(expected));
    });

    it('takes back the one mark that was to be undone meanwhile', async (t) => {
      t.after(() => at.server.up());
      const here = await open(t);
      await here.search('a city at night');
      const ids = await here.ids();
      await here.mark(0, 'right');
      await here.mark(1, 'right');
      await here.saved();
      await at.server.kill();
      await here.page.getByRole('button', { name: 'Undo' }).click();
      await unreachable(here.page);
      await at.server.up();
      await here.cell(1).locator('.badge').waitFor({ state: 'detached' });
      await here.cell(0).locator('.badge.right').waitFor();
      assert.deepEqual(await verdicts(here), { [ids[0]]: true });
    });

    it('takes back one mark when only the answer was lost', async (t) => {
      const here = await open(t);
      await here.search('green leaves');
      const ids = await here.ids();
      await here.mark(0, 'right');
      await here.mark(1, 'right');
      await here.saved();
      await loseAnswer(here.page, 'undo');
      await here.page.getByRole('button', { name: 'Undo' }).click();
      await here.cell(1).locator('.badge').waitFor({ state: 'detached' });
      await here.saved();
      assert.deepEqual(await verdicts(here), { [ids[0]]: true });
    });

    it('shows the next page when only the answer was lost', async (t) => {
      const here = await open(t);
      await here.search('something sweet');
      const ids = await here.ids();
      await here.mark(0, 'right');
      await here.saved();
      const { revision } = await at.server.api('GET', `/sessions/${here.session()}`);
      await loseAnswer(here.page, 'label');
      await here.next(2);
      assert.deepEqual(
        (await here.ids()).filter((id) => ids.includes(id)),
        [],
      );
      assert.equal(
        (await at.server.api('GET', `/sessions/${here.session()}`)).revision,
        revision + 1,
        'one round',
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
      await page.getByText('Your search starts by itself').waitFor();
      await at.server.up();
      await page.locator('[data-cell="0"]').waitFor();
    });
  });
