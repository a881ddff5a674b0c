import { readFile } from 'node:fs/promises';
import { expectAccessible } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { connectAll, expectCount, link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 20 });

test('mailboxes that need attention are grouped by cause, and one click acts on the whole group', async ({ owner, tenant, env, workspace }) => {
  await link(owner, tenant, 20);
  const connected = await connectAll(owner);
  const control = (name: string, what: string, body = {}) =>
    env.simulator.control('POST', `tenants/${tenant.domain}/mailboxes/${name}@${tenant.domain}/${what}`, body);
  await control('adele.vance', 'break', { code: 'ErrorAccessDenied:RAOP' });
  await control('admin', 'break', { code: 'ErrorAccessDenied:RAOP' });
  await owner.getByRole('button', { name: 'Check now', exact: true }).first().click();
  await expectCount(owner, 'Needs attention', 2);

  // The overview, then its link to the list of these mailboxes.
  await open(owner, '/');
  const cause = '2 mailboxes: Outside the mailboxes Warmy may use';
  await expect(owner.getByRole('link', { name: cause })).toBeVisible();
  await expectAccessible(owner);
  await owner.getByRole('link', { name: cause }).click();
  await expect(owner).toHaveURL(/tab=attention.*reason=out_of_scope/);
  const causes = owner.getByRole('region', { name: 'Causes' });
  await expect(causes).toContainText(cause);
  await expectAccessible(owner);
  await control('adele.vance', 'mend');
  await control('admin', 'mend');
  await causes.getByRole('button', { name: 'Reconnect all' }).click();
  await expectCount(owner, 'Needs attention', 0);
  await expect(causes).toBeHidden();

  // The check's results: filtered by result, with the steps to take, and as a file.
  await open(owner, '/runs');
  await owner.getByRole('link', { name: /^Check · / }).first().click();
  await expect(owner.getByRole('heading', { name: 'What to do' })).toBeVisible();
  await owner.getByRole('link', { name: /^Failed 2/ }).click();
  await expect(owner).toHaveURL(/result=failed/);
  const results = owner.getByRole('region', { name: 'Mailboxes' });
  await expect(results.getByText('Outside the mailboxes Warmy may use')).toHaveCount(2);
  await expectAccessible(owner);
  const [download] = await Promise.all([
    owner.waitForEvent('download'),
    results.getByRole('link', { name: 'Download CSV' }).click(),
  ]);
  const file = await readFile(await download.path(), 'utf8');
  expect(file.trim().split('\r\n')).toHaveLength(3);
  expect(file).toContain(`"adele.vance@${tenant.domain}","failed","Outside the mailboxes Warmy may use"`);

  // The activity log.
  await open(owner, '/activity');
  await expect(owner.getByText('Started reconnecting')).toBeVisible();
  await expectAccessible(owner);
  await owner.getByLabel('What').selectOption('approval');
  await owner.getByRole('button', { name: 'Apply' }).click();
  await expect(owner).toHaveURL(/what=approval/);
  await expect(owner.getByText('Approval received from Microsoft')).toBeVisible();
  await expect(owner.getByText('Started reconnecting')).toBeHidden();

  // A smaller plan disconnects no mailbox; a message shows the excess.
  await env.server.setSlots(workspace.workspace_id, { plan_type_id: 'warmup', limit: connected - 4, used_elsewhere: 0, version: 1 });
  await expect(owner.getByText('4 over your plan')).toBeVisible();
  await open(owner, '/');
  await expect(owner.getByText('4 over your plan')).toBeVisible();
  await expectAccessible(owner);
});

test('the colour scheme is stored and applied in the first HTML', async ({ owner }) => {
  await open(owner, '/settings');
  await expectAccessible(owner);
  await owner.getByRole('radio', { name: /^Dark/ }).check();
  await expect(owner.locator('html')).toHaveAttribute('data-theme', 'dark');
  const html = await (await owner.request.get('/help')).text();
  expect(html).toContain('data-theme="dark"');
  await open(owner, '/settings');
  await expect(owner.getByRole('radio', { name: /^Dark/ })).toBeChecked();
  await expectAccessible(owner);
  await owner.getByRole('radio', { name: /^As my system/ }).check();
  expect(await (await owner.request.get('/help')).text()).not.toContain('data-theme=');
});

test('the open page shows the end of its session', async ({ owner }) => {
  await open(owner, '/users');
  await owner.context().clearCookies();
  await owner.getByRole('button', { name: 'Send a link to my administrator' }).click();
  await expect(owner.getByText('Your session has ended')).toBeVisible();
  await expectAccessible(owner);
});
