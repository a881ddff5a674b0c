import { open } from '../fixtures/console';
import { expectCount, link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 20 });

test('a broken mailbox needs attention, and one click reconnects it after its repair', async ({ owner, tenant, env }) => {
  await link(owner, tenant, 20);
  await open(owner, '/mailboxes');
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: /^Connect \d+ mailboxes$/ }).click();
  await expectCount(owner, 'Available', 0, { timeout: 20_000 });

  const control = (address: string, what: string, body = {}) =>
    env.simulator.control('POST', `tenants/${tenant.domain}/mailboxes/${address}/${what}`, body);
  const [one, two] = [`adele.vance@${tenant.domain}`, `admin@${tenant.domain}`];
  const checkNow = () => owner.getByRole('button', { name: 'Check now', exact: true }).first().click();

  // One mailbox, found by the next check, with the reason.
  await control(one, 'break', { code: 'ErrorAccessDenied:RAOP' });
  await checkNow();
  await owner.getByRole('tab', { name: 'Needs attention' }).click();
  const broken = owner.getByRole('row', { name: /Adele Vance/ });
  await expect(broken).toContainText('Needs attention');
  await expect(broken).toContainText('Outside the mailboxes Warmy may use');
  await control(one, 'mend');
  await broken.getByRole('button', { name: /^Reconnect/ }).click();
  await expectCount(owner, 'Needs attention', 0);

  // Several mailboxes at once.
  await control(one, 'break', { code: 'MailboxNotEnabledForRESTAPI' });
  await control(two, 'break', { code: 'MailboxNotEnabledForRESTAPI' });
  await checkNow();
  await expectCount(owner, 'Needs attention', 2);
  await control(one, 'mend');
  await control(two, 'mend');
  await open(owner, '/mailboxes?tab=attention');
  await owner.getByRole('checkbox', { name: 'Select all' }).click();
  await owner.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Reconnect' }).click();
  await expectCount(owner, 'Needs attention', 0);

  // A disconnected mailbox.
  await open(owner, '/mailboxes?tab=connected&q=adele');
  await owner.getByRole('row', { name: /Adele Vance/ }).getByRole('button', { name: /^Disconnect/ }).click();
  // The disconnect takes effect after the ten seconds for Undo.
  await expectCount(owner, 'Available', 1, { timeout: 20_000 });
  await open(owner, '/mailboxes?q=adele');
  const off = owner.getByRole('row', { name: /Adele Vance/ });
  await expect(off).toContainText('Disconnected');
  await off.getByRole('button', { name: /^Reconnect/ }).click();
  await expectCount(owner, 'Available', 0);
});

test('a throttled run shows that it waits, and no mailbox fails', async ({ owner, tenant, env }) => {
  await link(owner, tenant, 20);
  await open(owner, '/mailboxes');
  await env.simulator.control('POST', `tenants/${tenant.domain}/throttle`, { seconds: 4, retry_after: 3, for: 'mailboxes' });
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: /^Connect \d+ mailboxes$/ }).click();
  await expect(owner.getByRole('region', { name: 'Running now' })).toContainText('Waiting for Microsoft');
  await expectCount(owner, 'Available', 0, { timeout: 30_000 });
});
