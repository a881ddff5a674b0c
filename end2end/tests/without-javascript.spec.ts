import { link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 60 });

test('without JavaScript the pages render, links work, and what does not work is said', async ({
  browser,
  owner,
  tenant,
  world,
}) => {
  await link(owner, tenant, 60);
  const state = await owner.context().storageState();
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: state, baseURL: world.server.url });
  const plain = await context.newPage();

  await plain.goto('/mailboxes');
  await expect(plain.getByText('60', { exact: false }).first()).toBeVisible();
  expect(await plain.locator('tbody tr').count()).toBeGreaterThan(20);
  await expect(plain.getByText('needs JavaScript', { exact: false }).first()).toBeVisible();
  for (const [name, heading] of [
    ['Overview', 'Overview'],
    ['Setup', 'Setup'],
    ['User management', 'User management'],
    ['Domain Delegation', 'Domain Delegation'],
    ['Runs', 'Runs'],
    ['Help', 'Help'],
  ] as const) {
    await plain.getByRole('navigation').getByRole('link', { name }).click();
    await expect(plain.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  }
  await context.close();
});
