import { open } from '../fixtures/console';
import { expectCount, link, number, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.describe('an organisation of 1,200 accounts', () => {
  test.use({ mailboxes: 1200 });

  test('a connection is limited to 1,000 mailboxes and to the free slots', async ({ owner, tenant, workspace, env }) => {
    await link(owner, tenant, 1200);
    await open(owner, '/mailboxes');
    const available = await tabCount(owner, 'Available');
    expect(available).toBeGreaterThan(1100);

    // 2,000 free slots: 1,000 are selected, and a sentence gives the reason.
    const selectAll = owner.getByRole('checkbox', { name: 'Select all not connected' });
    await selectAll.click();
    await expect(owner.getByText('1,000 selected')).toBeVisible();
    await expect(owner.getByText(`Selected 1,000 of ${number(available)}: 1,000 is the most one connection takes.`)).toBeVisible();
    await expect(owner.getByText('1,000 slots free after this')).toBeVisible();
    await owner.getByRole('button', { name: 'Clear' }).click();

    // 300 free slots: 300 are selected.
    await env.server.setSlots(workspace.workspace_id, { plan_type_id: 'warmup', limit: 300, used_elsewhere: 0, version: 1 });
    await open(owner, '/mailboxes');
    await selectAll.click();
    await expect(owner.getByText(`Selected 300 of ${number(available)}: your plan has 300 free slots.`)).toBeVisible();
    await owner.getByRole('button', { name: 'Review & connect' }).click();
    const review = owner.getByRole('dialog');
    await expect(review.getByRole('cell', { name: '300', exact: true }).first()).toBeVisible();
    await expect(review.getByRole('cell', { name: '0', exact: true }).first()).toBeVisible();
    await env.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms: 1000 });
    await review.getByRole('button', { name: 'Connect 300 mailboxes' }).click();

    // Live updates, without a reload.
    const strip = owner.getByRole('region', { name: 'Running now' });
    await expect(strip).toContainText('Connecting 300 mailboxes');
    await expect(strip).toContainText(/[1-9]\d* connected/);
    await expectCount(owner, 'Connected', 300, { timeout: 30_000 });
    await expect(strip).toBeHidden({ timeout: 30_000 });
    await expect(owner.getByTestId('meter')).toContainText('300 of 300 slots used · 0 free');
    expect(await tabCount(owner, 'Available')).toBe(available - 300);
    expect(env.server.slotsCheck(workspace.workspace_id)).toContain('account 300 used 0 reserved, mailboxes 300 used 0 reserved: exact');

    // With enough slots the rest is selected, and no connected mailbox.
    await env.server.setSlots(workspace.workspace_id, { plan_type_id: 'warmup', limit: 2000, used_elsewhere: 0, version: 2 });
    await env.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms: 0 });
    await open(owner, '/mailboxes?tab=all');
    await selectAll.click();
    await expect(owner.getByText(`${number(available - 300)} selected`)).toBeVisible();
    await owner.getByRole('button', { name: 'Review & connect' }).click();
    await review.getByRole('button', { name: `Connect ${number(available - 300)} mailboxes` }).click();
    await expect(owner.getByTestId('meter')).toContainText(`${number(available)} of 2,000 slots used`, { timeout: 30_000 });
    await expect(owner.getByTestId('meter')).toContainText(`${number(2000 - available)} free`);
    expect(env.server.slotsCheck(workspace.workspace_id)).toContain(`mailboxes ${available} used 0 reserved: exact`);
  });
});
