import { randomUUID } from 'node:crypto';
import { expectAccessible } from '../fixtures/accessibility';
import { open } from '../fixtures/console';
import { expectCount, midwayOfAThousand, number, tabCount } from '../fixtures/journey';
import { postgres } from '../fixtures/programs';
import { Proxy } from '../fixtures/proxy';
import { expect, test as base } from '../fixtures/test';

/** The same environment on PostgreSQL, with a proxy between server and database that can be cut. */
const test = base.extend<object, { line: Proxy }>({
  line: [
    async ({}, use) => {
      const { hostname, port } = postgres();
      const line = new Proxy(hostname, Number(port));
      await line.mend();
      await use(line);
      await line.cut();
    },
    { scope: 'worker' },
  ],
  database: [
    async ({ line }, use) => use(`postgres://${postgres().username}@${line.address}${postgres().pathname}`),
    { scope: 'worker' },
  ],
  // The database outlives a run of this file, and an organisation belongs to one workspace permanently.
  tenant: async ({ env, mailboxes }, use) => {
    await use(await env.simulator.tenant(`${randomUUID()}.example`, mailboxes));
  },
});

test.use({ mailboxes: 1030 });
test.setTimeout(300_000);

test('the database is lost in the middle of a run: nothing is lost or done twice, and the page catches up', async ({
  owner,
  tenant,
  workspace,
  env,
  line,
  problems,
}) => {
  // The page's stream and calls fail while the server has no database, on purpose.
  problems.allow(/ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|status of 50\d/);
  const available = await midwayOfAThousand(owner, tenant, env.simulator);
  const strip = owner.getByRole('region', { name: 'Running now' });
  // A reload would remove this attribute.
  await owner.evaluate(() => document.documentElement.setAttribute('data-same-page', 'true'));

  await line.cut();
  await expect(owner.getByText('Reconnecting…')).toBeVisible({ timeout: 30_000 });
  // The loaded content stays visible, and the process stays alive.
  await expect(strip).toContainText('Connecting 1,000 mailboxes');
  await expectAccessible(owner);
  expect((await fetch(`${env.server.url}/livez`)).ok, 'the process stays alive').toBe(true);
  await line.mend();

  await expect(owner.getByTestId('live')).toHaveText('Live', { timeout: 60_000 });
  await expect(owner.getByTestId('meter')).toContainText('1,000 of 2,000 slots used · 1,000 free', { timeout: 120_000 });
  await expectCount(owner, 'Connected', 1_000);
  expect(await tabCount(owner, 'Available')).toBe(available - 1000);
  await expect(owner.locator('html')).toHaveAttribute('data-same-page', 'true');
  const pools = env.server.slotsCheck(workspace.workspace_id, postgres().href);
  expect(pools).toContain('account 1000 used 0 reserved, mailboxes 1000 used 0 reserved: exact');
  await open(owner, '/runs');
  await expect(owner.getByText(`Connect · ${number(1000)} mailboxes`)).toHaveCount(1);
  await expect(owner.getByText(`${number(1000)} connected`)).toHaveCount(1);

  // Only requests that were in flight or not yet stored when the database was lost are sent again.
  const { requests } = (await env.simulator.control(
    'GET',
    `requests?tenant=${tenant.domain}&path=inbox&limit=50000`,
  )) as { requests: { mailbox: string | null; status: number }[] };
  const counts = new Map<string, number>();
  for (const { mailbox } of requests) if (mailbox) counts.set(mailbox, (counts.get(mailbox) ?? 0) + 1);
  const repeated = [...counts.values()].filter((times) => times > 1).length;
  expect(counts.size).toBeGreaterThanOrEqual(1000);
  expect(repeated, 'mailboxes requested twice').toBeLessThanOrEqual(180);
});
