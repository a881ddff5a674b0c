import { link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 60 });

test('without JavaScript the pages render, links work, and a note names the limits', async ({
  browser,
  owner,
  tenant,
  env,
}) => {
  await link(owner, tenant, 60);
  const state = await owner.context().storageState();
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: state, baseURL: env.server.url });
  const plain = await context.newPage();

  await plain.goto('/mailboxes');
  await expect(plain.getByText('60', { exact: false }).first()).toBeVisible();
  expect(await plain.locator('tbody tr').count()).toBeGreaterThan(20);
  await expect(plain.getByText('needs JavaScript', { exact: false }).first()).toBeVisible();

  // The list is paginated; search and filters are a form.
  const names = () => plain.locator('tbody a.name').allInnerTexts();
  const first = await names();
  const pages = plain.getByRole('navigation', { name: 'Pages' });
  await pages.getByRole('link', { name: 'Next' }).click();
  await expect(plain).toHaveURL(/page=2/);
  await expect(pages.getByRole('link', { name: '2', exact: true })).toHaveAttribute('aria-current', 'page');
  const second = await names();
  expect(second.length).toBeGreaterThan(0);
  expect(second.filter((name) => first.includes(name))).toEqual([]);
  await pages.getByRole('link', { name: 'Previous' }).click();
  await plain.getByRole('searchbox').fill('adele vance');
  await plain.getByRole('button', { name: 'Apply' }).click();
  await expect(plain).toHaveURL(/q=adele/);
  expect(await names()).toEqual(['Adele Vance']);
  await plain.getByRole('link', { name: 'Adele Vance' }).click();
  await expect(plain.getByRole('heading', { name: 'Adele Vance' })).toBeVisible();

  for (const [name, heading] of [
    ['Overview', 'Overview'],
    ['Setup', 'Setup'],
    ['User management', 'User management'],
    ['Domain Delegation', 'Domain Delegation'],
    ['Runs', 'Runs'],
    ['Activity', 'Activity'],
    ['Help', 'Help'],
    ['Settings', 'Settings'],
  ] as const) {
    await plain.getByRole('navigation').getByRole('link', { name }).click();
    await expect(plain.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  }
  await context.close();
});
