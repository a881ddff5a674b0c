// Rules that connect new mailboxes once an owner has switched them on.
import { expectAccessible, expectReflow } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test('a rule previews its effect, and connects new mailboxes once it is switched on', async ({ env, owner, tenant }) => {
  await link(owner, tenant, 30);
  await open(owner, '/settings');
  const rules = owner.getByRole('region', { name: 'Auto-connect new people' });

  // An invalid ceiling is reported beside the field.
  await rules.getByLabel('Match new people by').selectOption('Domain');
  await rules.getByLabel('Name').fill(`@${tenant.domain.toUpperCase()}`);
  await rules.getByLabel('Ceiling').fill('many');
  await rules.getByRole('button', { name: 'Add rule (off)' }).click();
  await expect(rules.getByText('Type a number from 1 to 1,000.')).toBeVisible();
  await rules.getByLabel('Ceiling').fill('2');
  await rules.getByRole('button', { name: 'Add rule (off)' }).click();
  const rule = rules.getByRole('listitem');
  await expect(rule).toContainText(`Domain ${tenant.domain} · off`);
  await expect(rule).toContainText(/At most 2 mailboxes · \d+ people match today; 0 of them came in the last 30 days/);
  await expectAccessible(owner);
  // A very long name, at 400 %.
  await rules.getByLabel('Match new people by').selectOption('Department');
  await rules.getByLabel('Name').fill('Vertriebsinnendienstmitarbeiterinnen'.repeat(3));
  await rules.getByLabel('Ceiling').fill('5');
  await rules.getByRole('button', { name: 'Add rule (off)' }).click();
  // Nobody has it, which is more often a mistake than not.
  await expect(rules.getByText(/Nobody in this organisation has the department “Vertrieb/)).toBeVisible();
  await rules.getByLabel('Add it anyway').check();
  await rules.getByRole('button', { name: 'Add rule (off)' }).click();
  await expect(rule).toHaveCount(2);
  const size = owner.viewportSize()!;
  await owner.setViewportSize({ width: 320, height: 800 });
  await expectReflow(owner, 'on settings with rules');
  await owner.setViewportSize(size);
  await rules.getByRole('button', { name: /^Remove Department/ }).click();
  await expect(rule).toHaveCount(1);

  await rule.getByRole('button', { name: `Switch Domain ${tenant.domain} on` }).click();
  await expect(rule).toContainText(`Domain ${tenant.domain} · on`);
  for (const name of ['anna', 'ben', 'carl']) {
    await env.simulator.control('POST', `tenants/${tenant.domain}/users`, { displayName: name, local_part: name });
  }
  await open(owner, '/delegation');
  await owner.getByRole('button', { name: 'Sync now' }).click();
  await open(owner, '/');
  await expect(owner.getByRole('link', { name: /Connected/ }).first()).toContainText('2', { timeout: 30_000 });

  await open(owner, '/settings');
  await expect(rule).toContainText('2 connected by it');
  await expect(rule).toContainText('Its ceiling is reached');
  await open(owner, '/runs');
  await expect(owner.getByText(`Rule: Domain ${tenant.domain}`)).toBeVisible();

  await open(owner, '/settings');
  await rule.getByRole('button', { name: `Remove Domain ${tenant.domain}` }).click();
  await expect(rule).toHaveCount(0);
});
