import { open } from '../fixtures/console';
import { expectCount, midwayOfAThousand, number, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 1030 });

test('a run and the open page continue after the server is killed and restarted', async ({
  owner,
  tenant,
  workspace,
  env,
  problems,
}) => {
  // The page's stream and calls fail while the server is down, on purpose.
  problems.allow(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
  const available = await midwayOfAThousand(owner, tenant, env.simulator);

  await env.server.kill();
  await expect(owner.getByText('Reconnecting…')).toBeVisible();
  await env.server.start();

  // Not reloaded: the live stream brings the page up to date.
  await expect(owner.getByTestId('meter')).toContainText('1,000 of 2,000 slots used · 1,000 free', { timeout: 90_000 });
  await expectCount(owner, 'Connected', 1_000);
  expect(await tabCount(owner, 'Available')).toBe(available - 1000);
  expect(env.server.slotsCheck(workspace.workspace_id)).toContain('account 1000 used 0 reserved, mailboxes 1000 used 0 reserved: exact');
  await open(owner, '/runs');
  await expect(owner.getByText(`Connect · ${number(1000)} mailboxes`).first()).toBeVisible();

  // Only requests of the batches in flight were sent twice.
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
