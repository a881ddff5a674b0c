import { expectAccessible } from '../fixtures/accessibility';
import { hydrated, open } from '../fixtures/console';
import { link, signIn } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 12 });

test('a page that was opened signed out is shown after sign-in, with one click', async ({ owner, tenant }) => {
  await link(owner, tenant, 12);
  const account = `admin@${tenant.domain}`;

  // The owner came by a link, and adds an account to come back with.
  await open(owner, '/settings');
  await owner.getByRole('button', { name: 'Use a Microsoft account' }).click();
  await signIn(owner, account);
  await expect(owner).toHaveURL(/\/settings$/);
  await owner.getByRole('button', { name: 'Sign out', exact: true }).last().click();
  await expect(owner.getByRole('heading', { name: 'Sign in to Warmy' })).toBeVisible();
  await expect(owner.getByRole('link', { name: 'Privacy' })).toBeVisible();
  await expectAccessible(owner);

  // Signed out, nothing is offered that leads nowhere.
  await open(owner, '/mailboxes?tab=excluded&q=adele');
  await expect(owner.getByRole('heading', { level: 1, name: 'You are not signed in' })).toBeVisible();
  await expect(owner.getByRole('navigation')).toHaveCount(0);
  await expectAccessible(owner);
  await owner.getByRole('button', { name: 'Sign in with Microsoft' }).click();
  await signIn(owner, account);
  await expect(owner).toHaveURL(/\/mailboxes\?tab=excluded&q=adele$/);
  await expect(owner.getByRole('heading', { level: 1, name: 'Mailboxes' })).toBeVisible();
  await expect(owner.getByRole('navigation', { name: 'Main' })).toBeVisible();
});

test('what was typed is kept while another page is visited', async ({ owner, workspace }) => {
  void workspace;
  await open(owner, '/users');
  await owner.getByRole('button', { name: 'Add new' }).click();
  await owner.getByLabel('Client ID').fill('11111111-2222-4333-8444-555555555555');
  await owner.getByRole('dialog').press('Escape');
  await owner.getByRole('link', { name: 'Setup', exact: true }).click();
  await expect(owner.getByRole('heading', { level: 1, name: 'Setup' })).toBeVisible();
  await owner.getByRole('link', { name: 'User management' }).first().click();
  await owner.getByRole('button', { name: 'Add new' }).click();
  await expect(owner.getByLabel('Client ID')).toHaveValue('11111111-2222-4333-8444-555555555555');
});

test('support and privacy answer on every installation', async ({ request }) => {
  const privacy = await request.get('/privacy');
  expect(await privacy.text()).toContain('no e-mails and no passwords');
  expect((await request.get('/support')).ok()).toBe(true);
});

test('Back closes an open dialog, and pages are shown where they were left', async ({ owner, tenant }) => {
  await link(owner, tenant, 12);
  await open(owner, '/help');
  await owner.getByRole('link', { name: 'User management' }).first().click();
  const dialog = owner.getByRole('dialog');
  await owner.getByRole('button', { name: 'Add new' }).click();
  await expect(dialog).toBeVisible();
  await owner.goBack();
  await expect(dialog).toBeHidden();
  await expect(owner).toHaveURL(/\/users$/);
  // Closed by other means, a dialog leaves nothing behind that Back would have to pass.
  await owner.getByRole('button', { name: 'Add new' }).click();
  await expect(dialog).toBeVisible();
  await dialog.press('Escape');
  await expect(dialog).toBeHidden();
  await expect.poll(() => owner.evaluate(() => history.state === 'dialog')).toBe(false);
  // Nor does a page that was loaded again with an open dialog.
  await owner.getByRole('button', { name: 'Add new' }).click();
  await expect(dialog).toBeVisible();
  await owner.reload();
  await hydrated(owner);
  await expect.poll(() => owner.evaluate(() => history.state === 'dialog')).toBe(false);
  await owner.goBack();
  await expect(owner.getByRole('heading', { level: 1, name: 'Help and troubleshooting' })).toBeVisible();

  const scrolled = () => owner.evaluate(() => Math.round(window.scrollY));
  await owner.evaluate(() => window.scrollTo(0, 900));
  await expect.poll(scrolled).toBe(900);
  await owner.getByRole('link', { name: 'Settings', exact: true }).first().click();
  await expect(owner.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await expect.poll(scrolled).toBe(0);
  await owner.evaluate(() => window.scrollTo(0, 300));
  await owner.goBack();
  await expect(owner.getByRole('heading', { level: 1, name: 'Help and troubleshooting' })).toBeVisible();
  await expect.poll(scrolled).toBe(900);
  await owner.goForward();
  await expect(owner.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await expect.poll(scrolled).toBe(300);
});
