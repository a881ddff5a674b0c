import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BatchRequestContent, BatchResponseContent, GraphError, PageIterator } from '@microsoft/microsoft-graph-client';
import { graph } from './clients.mjs';
import { control, tenant, url } from './simulator.mjs';

const DOMAIN = 'node-directory.example';
let client;
let organisation;

before(async () => {
  organisation = await tenant(DOMAIN, 1200);
  client = graph(DOMAIN);
});

/** All entries from a page to the last one, with the delta link if there is one. */
async function all(page) {
  const found = [];
  const pages = new PageIterator(client, page, (one) => found.push(one) > 0);
  await pages.iterate();
  return { found, deltaLink: pages.getDeltaLink() };
}

test('the organisation has its id and domains', async () => {
  const { value } = await client.api('/organization').get();
  assert.equal(value.length, 1);
  assert.equal(value[0].id, organisation.tid);
  assert.ok(value[0].verifiedDomains.some((domain) => domain.name === DOMAIN));
});

test('paging finds every user once', async () => {
  const page = await client.api('/users').select(['id', 'mail', 'userPrincipalName', 'assignedPlans']).top(500).get();
  const { found } = await all(page);
  const truth = await control('GET', `tenants/${DOMAIN}/truth?limit=1`);
  assert.equal(truth.mailboxes_total, 1200);
  assert.equal(found.length, truth.users_total);
  assert.equal(new Set(found.map((user) => user.id)).size, truth.users_total);
});

test('the count needs eventual consistency and equals the truth', async () => {
  const truth = await control('GET', `tenants/${DOMAIN}/truth?limit=1`);
  const page = await client.api('/users').header('ConsistencyLevel', 'eventual').count(true).top(1).get();
  assert.equal(page['@odata.count'], truth.users_total);
});

test('a delta round has all users, and the next one only the changes', async () => {
  const truth = await control('GET', `tenants/${DOMAIN}/truth?limit=1`);
  const first = await all(await client.api('/users/delta').select(['id', 'displayName', 'department']).get());
  assert.equal(first.found.length, truth.users_total);
  assert.ok(first.deltaLink.startsWith(`${url}/v1.0/users/`), first.deltaLink);
  const person = `adele.vance@${DOMAIN}`;
  await control('POST', `tenants/${DOMAIN}/users/${person}`, { department: 'Legal' });
  await control('DELETE', `tenants/${DOMAIN}/users/appadmin@${DOMAIN}`);
  const second = await all(await client.api(first.deltaLink).get());
  assert.equal(second.found.length, 2);
  assert.equal(second.found.find((user) => !user['@removed']).department, 'Legal');
  assert.deepEqual(second.found.find((user) => user['@removed'])['@removed'], { reason: 'changed' });
});

test('a batch answers twenty requests, each by its id', async () => {
  const { users } = await control('GET', `tenants/${DOMAIN}/truth?limit=19&has_mailbox=true`);
  const steps = users.map((user) => {
    const address = `${url}/v1.0/users/${user.id}/mailFolders/inbox?$select=id`;
    return { id: user.id, request: new Request(address, { method: 'GET' }) };
  });
  steps.push({ id: 'nobody', request: new Request(`${url}/v1.0/users/nobody@${DOMAIN}`, { method: 'GET' }) });
  assert.equal(steps.length, 20);
  const content = await new BatchRequestContent(steps).getContent();
  for (const request of content.requests) request.url = request.url.replace('/v1.0', '');
  const answer = new BatchResponseContent(await client.api('/$batch').post(content));
  for (const user of users) assert.equal(answer.getResponseById(user.id).status, 200);
  const nobody = answer.getResponseById('nobody');
  assert.equal(nobody.status, 404);
  assert.equal((await nobody.json()).error.code, 'Request_ResourceNotFound');
});

test('an error has its status, its code and the id of the request', async () => {
  const failure = await client.api(`/users/nobody@${DOMAIN}`).get().catch((error) => error);
  assert.ok(failure instanceof GraphError);
  assert.equal(failure.statusCode, 404);
  assert.equal(failure.code, 'Request_ResourceNotFound');
  assert.match(failure.requestId, /^[0-9a-f-]{36}$/);
});

test('an expired delta link is 410', async () => {
  const { deltaLink } = await all(await client.api('/users/delta').select(['id']).get());
  await control('POST', 'clock', { advance_seconds: 8 * 86_400 });
  // Its token has expired as well.
  const failure = await graph(DOMAIN).api(deltaLink).get().catch((error) => error);
  await control('POST', 'clock', { advance_seconds: -8 * 86_400 });
  assert.equal(failure.statusCode, 410);
});
