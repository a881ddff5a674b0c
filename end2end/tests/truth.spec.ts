// The console states facts only: counts, empty lists, reviews, approvals, results.
import { expectAccessible } from '../fixtures/accessibility';
import { hydrated, open } from '../fixtures/console';
import { connectAll, expectCount, link, signIn, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 120 });

test('a bulk action on more than 50 mailboxes is reviewed, and its undo is offered as long as it works', async ({ owner, tenant }) => {
  await link(owner, tenant, 120);
  await open(owner, '/mailboxes');
  const available = await tabCount(owner, 'Available');
  expect(available).toBeGreaterThan(100);
  const cannot = await tabCount(owner, 'Can’t connect');
  const selection = owner.getByRole('region', { name: 'Selection' });
  const dialog = owner.getByRole('dialog');
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await selection.getByRole('button', { name: 'Exclude', exact: true }).click();
  await expect(dialog.getByRole('heading', { name: 'Review: exclude' })).toBeFocused();
  await expect(dialog).toContainText(`${available} mailboxes will be excluded`);
  await expectAccessible(owner);
  await dialog.getByRole('button', { name: 'Back' }).click();
  await expectCount(owner, 'Excluded', 0);
  await selection.getByRole('button', { name: 'Exclude', exact: true }).click();
  await dialog.getByRole('button', { name: `Exclude ${available} mailboxes` }).click();
  await expectCount(owner, 'Excluded', available);

  // Nobody is connected, and nothing says so.
  await owner.getByRole('button', { name: 'Refresh' }).click();
  await expect(owner.getByRole('heading', { name: 'No mailbox can be connected now' })).toBeVisible();
  await expect(owner.getByText(`${cannot} can’t connect · ${available} excluded.`)).toBeVisible();
  await open(owner, '/');
  await expect(owner.getByText('No mailbox can be connected now')).toBeVisible();
  await expect(owner.getByText('Everyone')).toHaveCount(0);

  // Included again, after a review.
  await open(owner, '/mailboxes?tab=excluded');
  await owner.getByRole('checkbox', { name: 'Select all excluded' }).click();
  await selection.getByRole('button', { name: 'Include', exact: true }).click();
  await dialog.getByRole('button', { name: `Include ${available} mailboxes` }).click();
  await expectCount(owner, 'Available', available);
  await owner.getByRole('button', { name: 'Refresh' }).click();
  await expect(owner.getByRole('heading', { name: 'Nobody is excluded' })).toBeVisible();
});

test('the review of a large disconnect shows the slots that become free and asks for the name', async ({ owner, tenant }) => {
  await link(owner, tenant, 120);
  const connected = await connectAll(owner);
  await open(owner, '/mailboxes?tab=connected');
  await owner.getByRole('checkbox', { name: 'Select all' }).click();
  await owner.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Disconnect' }).click();
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText(`${connected} mailboxes will be disconnected. You can undo that for 10 seconds; then ${connected} slots are free.`);
  const cells = dialog.getByRole('row', { name: /^Warm-up/ }).getByRole('cell');
  await expect(cells).toHaveText(['2,000', `${connected}`, (2000 - connected).toLocaleString('en-US'), `${connected}`, '2,000']);
  const disconnect = dialog.getByRole('button', { name: `Disconnect ${connected} mailboxes` });
  await expect(disconnect).toBeDisabled();
  await expectAccessible(owner);
  await dialog.getByLabel('Name of the organisation').fill(await dialog.locator('p b[translate]').innerText());
  await disconnect.click();
  await owner.getByRole('region', { name: 'Running now' }).getByRole('button', { name: 'Undo' }).click();
  await expect(owner.getByText(`Undone: ${connected} mailboxes stay connected.`)).toBeAttached();

  // A check of all of them is reviewed too.
  await owner.getByRole('button', { name: 'Check now', exact: true }).first().click();
  await expect(dialog).toContainText(`${connected} mailboxes will be checked`);
  await dialog.getByRole('button', { name: 'Back' }).click();
});

