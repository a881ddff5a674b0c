// The receiver verifies our signatures with the library of Standard Webhooks.
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

interface WebhookEvent {
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

test('messages pass the verification of Standard Webhooks, arrive in order, and can be sent again', async ({ env, workspace, owner, tenant, receiver }) => {
  const hooks = `workspaces/${workspace.workspace_id}/webhooks`;
  const made = (await env.server.host('POST', hooks, { url: `http://${receiver.host}/hook` })) as Made;
  const verifier = new Webhook(made.secret);
  const event = (n: number): WebhookEvent => {
    const { body, headers } = receiver.arrived[n]!;
    return verifier.verify(body, headers) as WebhookEvent;
  };
  const arrived = (n: number): Promise<void> => expect.poll(() => receiver.arrived.length, { timeout: 20_000 }).toBe(n);

  // A connect run is reported.
  await link(owner, tenant, 30);
  await owner.getByRole('link', { name: 'Choose mailboxes' }).click();
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: /^Connect \d+ mailboxes$/ }).click();
  await expect.poll(() => receiver.arrived.some(({ body }) => body.includes('"connect"')), { timeout: 30_000 }).toBe(true);
  const ended = receiver.arrived.map((_, n) => event(n)).filter(({ type, data }) => type === 'run.ended' && data['kind'] === 'connect');
  expect(ended.map(({ data }) => data['state'])).toEqual(['completed']);

  // In the order of the events, each with its own id.
  const before = receiver.arrived.length;
  for (let n = 0; n < 3; n += 1) await env.server.host('POST', `${hooks}/${made.id}/test`);
  await arrived(before + 3);
  const all = receiver.arrived.map((_, n) => event(n).sequence);
  expect(all).toEqual(all.map((_, n) => n + 1));
  expect(new Set(receiver.arrived.map(({ headers }) => headers['webhook-id'])).size).toBe(before + 3);

  // Another secret, a changed body and another time are refused.
  const { body, headers } = receiver.arrived.at(-1)!;
  expect(() => new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').verify(body, headers)).toThrow(WebhookVerificationError);
  expect(() => verifier.verify(body.replace('arrives', 'departs'), headers)).toThrow(WebhookVerificationError);
  expect(() => verifier.verify(body, { ...headers, 'webhook-timestamp': '1600000000' })).toThrow(WebhookVerificationError);

  // A replay has the same id and body, so that a receiver can recognise it.
  const id = headers['webhook-id']!;
  await env.server.host('POST', `${hooks}/${made.id}/messages/${id}/replay`);
  await arrived(before + 4);
  expect(receiver.arrived.at(-1)!.headers['webhook-id']).toBe(id);
  expect(receiver.arrived.at(-1)!.body).toBe(body);
  event(before + 3);

  // After a new secret, both secrets sign for 24 h.
  const { secret } = (await env.server.host('POST', `${hooks}/${made.id}/secret`)) as Made;
  await env.server.host('POST', `${hooks}/${made.id}/test`);
  await arrived(before + 5);
  event(before + 4);
  new Webhook(secret).verify(receiver.arrived.at(-1)!.body, receiver.arrived.at(-1)!.headers);
});

test('a failed message is sent again, a redirect is not followed, and 410 disables the webhook', async ({ env, workspace, receiver }) => {
  const hooks = `workspaces/${workspace.workspace_id}/webhooks`;
  const made = (await env.server.host('POST', hooks, { url: `http://${receiver.host}/hook` })) as Made;
  const messages = async (): Promise<Sent[]> => (await env.server.host('GET', `${hooks}/${made.id}/messages`)) as Sent[];
  const send = (): Promise<unknown> => env.server.host('POST', `${hooks}/${made.id}/test`);

  receiver.answers.push({ status: 500 });
  await send();
  await expect.poll(() => receiver.arrived.length, { timeout: 30_000 }).toBe(2);
  const [first, second] = receiver.arrived;
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  expect(second!.body).toBe(first!.body);
  new Webhook(made.secret).verify(second!.body, second!.headers);
  await expect.poll(async () => (await messages())[0]?.state).toBe('delivered');

  receiver.answers.push({ status: 302, headers: { location: `${env.server.url}/livez` } });
  await send();
  await expect.poll(async () => (await messages())[0]?.answer).toBe('302 Found');

  receiver.answers.length = 0;
  receiver.answers.push({ status: 410 });
  await expect.poll(async () => (await messages())[0]?.state, { timeout: 30_000 }).toBe('failed');
  const [hook] = (await env.server.host('GET', hooks)) as { disabled_at: number | null; disabled_why: string }[];
  expect(hook?.disabled_why).toContain('410');
});

test('only https URLs of the public internet are accepted', async ({ env, workspace }) => {
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
    const made = env.server.host('POST', `workspaces/${workspace.workspace_id}/webhooks`, { url });
    await expect(made, url).rejects.toThrow(why);
  }
});
