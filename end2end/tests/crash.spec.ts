import { open } from '../fixtures/console';
import { expectCount, midwayOfAThousand, number, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 1030 });

test('a server killed in the middle of a run goes on after its restart, and so does the open page', async ({
  owner,
  tenant,
  workspace,
  world,
  problems,
}) => {
  // The page's stream and its calls meet a server that is not there: that is the test.
  problems.allow(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
  const available = await midwayOfAThousand(owner, tenant, world.simulator);

  await world.server.kill();
  await expect(owner.getByText('Reconnecting…')).toBeVisible();
  await world.server.start();

  // Not reloaded: the page catches up by itself.
  await expect(owner.getByTestId('meter')).toContainText('1,000 of 2,000 slots used · 1,000 free', { timeout: 90_000 });
  await expectCount(owner, 'Connected', 1_000);
  expect(await tabCount(owner, 'Available')).toBe(available - 1000);
  expect(world.server.slotsCheck(workspace.workspace_id)).toContain('account 1000 used 0 reserved, mailboxes 1000 used 0 reserved: exact');
  await open(owner, '/runs');
  await expect(owner.getByText(`Connect · ${number(1000)} mailboxes`).first()).toBeVisible();

  // No question beyond the batches in flight was asked twice.
  const { requests } = (await world.simulator.control(
    'GET',
    `requests?tenant=${tenant.domain}&path=inbox&limit=50000`,
  )) as { requests: { mailbox: string | null; status: number }[] };
  const asked = new Map<string, number>();
  for (const { mailbox } of requests) if (mailbox) asked.set(mailbox, (asked.get(mailbox) ?? 0) + 1);
  const repeated = [...asked.values()].filter((times) => times > 1).length;
  expect(asked.size).toBeGreaterThanOrEqual(1000);
  expect(repeated, 'mailboxes asked for twice').toBeLessThanOrEqual(180);
});
