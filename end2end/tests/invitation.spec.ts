import { expectAccessible } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { approve, connectDomain, signIn } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 12 });

test('an administrator without an account approves by a link, and the sender sees it', async ({ owner, tenant, browser, workspace }) => {
  void workspace;
  await open(owner, '/setup');
  const make = owner.getByRole('button', { name: 'Send a link to my administrator' });
  await make.click();
  const field = owner.getByLabel('Link for your administrator');
  const first = await field.inputValue();
  await expect(owner.getByText('Waiting for your administrator…')).toBeVisible();
  await expectAccessible(owner);

  // A revoked link shows a message; the next one works.
  const context = await browser.newContext();
  const admin = await context.newPage();
  await owner.getByRole('button', { name: 'Revoke the link' }).click();
  await expect(field).toBeHidden();
  await admin.goto(first);
  await expect(admin.getByRole('heading', { name: 'This link does not work any more' })).toBeVisible();
  await make.click();
  const second = await field.inputValue();
  await admin.goto(second);
  await expect(admin.getByText('Olga Owner asks you to approve Warmy')).toBeVisible();
  await expect(admin.getByText('Mail.Send', { exact: true })).toBeVisible();
  await expectAccessible(admin);
  await admin.getByRole('button', { name: 'Continue to Microsoft' }).click();
  await signIn(admin, `admin@${tenant.domain}`);
  await approve(admin);
  await expect(admin.getByRole('heading', { name: 'Approved' })).toBeVisible();
  await expectAccessible(admin);

  // The sender's page shows the result without a reload, and the link is used up.
  await expect(owner.getByText(`Approved by admin@${tenant.domain}`)).toBeVisible();
  await expectAccessible(owner);
  await admin.goto(second);
  await expect(admin.getByRole('heading', { name: 'This link does not work any more' })).toBeVisible();
  await context.close();
  await connectDomain(owner, `admin@${tenant.domain}`);
  await expect(owner.getByTestId('accounts-found')).toHaveText('12 accounts found', { timeout: 30_000 });
});
