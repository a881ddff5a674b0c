import { expectAccessible } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { link, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 400 });

test('a run is paused by a user, continues when resumed, and can be cancelled while paused', async ({ owner, tenant, env }) => {
  await link(owner, tenant, 400);
  await open(owner, '/mailboxes');
  const available = await tabCount(owner, 'Available');
  const latency = (ms: number) => env.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms });
  await latency(400);
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: `Connect ${available} mailboxes` }).click();
  const strip = owner.getByRole('region', { name: 'Running now' });
  await expect(strip).toContainText(/[1-9]\d* connected/);

  // On the strip, by keyboard.
  await strip.getByRole('button', { name: 'Pause' }).focus();
  await owner.keyboard.press('Enter');
  await expect(strip).toContainText('Paused by Olga Owner', { timeout: 20_000 });
  await expectAccessible(owner);
  const meter = await owner.getByTestId('meter').innerText();
  expect(meter).toContain('reserved');
  await strip.getByRole('button', { name: 'Resume' }).click();
  await expect(strip).not.toContainText('Paused');

  // On the run's page.
  await strip.getByRole('link', { name: 'View run' }).click();
  await owner.locator('main').getByRole('button', { name: 'Pause' }).click();
  await expect(owner.locator('main')).toContainText('Paused by Olga Owner', { timeout: 20_000 });
  await expectAccessible(owner);
  await owner.locator('main').getByRole('button', { name: 'Cancel run' }).click();
  await expect(strip).toBeHidden();
  await expect(owner.locator('.run-status')).toContainText('Cancelled');
  // The bar shows what was done, and not that all was.
  const bar = owner.locator('main').getByRole('progressbar').first();
  const done = Number(await bar.getAttribute('value'));
  expect(done, 'what was done').toBeLessThan(Number(await bar.getAttribute('max')));
  await expect(owner.locator('main').getByRole('button', { name: 'Resume' })).toBeHidden();
  await latency(0);
});

test('a retry takes only the failed mailboxes', async ({ owner, tenant, env }) => {
  await link(owner, tenant, 400);
  const control = (address: string, what: string, body = {}) =>
    env.simulator.control('POST', `tenants/${tenant.domain}/mailboxes/${address}/${what}`, body);
  const broken = [`adele.vance@${tenant.domain}`, `admin@${tenant.domain}`];
  for (const address of broken) await control(address, 'break', { code: 'ErrorAccessDenied:RAOP' });
  await open(owner, '/mailboxes');
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: /^Connect [\d,]+ mailboxes/ }).click();
  await owner.getByRole('link', { name: 'View 2 problems' }).click({ timeout: 30_000 });
  for (const address of broken) await control(address, 'mend');
  const retry = owner.getByRole('button', { name: 'Retry 2 failed' });
  await expect(retry).toBeVisible();
  await expectAccessible(owner);
  await retry.click();
  await expect(owner.getByText('Connected 2 mailboxes.')).toBeVisible();
  // All mailboxes are connected: the page reports that none is left to retry.
  await retry.click();
  await expect(owner.getByText('This action no longer applies to any of the selected mailboxes')).toBeVisible();
});
