// Alerts by e-mail, sent through an SMTP server and parsed by an independent library.
import type { Email } from 'postal-mime';
import { expectAccessible } from '../fixtures/accessibility';
import { link } from '../fixtures/journey';
import { MailServer } from '../fixtures/mailserver';
import { expect, test as base } from '../fixtures/test';
import { open } from '../fixtures/console';

const test = base.extend<object, { mail: MailServer }>({
  mail: [
    async ({}, use) => {
      const mail = new MailServer();
      await mail.start();
      await use(mail);
      await mail.stop();
    },
    { scope: 'worker' },
  ],
  settings: [
    async ({ mail }, use) => use({ DWD_SMTP_URL: mail.url, DWD_MAIL_FROM: 'Warmy <alerts@console.example>' }),
    { scope: 'worker' },
  ],
});

const header = (email: Email, name: string): string | undefined =>
  email.headers.find(({ key }) => key === name)?.value;

test('an address receives alerts at once, and unsubscribes without signing in', async ({ env, owner, tenant, mail, page }) => {
  await link(owner, tenant, 30);
  await open(owner, '/settings');
  const alerts = owner.getByRole('region', { name: 'Alerts by e-mail' });
  await expect(alerts).toContainText('No address receives alerts.');

  // An invalid address is reported beside the field, and stays in it.
  await alerts.getByLabel('E-mail address').fill('it at contoso');
  await alerts.getByRole('button', { name: 'Add' }).click();
  await expect(alerts.getByRole('alert')).toContainText('Type one e-mail address');
  await expect(alerts.getByLabel('E-mail address')).toHaveValue('it at contoso');

  await alerts.getByLabel('E-mail address').fill('it@contoso.example');
  await alerts.getByRole('button', { name: 'Add' }).click();
  await expect(alerts.getByRole('button', { name: 'Remove it@contoso.example' })).toBeVisible();
  const arrived = (n: number): Promise<void> => expect.poll(() => mail.arrived.length, { timeout: 30_000 }).toBe(n);
  await arrived(1);
  const question = mail.arrived[0]!;
  expect(question.from).toMatchObject({ name: 'Warmy', address: 'alerts@console.example' });
  expect(question.to?.[0]?.address).toBe('it@contoso.example');
  expect(question.subject).toBe('Confirm this address for alerts of Warmy');
  expect(header(question, 'auto-submitted')).toBe('auto-generated');
  // Its owner confirms it, on a page that names who asks; before that it gets nothing else.
  await expect(alerts).toContainText('Not confirmed yet');
  await page.goto(/https?:\S+\/alerts\/confirm\/\S+/.exec(question.text!)![0]);
  await expect(page.getByText('Olga Owner', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Get these alerts' }).click();
  await expect(page.getByRole('heading', { name: 'Confirmed' })).toBeVisible();
  await open(owner, '/settings');
  await expect(alerts).not.toContainText('Not confirmed yet');

  // The approval is withdrawn: the address gets an e-mail with the steps to take.
  await env.simulator.control('POST', `tenants/${tenant.domain}/consent`, { granted: false });
  await open(owner, '/delegation');
  await owner.getByRole('button', { name: 'Sync now' }).click();
  await arrived(2);
  const broken = mail.arrived[1]!;
  expect(broken.subject).toBe('Approval was withdrawn');
  expect(broken.text).toContain('/help#consent_revoked');

  // One click in a mail program (RFC 8058), or the link in the e-mail: no sign-in.
  const stop = header(broken, 'list-unsubscribe')!.slice(1, -1);
  expect(header(broken, 'list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
  expect(broken.text).toContain(stop);
  await page.goto(stop);
  await expect(page.getByText('it@contoso.example')).toBeVisible();
  await page.getByRole('button', { name: 'Stop these e-mails' }).click();
  await expect(page.getByRole('heading', { name: 'Stopped' })).toBeVisible();
  await open(owner, '/settings');
  await expect(alerts).toContainText('No address receives alerts.');
});

test('a refusal by the mail server is shown beside the address', async ({ owner, mail }) => {
  mail.refusals.push('4.7.1 Greylisted, come back later');
  await open(owner, '/settings');
  const alerts = owner.getByRole('region', { name: 'Alerts by e-mail' });
  await alerts.getByLabel('E-mail address').fill('list@contoso.example');
  await alerts.getByRole('button', { name: 'Add' }).click();
  await expect(alerts).toContainText('list@contoso.example');
  await expect.poll(() => mail.refusals.length, { timeout: 30_000 }).toBe(0);
  await expect(async () => {
    await open(owner, '/settings');
    await expect(alerts).toContainText('Greylisted, come back later', { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
});
