import { open } from '../fixtures/console';
import { connectDepartment, expectCount, link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

/** The organisation of `cargo xtask run`. */
const DEMO = { domain: 'contoso.com', mailboxes: 1_200 };

test.use({ contoso: DEMO.mailboxes });

/** The workspace gets its name from the test title. */
test('Contoso', async ({ owner, env }) => {
  const { simulator } = env;
  const { users_total } = (await simulator.control('GET', `tenants/${DEMO.domain}/truth?limit=1`)) as { users_total: number };
  await link(owner, { tid: '', domain: DEMO.domain, people: [] }, users_total);
  await connectDepartment(owner, 'Sales');
  const broken = `tenants/${DEMO.domain}/mailboxes/adele.vance@${DEMO.domain}`;
  await simulator.control('POST', `${broken}/break`, { code: 'ErrorAccessDenied:RAOP' });
  await owner.getByRole('button', { name: 'Check now', exact: true }).click();
  await expectCount(owner, 'Needs attention', 1);
  await expect(owner.getByRole('region', { name: 'Running now' })).toBeHidden();

  await owner.setViewportSize({ width: 1280, height: 860 });
  await open(owner, '/mailboxes?tab=all');
  const boxes = owner.getByRole('checkbox', { name: /^Select (?!all)/ }).and(owner.locator(':not(:disabled):not(:checked)'));
  for (let n = 0; n < 3; n += 1) await boxes.first().click();
  await expect(owner.getByText('3 selected')).toBeVisible();
  await owner.mouse.move(0, 0);
  await owner.screenshot({ path: '../docs/mailboxes.png' });
});
