import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPage } from '../support/browser.mjs';
import { room } from '../support/room.mjs';

export const teaching = (at) =>
  describe('teaching', () => {
    const open = async (t, options) => room(await openPage(t, at.browser, options), at.server.url);

    it('begins with an example, and shows the nearest pictures with their scores', async (t) => {
      const { page, ...here } = await open(t);
      await page.goto(at.server.url);
      await page.getByRole('button', { name: 'red heart', exact: true }).click();
      await here.loaded();
      assert.match(page.url(), /\/explore\/demo\?q=red\+heart$/);
      const scores = await page.locator('[data-cell] .card-score').allTextContents();
      assert.ok(scores.length >= 9);
      assert.deepEqual(scores, scores.toSorted().reverse(), 'nearest first');
    });

    it('a mark on a search makes a concept and is saved at once', async (t) => {
      const here = await open(t);
      await here.search('red heart');
      const [first] = await here.ids();
      await here.mark(0, 'right');
      await here.page.waitForURL(/\/concepts\//);
      await here.saved();
      const { items } = await at.server.api('GET', `/sessions/${here.session()}/labels`);
      assert.deepEqual(
        items.map(({ id, positive }) => [id, positive]),
        [[first, true]],
      );
    });

    it('learns at the next page, which holds no marked and no skipped picture', async (t) => {
      const here = await open(t);
      await here.search('something to play in an orchestra');
      const seen = await here.ids();
      await here.mark(0, 'right');
      await here.mark(1, 'right');
      await here.mark(2, 'wrong');
      await here.next(2);
      await here.status('learnt from 2 right and 1 wrong');
      for (const round of [3, 4]) {
        const ids = await here.ids();
        assert.ok(ids.length >= 9);
        assert.deepEqual(
          ids.filter((id) => seen.includes(id)),
          [],
        );
        seen.push(...ids);
        await here.mark(0, 'right');
        await here.next(round);
      }
    });

    it('undo takes back a mark, then a page; redo does them again', async (t) => {
      const here = await open(t);
      await here.search('letters');
      const first = await here.ids();
      await here.mark(0, 'right');
      await here.next(2);
      const second = await here.ids();
      await here.mark(1, 'wrong');
      await here.saved();
      await here.page.getByRole('button', { name: 'Undo' }).click();
      await here.page.locator('.badge').waitFor({ state: 'detached' });
      assert.deepEqual(await here.ids(), second);
      await here.page.getByRole('button', { name: 'Undo' }).click();
      await here.page.locator('[data-cell="0"] .badge.right').waitFor();
      assert.deepEqual(await here.ids(), first);
      await here.page.getByRole('button', { name: 'Redo' }).click();
      await here.status('Round 2');
      assert.deepEqual(await here.ids(), second);
    });

    it('a reload shows the same page with the same marks', async (t) => {
      const here = await open(t);
      await here.search('ways to fly somewhere');
      await here.mark(0, 'right');
      await here.next(2);
      await here.mark(2, 'wrong');
      await here.saved();
      const before = await here.ids();
      await here.page.reload();
      await here.page.locator('[data-cell="2"] .badge.wrong').waitFor();
      assert.deepEqual(await here.ids(), before);
      await here.status('learnt from 1 right and 0 wrong');
    });

    it('another browser that opens the concept sees unseen pictures and teaches nothing', async (t) => {
      const here = await open(t);
      await here.search('gift for a date');
      const seen = await here.ids();
      await here.mark(0, 'right');
      await here.next(2);
      const { revision } = await at.server.api('GET', `/sessions/${here.session()}`);
      const other = await open(t);
      await other.page.goto(here.page.url());
      await other.loaded();
      assert.deepEqual(
        (await other.ids()).filter((id) => seen.includes(id)),
        [],
      );
      assert.equal((await at.server.api('GET', `/sessions/${here.session()}`)).revision, revision);
    });

    it('says so when the concept was taught elsewhere, and goes on', async (t) => {
      const here = await open(t);
      await here.search('red fruit');
      const ids = await here.ids();
      await here.mark(0, 'right');
      await here.saved();
      await at.server.api('POST', `/sessions/${here.session()}/label`, {
        labels: [{ id: ids[3], positive: false }],
        refit: false,
      });
      await here.page.locator('.bar-next').click();
      await here.page.getByText('also taught elsewhere').waitFor();
      await here.page.locator('[data-cell="3"] .badge.wrong').waitFor();
      await here.page.locator('.bar-next').click();
      await here.status('learnt from 1 right and 1 wrong');
    });

    it('goes on when somebody has deleted pictures of the page', async (t) => {
      const pictures = '/datasets/shrinking/images';
      t.after(() => at.server.api('DELETE', '/datasets/shrinking?sessions=delete'));
      await at.server.api('POST', '/datasets', { name: 'shrinking' });
      const { hits } = await at.server.api('GET', '/search?q=fruit&dataset=demo&limit=60');
      const form = new FormData();
      for (const { id } of hits) {
        const file = await fetch(`${at.server.url}/datasets/demo/images/${encodeURIComponent(id)}/file`);
        form.append('file', await file.blob(), `${id}.png`);
      }
      const uploaded = await fetch(at.server.url + pictures, { method: 'POST', body: form });
      assert.equal(uploaded.status, 200);
      const here = await open(t);
      await here.page.goto(`${at.server.url}/explore/shrinking?q=red+fruit`);
      await here.loaded();
      const ids = await here.ids();
      await here.mark(0, 'right');
      await here.saved();
      for (const id of [ids[2], ids[4]]) await at.server.api('DELETE', `${pictures}/${id}`);
      await here.next(2);
      await here.page.getByText('2 pictures of the last page had been deleted meanwhile.').waitFor();
      assert.deepEqual(
        (await here.ids()).filter((id) => ids.includes(id)),
        [],
      );
    });

    it('a concept deleted elsewhere is taught again from the marks on the screen', async (t) => {
      const here = await open(t);
      await here.search('sad faces');
      const [first] = await here.ids();
      await here.mark(0, 'right');
      await here.saved();
      const gone = here.session();
      await at.server.api('DELETE', `/sessions/${gone}`);
      await here.cell(1).hover();
      await here.cell(1).locator('.verdict.right').click();
      await here.page.getByRole('button', { name: 'Teach it again from these marks' }).click();
      await here.page.waitForURL(
        (url) => url.pathname.startsWith('/concepts/') && !url.pathname.endsWith(gone),
      );
      const { items } = await at.server.api('GET', `/sessions/${here.session()}/labels`);
      assert.ok(items.some(({ id, positive }) => id === first && positive === true));
    });

    it('ranks the whole dataset and exports it', async (t) => {
      const here = await open(t);
      await here.search('trees');
      await here.mark(0, 'right');
      await here.next(2);
      await here.page.getByRole('link', { name: 'Results' }).click();
      await here.page.locator('.ranked-item.right').first().waitFor();
      await here.page.getByRole('button', { name: 'Show more' }).click();
      await here.page.locator('.ranked-item').nth(61).waitFor();
      const ids = await here.page
        .locator('.ranked-item img')
        .evaluateAll((all) => all.map((each) => each.getAttribute('src')));
      assert.equal(new Set(ids).size, ids.length);
      for (const name of ['CSV', 'JSON lines', 'Classifier']) {
        const href = await here.page.getByRole('link', { name }).getAttribute('href');
        const response = await fetch(at.server.url + href);
        assert.equal(response.status, 200, name);
        await response.body.cancel();
      }
    });

    it('a concept is renamed, and deleted only after asking', async (t) => {
      const here = await open(t);
      await here.search('clocks');
      await here.mark(0, 'right');
      await here.saved();
      const { page } = here;
      await page.getByRole('link', { name: /clocks/ }).hover();
      await page.getByRole('button', { name: 'Rename clocks' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('what tells the time');
      await page.getByRole('button', { name: 'Rename', exact: true }).click();
      await page.getByRole('heading', { name: 'what tells the time' }).waitFor();
      await page.getByRole('button', { name: 'Delete what tells the time' }).click();
      await page.getByRole('button', { name: 'Keep it' }).click();
      await page.getByRole('button', { name: 'Delete what tells the time' }).click();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.waitForURL(/\/explore\/demo$/);
      assert.equal(await page.getByRole('link', { name: /what tells the time/ }).count(), 0);
    });
  });
