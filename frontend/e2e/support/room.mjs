/** The room as a person sees it. */
export const room = (page, url) => ({
  page,

  async search(words) {
    await page.goto(`${url}/explore/demo?q=${encodeURIComponent(words)}`);
    await this.loaded();
  },

  loaded: () => page.locator('[data-cell="0"]').waitFor(),

  ids: () => page.locator('[data-cell]').evaluateAll((cells) => cells.map(({ dataset }) => dataset.id)),

  cell: (at) => page.locator(`[data-cell="${at}"]`),

  async mark(at, verdict) {
    await this.cell(at).hover();
    await this.cell(at).locator(`.verdict.${verdict}`).click();
    await page.locator(`[data-cell="${at}"] .badge.${verdict}`).waitFor();
  },

  saved: () => page.locator('.save-state.saved').waitFor({ state: 'attached' }),

  status: (text) => page.locator('.heading', { hasText: text }).waitFor(),

  async next(round) {
    await page.locator('.bar-next').click();
    await this.status(`Round ${round}`);
  },

  session: () => new URL(page.url()).pathname.split('/')[2],
});
