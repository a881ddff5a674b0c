import { expectAccessible } from '../fixtures/accessibility';
import { hydrated, open } from '../fixtures/console';
import { connectAll, expectCount, link, signIn } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 12 });

test('a viewer, invited by a link, sees everything and is offered nothing to change', async ({ owner, tenant, browser }) => {
  await link(owner, tenant, 12);
  const connected = await connectAll(owner);
  await open(owner, '/settings');
  await owner.getByLabel('Name of the person').fill('Vera Viewer');
  await owner.getByLabel('Role', { exact: true }).selectOption('Viewer');
  await owner.getByRole('button', { name: 'Create an invitation' }).click();
  const invitation = await owner.getByLabel('Invitation link').inputValue();

  const vera = await (await browser.newContext()).newPage();
  await vera.goto(invitation);
  await expectAccessible(vera);
  await vera.getByRole('button', { name: 'Accept with Microsoft' }).click();
  await signIn(vera, `adele.vance@${tenant.domain}`);
  await vera.waitForURL((url) => url.pathname === '/');
  await hydrated(vera);
  await expect(vera.getByText('view only')).toBeVisible();

  await open(vera, '/mailboxes?tab=connected');
  await expectCount(vera, 'Connected', connected);
  const grid = vera.getByRole('grid');
  await expect(grid.getByRole('row', { name: /Adele Vance/ })).toBeVisible();
  await expect(grid.getByRole('checkbox')).toHaveCount(0);
  await expect(vera.getByRole('button', { name: /Check now|Sync now|Disconnect/ })).toHaveCount(0);
  await expectAccessible(vera, 'the list of a viewer');
  // Also not by keyboard.
  await grid.getByRole('link', { name: 'Adele Vance' }).focus();
  await vera.keyboard.press('Control+a');
  await vera.keyboard.press('Home');
  await expect(vera.getByRole('region', { name: 'Selection' })).toHaveCount(0);
  await expect(grid.getByRole('link', { name: 'Adele Vance' })).toBeFocused();
  await vera.keyboard.press('Enter');
  const panel = vera.getByRole('complementary');
  await expect(panel.getByRole('region', { name: 'History' })).toBeVisible();
  await expect(panel.getByRole('button')).toHaveCount(1);
  await vera.keyboard.press('Escape');

  for (const path of ['/', '/setup', '/users', '/delegation', '/runs', '/activity', '/settings']) {
    await open(vera, path);
    await expect(vera.getByRole('button', { name: /Add new|Authorize|Send a link|Connect|Sync now|Remove|invitation/ }), path).toHaveCount(0);
    await expectAccessible(vera, `${path} of a viewer`);
  }
  await vera.context().close();
});