test('what failed needs attention, and is tried again there', async ({ owner, tenant, env }) => {
  await link(owner, tenant, 120);
  const mailbox = `tenants/${tenant.domain}/mailboxes/adele.vance@${tenant.domain}`;
  await env.simulator.control('POST', `${mailbox}/break`, { code: 'ErrorAccessDenied:RAOP' });
  await open(owner, '/mailboxes?q=adele%20vance');
  const available = await tabCount(owner, 'Available');
  await owner.getByRole('row', { name: /Adele Vance/ }).getByRole('button', { name: 'Connect Adele Vance' }).click();
  await expectCount(owner, 'Needs attention', 1);
  await expectCount(owner, 'Available', available - 1);
  // The result is beside the controls, not over them.
  const message = owner.getByRole('region', { name: 'Messages' });
  await expect(message).toContainText('No mailbox was connected.');
  await owner.getByRole('searchbox', { name: 'Search mailboxes' }).click({ trial: true });
  await open(owner, '/');
  await expect(owner.getByText(`${available - 1} mailboxes can be connected`)).toBeVisible();
  await expect(owner.getByRole('link', { name: /Needs attention/ })).toContainText('1');

  await open(owner, '/mailboxes?tab=attention');
  const row = owner.getByRole('row', { name: /Adele Vance/ });
  await expect(row).toContainText('Not connected');
  await expect(row).toContainText('Failed');
  await env.simulator.control('POST', `${mailbox}/mend`);
  await row.getByRole('checkbox').click();
  await owner.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Try again' }).click();
  await expectCount(owner, 'Connected', 1);
  await expectCount(owner, 'Needs attention', 0);
});

test('a cancelled second approval and a revoked link take nothing from an approved client', async ({ owner, tenant }) => {
  await link(owner, tenant, 120);
  await open(owner, '/users');
  const client = owner.getByRole('listitem').filter({ has: owner.locator('.client-id') }).first();
  await expect(client).toContainText('Authorized');
  const [tab] = await Promise.all([
    owner.context().waitForEvent('page'),
    owner.getByRole('button', { name: 'Authorize again' }).click(),
  ]);
  await tab.getByRole('button', { name: 'Continue to Microsoft' }).click();
  await signIn(tab, `admin@${tenant.domain}`);
  await tab.getByRole('button', { name: 'Cancel' }).click();
  await tab.waitForURL(/\/connect\/microsoft\/result/);
  await tab.close();
  await expect(owner.getByText('an approval that was given before still holds')).toBeVisible();
  await open(owner, '/users');
  await expect(client.locator('.client-state')).toHaveText('Authorized');
  await client.getByText('2 attempts to authorize').click();
  await expect(client).toContainText('Not approved');
  await owner.getByRole('button', { name: 'Send a link to my administrator' }).click();
  await expect(client.locator('.client-state')).toHaveText('Authorized');
  await owner.getByRole('button', { name: 'Revoke the link' }).click();
  await open(owner, '/users');
  await expect(client.locator('.client-state')).toHaveText('Authorized');
  await expectAccessible(owner);
});

test('a page that could not be loaded is loaded when the server is back', async ({ owner, tenant, env, problems }) => {
  await link(owner, tenant, 120);
  await open(owner, '/');
  await owner.route('**/api/**', (route) => route.abort());
  await owner.getByRole('link', { name: 'Runs', exact: true }).first().click();
  await expect(owner.getByText('The server can’t be reached')).toBeVisible();
  await owner.unroute('**/api/**');
  await expect(owner.getByRole('link', { name: /^Directory sync/ }).first()).toBeVisible({ timeout: 20_000 });
  problems.allow(/Failed to load resource|net::ERR_FAILED/);
  expect(env.server.log).not.toContain('panicked');
});

