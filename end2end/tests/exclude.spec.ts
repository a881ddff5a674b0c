import { expectAccessible } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { expectCount, link, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 20 });

test('mailboxes are excluded at once, stay excluded after a sync, and are included again', async ({ owner, tenant, env }) => {
  await link(owner, tenant, 20);
  await open(owner, '/mailboxes');
  const available = await tabCount(owner, 'Available');
  const excluded = await tabCount(owner, 'Excluded');
  const strip = owner.getByRole('region', { name: 'Running now' });
  const row = owner.getByRole('row', { name: /Adele Vance/ });

  // One mailbox, excluded and undone by keyboard.
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

  // A selection, undone by the button.
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await owner.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Exclude', exact: true }).click();
  await expect(strip).toContainText(`Excluded ${available} mailboxes`);
  await expectCount(owner, 'Available', 0);
  await strip.getByRole('button', { name: 'Undo' }).click();
  await expectCount(owner, 'Available', available);
  await expect(owner.getByText(`Undone: ${available} mailboxes are as before.`)).toBeAttached();

  // Excluded without undo: a sync keeps it, the search finds it, and it cannot be selected.
  await row.getByRole('button', { name: 'Exclude Adele Vance' }).click();
  await expectCount(owner, 'Excluded', excluded + 1);
  // Slow enough for the disabled button to be seen.
  const latency = (ms: number) => env.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms });
  await latency(1_500);
  await owner.getByRole('button', { name: 'Sync now' }).click();
  await expect(owner.getByRole('button', { name: 'Sync now' })).toBeDisabled();
  await latency(0);
  await expect(owner.getByRole('button', { name: 'Sync now' })).toBeEnabled();
  await open(owner, '/mailboxes?tab=all&q=adele');
  await expect(row).toContainText('Not connected');
  await expect(row).toContainText('Excluded');
  await expect(row.getByRole('checkbox')).toBeDisabled();

  // Included again on the list of excluded mailboxes.
  await open(owner, '/mailboxes?tab=excluded');
  await owner.getByRole('checkbox', { name: 'Select all excluded' }).click();
  await expect(owner.getByText('1 selected')).toBeVisible();
  await expectAccessible(owner);
  await owner.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Include', exact: true }).click();
  await expectCount(owner, 'Available', available);
  await expectCount(owner, 'Excluded', excluded);
});

test.describe('with fewer slots than mailboxes', () => {
  test.use({ pools: [{ plan_type_id: 'warmup', name: 'Warm-up', limit: 5 }] });

  test('all matching mailboxes are excluded, although fewer can be selected', async ({ owner, tenant }) => {
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
