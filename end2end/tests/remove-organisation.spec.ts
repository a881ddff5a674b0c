import { expectAccessible } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { link, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 12 });

test('an organisation is removed after a confirmation, at once and in all tabs, and can be set up again', async ({
  owner,
  tenant,
  problems,
}) => {
  // Of the tab without a connection.
  problems.allow(/live\/.*|ERR_FAILED/);
  await link(owner, tenant, 12);
  await open(owner, '/mailboxes');
  await owner.getByRole('checkbox', { name: 'Select Adele Vance' }).click();
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: 'Connect 1 mailbox' }).click();
  await expect.poll(() => tabCount(owner, 'Connected')).toBe(1);
  const other = await owner.context().newPage();
  await open(other, '/mailboxes?tab=connected');
  await expect(other.getByRole('row', { name: /Adele Vance/ })).toBeVisible();

  // A tab that has no stream while the organisation is removed.
  const asleep = await owner.context().newPage();
  await asleep.addInitScript(() => {
    // Its own stream, not that of another tab.
    Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });
  });
  await asleep.route('**/live/**', (route) => route.abort());
  await open(asleep, '/mailboxes?tab=connected');

  await open(owner, '/settings');
  await owner.getByRole('button', { name: 'Remove this organisation…' }).click();
  const dialog = owner.getByRole('dialog', { name: /^Remove .+\?$/ });
  await expect(dialog).toContainText('1 connected mailbox is disconnected at once, and its slot is free.');
  await expect(dialog).toContainText('The approval at Microsoft stays until it is deleted there');
  await expectAccessible(owner);
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog).toBeHidden();

  await owner.getByRole('button', { name: 'Remove this organisation…' }).click();
  // The name is typed, whatever its case.
  const remove = dialog.getByRole('button', { name: 'Remove organisation' });
  await expect(remove).toBeDisabled();
  const name = await dialog.locator('p b').innerText();
  await dialog.getByLabel('Name of the organisation').fill(name.slice(0, -1));
  await expect(remove).toBeDisabled();
  await dialog.getByLabel('Name of the organisation').fill(` ${name.toUpperCase()}`);
  await Promise.all([owner.waitForURL(/\/$/), dialog.getByRole('button', { name: 'Remove organisation' }).click()]);
  await expect(owner.getByRole('link', { name: 'Start setup' }).first()).toBeVisible();
  // The other tab leaves the outdated page.
  await other.waitForURL(/\/$/);
  await asleep.unroute('**/live/**');
  await asleep.waitForURL(/\/$/);
  await Promise.all([other.close(), asleep.close()]);
  await open(owner, '/activity');
  await expect(owner.getByText('Removed an organisation')).toBeVisible();

  await link(owner, tenant, 12);
  await open(owner, '/mailboxes');
  await expect(owner.getByRole('checkbox', { name: 'Select Adele Vance' })).toBeEnabled();
  expect(await tabCount(owner, 'Connected')).toBe(0);
});
