import { expectAccessible } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { expectCount, link, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 20 });

test('mailboxes are kept out at once, stay out through a sync, and come back in', async ({ owner, tenant, world }) => {
  await link(owner, tenant, 20);
  await open(owner, '/mailboxes');
  const available = await tabCount(owner, 'Available');
  const cannot = await tabCount(owner, 'Can’t connect');
  const strip = owner.getByRole('region', { name: 'Running now' });
  const row = owner.getByRole('row', { name: /Adele Vance/ });

  // One, by the keyboard, and undone by it.
  await row.getByRole('button', { name: 'Exclude Adele Vance' }).focus();
  await owner.keyboard.press('Enter');
  await expect(row).toContainText('Excluded');
  await expect(strip).toContainText('Excluded 1 mailbox');
  await expect(strip).toContainText(/You can undo this for \d+ s\./);
  await expect(row.getByRole('checkbox')).toBeDisabled();
  await expect(owner.locator('.toast')).toHaveCount(0);
  await expectAccessible(owner);
  await owner.keyboard.press('Control+z');
  await expect(row).not.toContainText('Excluded');
  await expect(strip).toBeHidden();
  await expect(row.getByRole('checkbox')).toBeEnabled();

  // A selection, undone by its button.
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await owner.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Exclude', exact: true }).click();
  await expect(strip).toContainText(`Excluded ${available} mailboxes`);
  await expectCount(owner, 'Available', 0);
  await strip.getByRole('button', { name: 'Undo' }).click();
  await expectCount(owner, 'Available', available);
  await expect(owner.getByText(`Undone: ${available} mailboxes are as before.`)).toBeAttached();

  // Again, and for good: a sync leaves it, the search finds it, connecting passes it by.
  await row.getByRole('button', { name: 'Exclude Adele Vance' }).click();
  await expectCount(owner, 'Can’t connect', cannot + 1);
  // Slow enough for the button to be seen at work.
  const latency = (ms: number) => world.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms });
  await latency(1_500);
  await owner.getByRole('button', { name: 'Sync now' }).click();
  await expect(owner.getByRole('button', { name: 'Sync now' })).toBeDisabled();
  await latency(0);
  await expect(owner.getByRole('button', { name: 'Sync now' })).toBeEnabled();
  await open(owner, '/mailboxes?tab=all&q=adele');
  await expect(row).toContainText('Not connected');
  await expect(row).toContainText('Excluded');
  await expect(row.getByRole('checkbox')).toBeDisabled();

  // Included where the kept out are listed.
  await open(owner, '/mailboxes?tab=cannot');
  await owner.getByRole('checkbox', { name: 'Select all excluded' }).click();
  await expect(owner.getByText('1 selected')).toBeVisible();
  await expectAccessible(owner);
  await owner.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Include', exact: true }).click();
  await expectCount(owner, 'Available', available);
  await expectCount(owner, 'Can’t connect', cannot);
});

test.describe('with fewer slots than people', () => {
  test.use({ pools: [{ plan_type_id: 'warmup', name: 'Warm-up', limit: 5 }] });

  test('everybody who matches is kept out, however few can be selected', async ({ owner, tenant }) => {
    await link(owner, tenant, 20);
    await open(owner, '/mailboxes');
    const available = await tabCount(owner, 'Available');
    await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
    await expect(owner.getByText('5 selected')).toBeVisible();
    await owner.getByRole('button', { name: `Exclude all ${available}` }).click();
    await expectCount(owner, 'Available', 0);
    await expect(owner.getByRole('region', { name: 'Running now' })).toContainText(`Excluded ${available} mailboxes`);
  });
});
