import { expectAccessible } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { connectAll, expectCount, link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 20 });

test('the panel of a mailbox shows state, fix and history, and reconnects it', async ({ owner, tenant, env }) => {
  await link(owner, tenant, 20);
  await connectAll(owner);
  const adele = `adele.vance@${tenant.domain}`;
  await env.simulator.control('POST', `tenants/${tenant.domain}/mailboxes/${adele}/break`, {
    code: 'ErrorAccessDenied:RAOP',
  });
  await owner.getByRole('button', { name: 'Check now', exact: true }).first().click();
  await expectCount(owner, 'Needs attention', 1);

  // Opened by a link in the run's results.
  await open(owner, '/runs');
  await owner.getByRole('link', { name: /^Check · / }).first().click();
  const results = owner.getByRole('region', { name: 'Mailboxes' });
  await owner.getByRole('link', { name: /^Failed 1/ }).click();
  await expect(results.getByRole('listitem').filter({ hasText: '@' })).toHaveCount(1);
  // A slow answer: the page that was left must not take the focus meanwhile.
  await owner.route('**/load_mailbox', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  await results.getByRole('link', { name: 'Adele Vance' }).click();
  const panel = owner.getByRole('complementary', { name: 'Adele Vance' });
  await expect(panel.getByRole('heading', { name: 'Adele Vance' })).toBeFocused();
  await expect(panel).toContainText('Needs attention');
  await expect(panel).toContainText('Who can fix it');
  await expect(panel.getByRole('link', { name: 'More in Help' })).toHaveAttribute('href', '/help#out_of_scope');
  const history = panel.getByRole('region', { name: 'History' }).getByRole('listitem');
  await expect(history.first()).toContainText('Needs attention');
  await expect(history.nth(1)).toContainText('Connected');
  await expectAccessible(owner);
  await owner.setViewportSize({ width: 390, height: 800 });
  await expect(panel).toBeInViewport({ ratio: 0.9 });
  // No other element covers the button.
  await panel.getByRole('button', { name: 'Close panel' }).click({ trial: true });
  await expectAccessible(owner);
  await owner.setViewportSize({ width: 1280, height: 720 });

  // The same URL, loaded again; then the mailbox is repaired and reconnected, and the panel updates.
  const address = owner.url();
  await open(owner, address);
  await expect(panel).toContainText('Needs attention');
  await env.simulator.control('POST', `tenants/${tenant.domain}/mailboxes/${adele}/mend`);
  await panel.getByRole('button', { name: 'Reconnect' }).click();
  await expect(panel.getByRole('region', { name: 'Status' })).toHaveText('Connected');
  await expect(panel.getByRole('button', { name: 'Reconnect' })).toBeHidden();
  await expect(history.first()).not.toContainText('Needs attention');

  // Undo is beside the panel, or above it where the panel takes the whole width.
  for (const width of [1024, 390]) {
    await owner.setViewportSize({ width, height: 800 });
    await panel.getByRole('button', { name: 'Disconnect' }).click();
    await owner.getByRole('button', { name: 'Undo' }).click();
    await expect(panel.getByRole('button', { name: 'Disconnect' })).toBeVisible();
  }
  await owner.setViewportSize({ width: 1280, height: 720 });

  // Esc closes it and changes nothing else.
  await panel.getByRole('heading', { name: 'Adele Vance' }).focus();
  await owner.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(owner).not.toHaveURL(/mailbox=/);

  // The server renders and drops a page on different threads, which must not panic.
  for (let i = 0; i < 20; i += 1) expect((await owner.request.get(address)).status()).toBe(200);
  expect(env.server.log).not.toContain('panicked');
});

test('the URL of an unknown mailbox shows a message', async ({ owner, tenant }) => {
  await link(owner, tenant, 20);
  await open(owner, '/mailboxes?mailbox=00000000-0000-0000-0000-000000000001');
  const panel = owner.getByRole('complementary', { name: 'Mailbox' });
  await expect(panel).toContainText('No such mailbox');
  await expectAccessible(owner);
  await panel.getByRole('button', { name: 'Close panel' }).click();
  await expect(panel).toBeHidden();
  await expect(owner.getByRole('row', { name: /Adele Vance/ })).toBeVisible();
});