test('every line of a pasted list is accounted for, on every tab', async ({ owner, tenant }) => {
  await link(owner, tenant, 120);
  for (const [n, name] of ['Adele Vance', 'Ada Admin'].entries()) {
    await open(owner, `/mailboxes?q=${encodeURIComponent(name)}`);
    await owner.getByRole('button', { name: `Connect ${name}` }).click();
    await expectCount(owner, 'Connected', n + 1);
  }
  await open(owner, '/mailboxes?tab=connected&q=admin');
  await owner.getByRole('button', { name: 'Select…' }).click();
  await owner.getByRole('menuitem', { name: 'Paste a list…' }).click();
  const dialog = owner.getByRole('dialog');
  const list = dialog.getByRole('textbox', { name: 'Addresses' });
  await list.fill('name@nowhere, x@');
  await expect(dialog.getByRole('status')).toContainText('name@nowhere, x@');
  await list.fill(`Name;Mail\nAdele;adele.vance@${tenant.domain}\nrubbish\nSMTP:appadmin@${tenant.domain}+smtp:nobody@${tenant.domain}\nx@`);
  await dialog.getByRole('button', { name: 'Look up 3 addresses' }).click();
  await expect(dialog).toContainText('1 mailbox will be selected.');
  for (const part of ['1 not connected', '1 not found in this organisation', '1 that can’t be read', '2 lines without an address']) {
    await expect(dialog.locator('summary').filter({ hasText: part })).toBeVisible();
  }
  await expectAccessible(owner);
  await dialog.getByRole('button', { name: 'Select 1' }).click();
  // Shown, although the filter hides it.
  await expect(owner.getByRole('row', { name: /Adele Vance/ }).getByRole('checkbox')).toBeChecked();
});

test('Add new takes both values at once, and Help is found by its other name and by codes of Microsoft', async ({ owner }) => {
  await open(owner, '/setup');
  const id = await owner.getByLabel('Service Account ID').inputValue();
  const scopes = await owner.getByLabel('Scopes', { exact: true }).inputValue();
  await open(owner, '/users');
  await owner.getByRole('button', { name: 'Add new' }).click();
  const dialog = owner.getByRole('dialog');
  await expect(dialog.getByLabel('Client ID')).toBeFocused();
  await dialog.getByLabel('Client ID').fill(`Service Account ID: ${id}\nScopes: ${scopes}`);
  await expect(dialog.getByLabel('Client ID')).toHaveValue(id);
  await expect(dialog.getByLabel('OAuth Scopes')).toHaveValue(/Mail\.Send/);
  await dialog.getByLabel('Client ID').fill('nonsense');
  await dialog.getByRole('button', { name: 'Authorize', exact: true }).click();
  await expect(dialog.getByLabel('Client ID')).toBeFocused();
  await dialog.getByRole('button', { name: 'Fill in both from Setup' }).click();
  await expect(dialog.getByLabel('Client ID')).toHaveValue(id);
  await expectAccessible(owner);
  await open(owner, '/troubleshooting');
  await expect(owner.getByRole('heading', { name: 'Help and troubleshooting' })).toBeVisible();
  const search = owner.getByLabel('Search help');
  await search.fill('RAOP');
  await expect(owner.locator('article.entry:visible h2')).toHaveText(['Outside the mailboxes Warmy may use']);
  await search.fill('troubleshooting');
  await expect(owner.locator('article.entry:visible').nth(20)).toBeVisible();
});

test('a selection stays with its tab', async ({ owner, tenant }) => {
  await link(owner, tenant, 120);
  await open(owner, '/mailboxes');
  await owner.getByRole('checkbox', { name: 'Select Adele Vance' }).click();
  await owner.getByRole('tab', { name: 'Can’t connect' }).click();
  await expect(owner.getByText('1 mailbox stays selected under Available.')).toBeVisible();
  await owner.getByRole('tab', { name: 'Available' }).click();
  await expect(owner.getByText('1 selected')).toBeVisible();
  await expect(owner.getByText(/stays selected/)).toBeHidden();
});

test.describe('in Auckland', () => {
  test.use({ timezoneId: 'Pacific/Auckland' });

  test('Activity filters the days that it shows', async ({ owner, tenant }) => {
    await link(owner, tenant, 120);
    await open(owner, '/activity');
    const entry = owner.getByText('Started a directory sync').first();
    await expect(entry).toBeVisible();
    const day = await owner.evaluate(() => new Intl.DateTimeFormat('en-CA').format(new Date()));
    await owner.getByLabel('From').fill(day);
    await owner.getByLabel('To').fill(day);
    await Promise.all([owner.waitForURL(/from_offset=\d+/), owner.getByRole('button', { name: 'Apply' }).click()]);
    await hydrated(owner);
    await expect(entry).toBeVisible();
  });
});
