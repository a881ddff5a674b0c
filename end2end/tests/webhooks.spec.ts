// Standard Webhooks' own library is the receiver's: what we sign, somebody else verifies.
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { link } from '../fixtures/journey';
import { Receiver } from '../fixtures/receiver';
import { expect, test as base } from '../fixtures/test';

const test = base.extend<object, { receiver: Receiver }>({
  receiver: [
    async ({}, use) => {
      const receiver = new Receiver();
      await receiver.start();
      await use(receiver);
      await receiver.stop();
    },
    { scope: 'worker' },
  ],
  settings: [async ({ receiver }, use) => use({ DWD_WEBHOOK_ALLOW_HOST: receiver.host }), { scope: 'worker' }],
});

interface Made {
  readonly id: string;
  readonly secret: string;
}

interface News {
  readonly type: string;
  readonly sequence: number;
  readonly data: Record<string, unknown>;
}

interface Sent {
  readonly id: string;
  readonly topic: string;
  readonly state: string;
  readonly attempts: number;
  readonly answer: string | null;
}

test.beforeEach(({ receiver }) => {
  receiver.arrived.length = 0;
  receiver.answers.length = 0;
});

test('what is sent is verified by the library of the specification, comes in order, and can be sent again', async ({ world, workspace, owner, tenant, receiver }) => {
  const hooks = `workspaces/${workspace.workspace_id}/webhooks`;
  const made = (await world.server.host('POST', hooks, { url: `http://${receiver.host}/hook` })) as Made;
  const verifier = new Webhook(made.secret);
  const news = (n: number): News => {
    const { body, headers } = receiver.arrived[n]!;
    return verifier.verify(body, headers) as News;
  };
  const arrived = (n: number): Promise<void> => expect.poll(() => receiver.arrived.length, { timeout: 20_000 }).toBe(n);

  // The main job is news.
  await link(owner, tenant, 30);
  await owner.getByRole('link', { name: 'Choose mailboxes' }).click();
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: /^Connect \d+ mailboxes$/ }).click();
  await expect.poll(() => receiver.arrived.some(({ body }) => body.includes('"connect"')), { timeout: 30_000 }).toBe(true);
  const ended = receiver.arrived.map((_, n) => news(n)).filter(({ type, data }) => type === 'run.ended' && data['kind'] === 'connect');
  expect(ended.map(({ data }) => data['state'])).toEqual(['completed']);

  // In the order in which it happened, each under an id of its own.
  const before = receiver.arrived.length;
  for (let n = 0; n < 3; n += 1) await world.server.host('POST', `${hooks}/${made.id}/test`);
  await arrived(before + 3);
  const all = receiver.arrived.map((_, n) => news(n).sequence);
  expect(all).toEqual(all.map((_, n) => n + 1));
  expect(new Set(receiver.arrived.map(({ headers }) => headers['webhook-id'])).size).toBe(before + 3);

  // Nobody else could have sent it, and nobody changed it.
  const { body, headers } = receiver.arrived.at(-1)!;
  expect(() => new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').verify(body, headers)).toThrow(WebhookVerificationError);
  expect(() => verifier.verify(body.replace('arrives', 'departs'), headers)).toThrow(WebhookVerificationError);
  expect(() => verifier.verify(body, { ...headers, 'webhook-timestamp': '1600000000' })).toThrow(WebhookVerificationError);

  // Sent again, it is the same under the same id: a receiver that has it knows it.
  const id = headers['webhook-id']!;
  await world.server.host('POST', `${hooks}/${made.id}/messages/${id}/replay`);
  await arrived(before + 4);
  expect(receiver.arrived.at(-1)!.headers['webhook-id']).toBe(id);
  expect(receiver.arrived.at(-1)!.body).toBe(body);
  news(before + 3);

  // With a new secret both sign for a day.
  const { secret } = (await world.server.host('POST', `${hooks}/${made.id}/secret`)) as Made;
  await world.server.host('POST', `${hooks}/${made.id}/test`);
  await arrived(before + 5);
  news(before + 4);
  new Webhook(secret).verify(receiver.arrived.at(-1)!.body, receiver.arrived.at(-1)!.headers);
});

test('a receiver that fails is asked again, one that points elsewhere is not followed, one that is gone is left alone', async ({ world, workspace, receiver }) => {
  const hooks = `workspaces/${workspace.workspace_id}/webhooks`;
  const made = (await world.server.host('POST', hooks, { url: `http://${receiver.host}/hook` })) as Made;
  const messages = async (): Promise<Sent[]> => (await world.server.host('GET', `${hooks}/${made.id}/messages`)) as Sent[];
  const send = (): Promise<unknown> => world.server.host('POST', `${hooks}/${made.id}/test`);

  receiver.answers.push({ status: 500 });
  await send();
  await expect.poll(() => receiver.arrived.length, { timeout: 30_000 }).toBe(2);
  const [first, second] = receiver.arrived;
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  expect(second!.body).toBe(first!.body);
  new Webhook(made.secret).verify(second!.body, second!.headers);
  await expect.poll(async () => (await messages())[0]?.state).toBe('delivered');

  receiver.answers.push({ status: 302, headers: { location: `${world.server.url}/livez` } });
  await send();
  await expect.poll(async () => (await messages())[0]?.answer).toBe('302 Found');

  receiver.answers.length = 0;
  receiver.answers.push({ status: 410 });
  await expect.poll(async () => (await messages())[0]?.state, { timeout: 30_000 }).toBe('failed');
  const [hook] = (await world.server.host('GET', hooks)) as { disabled_at: number | null; disabled_why: string }[];
  expect(hook?.disabled_why).toContain('410');
});

test('only https addresses of the public internet are taken', async ({ world, workspace }) => {
  for (const [url, why] of [
    ['https://127.0.0.1/', 'not on the public internet'],
    ['https://169.254.169.254/latest/meta-data/', 'not on the public internet'],
    ['https://[::1]/', 'not on the public internet'],
    ['https://10.0.0.8/', 'not on the public internet'],
    ['https://localhost/', 'not on the public internet'],
    ['http://hooks.example.com/', 'begins with https://'],
    ['https://user:secret@hooks.example.com/', 'name or a password'],
    ['nonsense', 'not a web address'],
  ]) {
    const made = world.server.host('POST', `workspaces/${workspace.workspace_id}/webhooks`, { url });
    await expect(made, url).rejects.toThrow(why);
  }
});
