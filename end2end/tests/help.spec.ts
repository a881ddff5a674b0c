import { open } from '../fixtures/console';
import { expect, test } from '../fixtures/test';

test('every link to Help leads to an entry, and every entry has steps to take', async ({ owner, page }) => {
  await open(owner, '/help');
  const entries = await owner.locator('main article[id]').evaluateAll((articles) =>
    articles.map((article) => ({ id: article.id, steps: article.querySelectorAll('ol > li').length })),
  );
  expect(entries.length).toBeGreaterThan(25);
  for (const { id, steps } of entries) expect(steps, `steps of ${id}`).toBeGreaterThan(0);

  // The styleguide shows every state with its reason and every permission with its refusal.
  await page.goto('/styleguide');
  const links = await page.locator('a[href^="/help#"]').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(links.length).toBeGreaterThan(4);
  for (const link of new Set(links)) expect(entries.map(({ id }) => `/help#${id}`)).toContain(link);
});

test('search finds an entry by its code and by a word of the symptom, and reports an empty result', async ({ owner }) => {
  await open(owner, '/help');
  const shown = owner.locator('main article[id]:visible');
  const search = owner.getByRole('searchbox');
  await search.fill('out_of_scope');
  await expect(shown).toHaveCount(1);
  await search.fill('Conditional Access');
  await expect(shown.first()).toBeVisible();
  await search.fill('no such thing at all');
  await expect(shown).toHaveCount(0);
  await expect(owner.getByText('Nothing matches.', { exact: false })).toBeVisible();
});
