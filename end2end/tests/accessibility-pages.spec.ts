import { mkdirSync } from 'node:fs';
import { expectAccessible } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { fillAddNew, link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 60 });
test.setTimeout(300_000);

/** Runs in light and in dark: every page and its most telling states, wide and narrow. */
test('axe finds nothing on any page', async ({ owner, tenant, world }, testInfo) => {
  const folder = `test-results/pages-${testInfo.project.name}`;
  mkdirSync(folder, { recursive: true });
  const look = async (name: string) => {
    for (const width of [1280, 390]) {
      await owner.setViewportSize({ width, height: 900 });
      await owner.screenshot({ path: `${folder}/${name}-${width}.png` });
      await expectAccessible(owner);
    }
    await owner.setViewportSize({ width: 1280, height: 900 });
  };
  for (const [name, path] of [
    ['overview-empty', '/'],
    ['setup', '/setup'],
    ['users-empty', '/users'],
    ['delegation-empty', '/delegation'],
    ['mailboxes-unlinked', '/mailboxes'],
    ['help', '/help'],
  ] as const) {
    await open(owner, path);
    await look(name);
  }
  await fillAddNew(owner, 'nonsense', 'Files.Read.All');
  await owner.getByRole('button', { name: 'Authorize', exact: true }).click();
  await look('add-new-refused');

  await link(owner, tenant, 60);
  await look('delegation');
  await open(owner, '/mailboxes');
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await look('mailboxes-selected');
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await expect(owner.getByRole('dialog').getByRole('button', { name: /^Connect \d+/ })).toBeEnabled();
  await look('review');
  await world.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms: 1500 });
  await owner.getByRole('dialog').getByRole('button', { name: /^Connect \d+/ }).click();
  await expect(owner.getByRole('region', { name: 'Running now' })).toBeVisible();
  await look('mailboxes-connecting');
  await world.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms: 0 });
  await expect(owner.getByRole('tab', { name: 'Available' })).toContainText(' 0', { timeout: 60_000 });
  await world.simulator.control('POST', `tenants/${tenant.domain}/mailboxes/adele.vance@${tenant.domain}/break`, {
    code: 'MailboxNotEnabledForRESTAPI',
  });
  await owner.getByRole('button', { name: 'Check now', exact: true }).first().click();
  await expect(owner.getByRole('tab', { name: 'Needs attention' })).toContainText('1');
  for (const [name, path] of [
    ['mailboxes-all', '/mailboxes?tab=all'],
    ['mailboxes-attention', '/mailboxes?tab=attention'],
    ['mailboxes-nothing-matches', '/mailboxes?tab=all&q=nobody-has-this-name'],
    ['overview', '/'],
    ['users', '/users'],
    ['runs', '/runs'],
  ] as const) {
    await open(owner, path);
    await look(name);
  }
  await owner.getByRole('link', { name: /^Connect · / }).first().click();
  await expect(owner.getByRole('heading', { name: 'Results', exact: true })).toBeVisible();
  await look('run');
});
