import { approve, authorize, connectDomain, copySetup, expectCount, fillAddNew, signIn } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.describe('a new workspace', () => {
  test.use({ mailboxes: 1200 });

  test('goes from copying two values to a synced directory', async ({ owner, tenant }) => {
    const { clientId, scopes } = await copySetup(owner);
    expect(clientId).toBe('00001111-aaaa-2222-bbbb-3333cccc4444');
    await fillAddNew(owner, `  ${clientId}\n`, `\n  ${scopes.replaceAll(', ', ' ,\n\t')}  \n`);
    const tab = await authorize(owner);
    await expect(owner.getByText('Waiting for approval in the other tab…')).toBeVisible();
    await signIn(tab, `admin@${tenant.domain}`);
    await approve(tab);
    await expect(tab.getByRole('heading', { name: 'Approved' })).toBeVisible();
    // The first tab shows the result without a reload.
    await expect(owner.getByText(`Approved by admin@${tenant.domain}`)).toBeVisible();

    await owner.getByRole('link', { name: 'Go to Domain Delegation' }).click();
    // The address of the administrator who approved is suggested.
    await expect(owner.getByLabel('Admin email')).toHaveValue(`admin@${tenant.domain}`);
    await owner.getByLabel('Admin email').fill(` admin@${tenant.domain} `);
    await owner.getByRole('button', { name: 'Connect', exact: true }).click();
    const checklist = owner.getByRole('table', { name: 'Permission checklist' });
    await expect(checklist.getByText('Granted', { exact: true })).toHaveCount(6);
    await expect(checklist.getByText('Works', { exact: true })).toHaveCount(5);
    await expect(owner.getByTestId('accounts-found')).toHaveText('1,200 accounts found', { timeout: 30_000 });
    await owner.getByRole('link', { name: 'Choose mailboxes' }).click();
    await expect(owner.getByRole('heading', { name: 'Mailboxes', level: 1 })).toBeVisible();
    await expectCount(owner, 'All', 1_200);
  });
});

test.describe('invalid input is reported and kept', () => {
  test.use({ mailboxes: 4 });

  test('pasted values of another application', async ({ owner }) => {
    await fillAddNew(owner, 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee', 'Mail.Send, Files.Read.All');
    const dialog = owner.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Authorize', exact: true }).click();
    await expect(owner.getByText(/Missing: User\.Read\.All.*Not asked for by Warmy: Files\.Read\.All/)).toBeVisible();
    await expect(owner.getByLabel('OAuth Scopes')).toHaveValue('Mail.Send, Files.Read.All');
    await owner.getByLabel('OAuth Scopes').fill('https://graph.microsoft.com/.default');
    await dialog.getByRole('button', { name: 'Authorize', exact: true }).click();
    await expect(owner.getByText(/belongs to another application/)).toBeVisible();
    await expect(owner.getByLabel('Client ID')).toHaveValue('aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee');
  });

  test('a declined approval, and an approval without the right to approve', async ({ owner, tenant }) => {
    const { clientId, scopes } = await copySetup(owner);
    await fillAddNew(owner, clientId, scopes);
    let tab = await authorize(owner);
    await signIn(tab, `admin@${tenant.domain}`);
    await tab.getByRole('button', { name: 'Cancel' }).click();
    await expect(tab.getByRole('heading', { name: 'Approval was cancelled' })).toBeVisible();
    await tab.close();
    const dialog = owner.getByRole('dialog');
    await expect(dialog.getByText('Approval was cancelled')).toBeVisible();
    await expect(owner.getByLabel('Client ID')).toHaveValue(clientId);

    tab = await authorize(owner);
    await signIn(tab, `adele.vance@${tenant.domain}`);
    await expect(tab.getByRole('heading', { name: 'That account may not approve apps' })).toBeVisible();
    await expect(dialog.getByText('That account may not approve apps')).toBeVisible();
    await expect(owner.getByLabel('OAuth Scopes')).toHaveValue(scopes);

    // The right account continues in the same tab.
    await tab.getByRole('button', { name: 'Use another account' }).click();
    await signIn(tab, `admin@${tenant.domain}`);
    await approve(tab);
    await expect(owner.getByText(`Approved by admin@${tenant.domain}`)).toBeVisible();
  });

  test('an approval for another organisation', async ({ owner, tenant, env }) => {
    const other = await env.simulator.tenant(`other-${tenant.domain}`, 4);
    const { clientId, scopes } = await copySetup(owner);
    await fillAddNew(owner, clientId, scopes);
    const tab = await authorize(owner);
    await signIn(tab, `admin@${tenant.domain}`);
    await approve(tab);
    await expect(owner.getByText(`Approved by admin@${tenant.domain}`)).toBeVisible();
    await connectDomain(owner, `admin@${other.domain}`);
    await expect(owner.getByText(`the approval on record was given by admin@${tenant.domain}`)).toBeVisible();
    await expect(owner.getByLabel('Admin email')).toHaveValue(`admin@${other.domain}`);
  });

  test('addresses without an organisation, and Microsoft asking to wait', async ({ owner, tenant }) => {
    for (const [email, answer] of [
      ['nobody', 'An address has the form name@company.com.'],
      ['me@gmail.com', 'gmail.com is for personal mailboxes'],
      ['it@no-such-organisation.example', 'No Microsoft 365 organisation is found for no-such-organisation.example'],
      ['it@treyresearch.us', 'treyresearch.us lives in a national cloud'],
      [`admin@${tenant.domain}`, 'none of its administrators has approved Warmy'],
    ] as const) {
      await connectDomain(owner, email);
      await expect(owner.getByText(answer)).toBeVisible();
      await expect(owner.getByLabel('Admin email')).toHaveValue(email);
    }
  });
});
