import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPage } from '../support/browser.mjs';
import { accessible, noSidewaysScroll } from '../support/checks.mjs';

const info = (model) => ({
  name: 'Visual Dataset Explorer',
  version: '0',
  model: { id: 'demo', dimension: 512, state: 'ready', reason: null, notice: 'Knows emoji.', ...model },
  store: 'embedded',
  defaultDataset: 'demo',
  limits: { maxUploadBytes: 1, maxFiles: 1, maxLimit: 1, maxLabels: 1 },
});

const dataset = (change) => ({
  name: 'demo',
  description: '',
  model: 'demo',
  dimension: 512,
  images: 3812,
  state: 'ready',
  progress: null,
  index: { state: 'ready', reason: null },
  bytes: 1,
  createdAt: '2026-01-01T00:00:00Z',
  ...change,
});

const json = (body, status = 200, headers = {}) => ({
  status,
  contentType: status < 400 ? 'application/json' : 'application/problem+json',
  headers,
  body: JSON.stringify(body),
});

const problem = (status, title, detail, headers) =>
  json({ type: 'about:blank', title, status, detail, errors: [] }, status, headers);

/** What the server answers instead, by the last part of the path; `hang` never answers, `abort` is a dead line. */
async function instead(page, answers) {
  for (const [path, answer] of Object.entries(answers)) {
    await page.route(
      (url) => url.pathname === path,
      (route) => {
        if (route.request().resourceType() === 'document') return route.continue();
        if (answer === 'hang') return undefined;
        return answer === 'abort' ? route.abort() : route.fulfill(answer);
      },
    );
  }
}

const datasets = (change) => ({
  '/datasets': json({ items: [dataset(change)], total: 1, offset: 0, limit: 1000 }),
  '/datasets/demo': json(dataset(change)),
});

const search = '/explore/demo?q=red+heart';

const states = [
  { name: 'loading', path: search, answers: { '/search': 'hang' }, shows: '.skeletons' },
  {
    name: 'an error of the server',
    path: search,
    answers: { '/search': problem(500, 'Internal error', 'Something went wrong; the log has more.') },
    shows: 'text=Something went wrong; the log has more.',
  },
  {
    name: 'a refused query',
    path: search,
    answers: {
      '/search': json(
        {
          title: 'Bad request',
          status: 400,
          detail: 'The query cannot be read',
          errors: [{ field: 'query[0]', reason: 'is blank' }],
        },
        400,
      ),
    },
    shows: 'text=query[0]: is blank.',
  },
  {
    name: 'nothing found',
    path: search,
    answers: {
      '/search': json({
        dataset: 'demo',
        model: 'demo',
        offset: 0,
        limit: 15,
        total: 0,
        hits: [],
        tookMs: 1,
      }),
    },
    shows: 'text=Nothing found',
  },
  {
    name: 'a server that does not answer',
    path: search,
    answers: { '/search': 'abort' },
    shows: 'text=Your search starts by itself',
  },
  {
    name: 'a model that is loading',
    path: search,
    answers: {
      '/info': json(info({ state: 'loading', reason: 'loading' })),
      '/search': problem(503, 'The model is not ready', 'The model is being loaded.', { 'retry-after': '1' }),
    },
    shows: 'text=The model is warming up',
  },
  {
    name: 'a model that failed',
    path: search,
    answers: {
      '/info': json(info({ state: 'failed', reason: 'The model has no onnx/vision_model.onnx.' })),
      '/search': json(
        {
          type: 'urn:vde:model-failed',
          title: 'The model cannot be used',
          status: 503,
          detail: 'The model has no onnx/vision_model.onnx.',
          errors: [],
        },
        503,
      ),
    },
    shows: 'text=The model has no onnx/vision_model.onnx. Words and pictures',
  },
  {
    name: 'an import that runs',
    path: '/',
    answers: datasets({
      state: 'importing',
      images: 1200,
      progress: { done: 1204, total: 3812, failed: 0, reason: null },
    }),
    shows: 'text=1,204 of 3,812 · you can search already',
  },
  {
    name: 'an import that failed',
    path: '/',
    answers: datasets({ state: 'failed', images: 12 }),
    shows: 'text=The import into demo stopped.',
  },
  {
    name: 'no dataset at all',
    path: '/',
    answers: { '/datasets': json({ items: [], total: 0, offset: 0, limit: 1000 }) },
    shows: 'text=There is no dataset yet',
  },
  {
    name: 'a dataset without pictures',
    path: '/',
    answers: datasets({ images: 0 }),
    shows: 'text=demo has no pictures yet',
  },
];

export const statesSuite = (at) =>
  describe('states', () => {
    for (const { name, path, answers, shows } of states) {
      it(`${name} is shown, accessible and fits, in both themes`, async (t) => {
        for (const [size, theme] of [
          ['phone', 'light'],
          ['desk', 'dark'],
        ]) {
          const page = await openPage(t, at.browser, { size, theme });
          await instead(page, answers);
          await page.goto(at.server.url + path);
          await page.locator(shows).first().waitFor();
          await accessible(page, `${name}, ${size}, ${theme}`);
          await noSidewaysScroll(page, name);
        }
      });
    }

    it('a dataset that appears after the page is shown by itself', async (t) => {
      const page = await openPage(t, at.browser);
      await instead(page, { '/datasets': json({ items: [], total: 0, offset: 0, limit: 1000 }) });
      await page.goto(at.server.url);
      await page.getByText('There is no dataset yet').waitFor();
      await page.unrouteAll();
      await page.getByRole('button', { name: /^Dataset demo/ }).waitFor();
    });

    it('a model that becomes ready answers the waiting search by itself', async (t) => {
      const page = await openPage(t, at.browser);
      await instead(page, {
        '/info': json(info({ state: 'loading' })),
        '/search': problem(503, 'The model is not ready', 'The model is being loaded.', {
          'retry-after': '1',
        }),
      });
      await page.goto(at.server.url + search);
      await page.getByText('The model is warming up').waitFor();
      await page.unrouteAll();
      await page.locator('[data-cell="0"]').waitFor();
    });

    it('a mark that is refused is taken back in plain sight, and can be tried again', async (t) => {
      const page = await openPage(t, at.browser);
      await page.goto(at.server.url + search);
      await page.locator('[data-cell="0"]').hover();
      await page.route('**/sessions/*/label', (route) =>
        route.fulfill(problem(507, 'Disk full', 'The disk is full.')),
      );
      await page.locator('[data-cell="0"] .verdict.right').click();
      await page.getByRole('alert').getByText('The disk is full.').waitFor();
      await page.locator('[data-cell="0"] .badge').waitFor({ state: 'detached' });
      await page.unrouteAll();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('[data-cell="0"] .badge.right').waitFor();
      await page.locator('.save-state.saved').waitFor();
    });

    it('the chosen theme outlives a reload', async (t) => {
      const page = await openPage(t, at.browser);
      await page.goto(at.server.url);
      await page.getByRole('button', { name: 'Dark theme' }).click();
      await page.reload();
      await page.getByRole('button', { name: 'Light theme' }).waitFor();
      assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'dark');
    });
  });
