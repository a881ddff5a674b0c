import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { graphfi, GraphBrowser } from '@pnp/graph';
import { BearerToken } from '@pnp/queryable';
import '@pnp/graph/batching.js';
import '@pnp/graph/users/index.js';
import '@pnp/graph/mail/index.js';
import { msal, token } from './clients.mjs';
import { control, requests, tenant, url } from './simulator.mjs';

const DOMAIN = 'node-pnp.example';
const ADELE = `adele.vance@${DOMAIN}`;
let client;

before(async () => {
  await tenant(DOMAIN, 60);
  client = graphfi().using(GraphBrowser({ baseUrl: `${url}/v1.0` }), BearerToken(await token(msal(DOMAIN))));
});

test('users are listed page by page', async () => {
  const seen = new Set();
  for await (const page of client.users.top(20).select('id', 'displayName', 'assignedPlans')) {
    for (const user of page) seen.add(user.id);
  }
  assert.equal(seen.size, 65);
});

test('one batch reads several users, and keeps the error of one part to itself', async () => {
  const earlier = (await requests(DOMAIN, { path: '$batch' })).length;
  const [batched, execute] = client.batched();
  const admin = batched.users.getById(`admin@${DOMAIN}`)();
  const adele = batched.users.getById(ADELE).select('displayName', 'mail')();
  const nobody = batched.users.getById(`nobody@${DOMAIN}`)().catch((error) => error);
  await execute();
  assert.equal((await admin).displayName, 'Ada Admin');
  assert.equal((await adele).mail, ADELE);
  assert.match((await nobody).message, /404/);
  assert.equal((await requests(DOMAIN, { path: '$batch' })).length, earlier + 1);
});

test('a batch of more than twenty requests is sent as several', async () => {
  const users = await client.users.top(30).select('id')();
  const earlier = (await requests(DOMAIN, { path: '$batch' })).length;
  const [batched, execute] = client.batched();
  const names = users.map(({ id }) => batched.users.getById(id).select('userPrincipalName')());
  await execute();
  assert.equal(new Set((await Promise.all(names)).map((user) => user.userPrincipalName)).size, 30);
  assert.equal((await requests(DOMAIN, { path: '$batch' })).length, earlier + 2);
});

test('a busy service is waited for', async () => {
  await control('POST', `tenants/${DOMAIN}/throttle`, { seconds: 1, retry_after: 1, for: 'directory' });
  assert.equal((await client.users.getById(ADELE)()).displayName, 'Adele Vance');
});
