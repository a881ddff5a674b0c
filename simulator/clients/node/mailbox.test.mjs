import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { GraphError } from '@microsoft/microsoft-graph-client';
import { graph } from './clients.mjs';
import { control, requests, tenant } from './simulator.mjs';

const DOMAIN = 'node-mailbox.example';
const ADELE = `adele.vance@${DOMAIN}`;
const INBOX = `/users/${ADELE}/mailFolders/inbox`;
let client;

before(async () => {
  await tenant(DOMAIN, 10);
  client = graph(DOMAIN);
});

test('an inbox can be read', async () => {
  const inbox = await client.api(INBOX).get();
  assert.equal(inbox.displayName, 'Inbox');
  assert.equal(typeof inbox.totalItemCount, 'number');
  const { value } = await client.api(`/users/${ADELE}/mailFolders`).get();
  assert.ok(value.some((folder) => folder.id === inbox.id));
});

test('the settings contain the kind of mailbox', async () => {
  assert.equal((await client.api(`/users/${ADELE}/mailboxSettings`).get()).userPurpose, 'user');
});

test('Graph’s client waits out a 429 by itself', async () => {
  await client.api(INBOX).get();
  const before = (await requests(DOMAIN, { path: 'inbox' })).length;
  await control('POST', `tenants/${DOMAIN}/throttle`, { seconds: 1, retry_after: 1, for: 'mailboxes' });
  const inbox = await client.api(INBOX).get();
  assert.equal(inbox.displayName, 'Inbox');
  const statuses = (await requests(DOMAIN, { path: 'inbox' })).slice(before).map((one) => one.status);
  assert.equal(statuses[0], 429);
  assert.equal(statuses.at(-1), 200);
});

test('a mailbox that an access policy closes is an error with its code', async () => {
  await control('POST', `tenants/${DOMAIN}/mailboxes/${ADELE}/break`, { code: 'ErrorAccessDenied:RAOP' });
  const failure = await client.api(INBOX).get().catch((error) => error);
  await control('POST', `tenants/${DOMAIN}/mailboxes/${ADELE}/mend`);
  assert.ok(failure instanceof GraphError);
  assert.equal(failure.statusCode, 403);
  assert.equal(failure.code, 'ErrorAccessDenied');
});

test('Graph’s client also waits out a 503', async () => {
  const fault = { code: 'ErrorServerBusy', status: 503, message: 'busy', retry_after: 1, times: 1 };
  await control('POST', `tenants/${DOMAIN}/mailboxes/${ADELE}/break`, fault);
  assert.equal((await client.api(INBOX).get()).displayName, 'Inbox');
});
