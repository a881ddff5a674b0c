/**
 * Makes every call that the simulator serves and causes every kind of refusal, so that the recording of this run holds
 * all of them. `validate.mjs` then checks the recording against Microsoft's description.
 */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { msal, token } from './clients.mjs';
import { control, tenant, url } from './simulator.mjs';

const DOMAIN = 'node-sweep.example';
const ADELE = `adele.vance@${DOMAIN}`;
const FAULTS = [
  'MailboxNotEnabledForRESTAPI', 'MailboxNotSupportedForRESTAPI', 'MailboxNotHostedInExchangeOnline',
  'ErrorNonExistentMailbox', 'ErrorInvalidUser', 'ResourceNotFound', 'ErrorAccessDenied', 'ErrorAccessDenied:RAOP',
  'ErrorMailboxMoveInProgress', 'ErrorMailboxStoreUnavailable', 'ErrorMailboxFailover', 'ErrorServerBusy',
  'ErrorQuotaExceeded', 'ErrorAccountDisabled', 'ErrorAccountSuspend', 'ApplicationThrottled', 'TooManyRequests',
  'AuthenticationError', 'serviceNotAvailable', 'gatewayTimeout', 'generalException', 'UnknownError',
];
const PROPERTIES =
  'id,displayName,givenName,surname,mail,mailNickname,userPrincipalName,accountEnabled,userType,assignedPlans,' +
  'provisionedPlans,assignedLicenses,proxyAddresses,otherMails,department,jobTitle,officeLocation,mobilePhone,' +
  'companyName,employeeId,city,country,onPremisesSyncEnabled,createdDateTime,deletedDateTime,businessPhones,' +
  'preferredLanguage,usageLocation,externalUserState,creationType';
let organisation;
let bearer;

before(async () => {
  organisation = await tenant(DOMAIN, 60);
  bearer = await token(msal(DOMAIN));
});

/** Calls Graph; returns status and body. */
async function call(path, { as = bearer, headers = {}, body } = {}) {
  const content = body && { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${url}/v1.0${path}`, {
    ...content,
    headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json', ...headers },
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

test('every property of every kind of user, in lists, delta rounds and alone', async () => {
  for (const path of ['/users?$top=999', `/users?$top=999&$select=${PROPERTIES}`, `/users/delta?$select=${PROPERTIES}`]) {
    const { status, body } = await call(path);
    assert.equal(status, 200);
    assert.ok(body.value.length > 60);
  }
  assert.equal((await call(`/users/${ADELE}`)).status, 200);
  assert.equal((await call(`/users/${ADELE}?$select=${PROPERTIES}`)).status, 200);
});

test('changes of every sort, in a delta round', async () => {
  let page = (await call(`/users/delta?$select=${PROPERTIES}`)).body;
  while (page['@odata.nextLink']) page = (await call(page['@odata.nextLink'].replace(`${url}/v1.0`, ''))).body;
  await control('POST', `tenants/${DOMAIN}/users`, { displayName: 'New Hire', local_part: 'new.hire' });
  await control('POST', `tenants/${DOMAIN}/users/${ADELE}`, { department: null, accountEnabled: false });
  await control('DELETE', `tenants/${DOMAIN}/users/appadmin@${DOMAIN}`);
  await control('DELETE', `tenants/${DOMAIN}/users/privileged@${DOMAIN}?permanent=true`);
  const { body } = await call(page['@odata.deltaLink'].replace(`${url}/v1.0`, ''));
  assert.equal(body.value.length, 4);
});

test('the rest of the directory', async () => {
  assert.equal((await call('/users/$count', { headers: { ConsistencyLevel: 'eventual' } })).status, 200);
  assert.equal((await call('/users/$count')).status, 400);
  assert.equal((await call('/organization')).status, 200);
  assert.equal((await call(`/organization/${organisation.tid}`)).status, 200);
});

test('every folder and every setting of every kind of mailbox', async () => {
  for (const kind of ['user', 'shared', 'room']) {
    const { users } = await control('GET', `tenants/${DOMAIN}/truth?limit=1&has_mailbox=true&kind=${kind}`);
    for (const path of ['mailFolders', 'mailFolders/inbox', 'mailboxSettings', 'mailboxSettings/userPurpose']) {
      assert.equal((await call(`/users/${users[0].id}/${path}`)).status, 200, `${kind} ${path}`);
    }
  }
});

test('every error of a mailbox', async () => {
  for (const code of FAULTS) {
    await control('POST', `tenants/${DOMAIN}/mailboxes/${ADELE}/break`, { code });
    for (const path of ['mailFolders/inbox', 'mailFolders', 'mailboxSettings']) {
      assert.ok((await call(`/users/${ADELE}/${path}`)).status >= 400, code);
    }
  }
  await control('POST', `tenants/${DOMAIN}/mailboxes/${ADELE}/mend`);
  await control('POST', 'tenants', { domain: 'node-no-exchange.example', mailboxes: 4, exchange: false });
  await control('POST', 'tenants/node-no-exchange.example/consent', { granted: true });
  const as = await token(msal('node-no-exchange.example'));
  assert.equal((await call('/users/admin@node-no-exchange.example/mailFolders/inbox', { as })).status, 401);
});

test('every refusal of Graph', async () => {
  for (const query of ['$filter=x', '$orderby=x', '$top=1000', '$skiptoken=x', '$select=nothing']) {
    await call(`/users?${query}`);
  }
  assert.equal((await call('/users/delta?$deltatoken=x')).status >= 400, true);
  assert.equal((await call('/users', { as: 'rubbish' })).status, 401);
  await control('POST', `tenants/${DOMAIN}/consent`, { granted: true, roles: [] });
  const as = await token(msal(DOMAIN));
  for (const path of ['/users', '/users/delta', '/organization', `/users/${ADELE}/mailFolders/inbox`]) {
    assert.ok((await call(path, { as })).status >= 401, path);
  }
  await control('POST', `tenants/${DOMAIN}/consent`, { granted: true });
  await control('POST', `tenants/${DOMAIN}/throttle`, { seconds: 30, retry_after: 1 });
  for (const path of ['/users', '/users/delta', `/users/${ADELE}/mailFolders/inbox`]) {
    assert.equal((await call(path)).status, 429);
  }
  await control('POST', `tenants/${DOMAIN}/throttle`, { seconds: 0 });
});

test('batches: good, mixed and refused', async () => {
  const requests = (count) =>
    Array.from({ length: count }, (_, n) => ({ id: `${n}`, method: 'GET', url: `/users/${n % 2 ? ADELE : 'nobody'}` }));
  assert.equal((await call('/$batch', { body: { requests: requests(20) } })).body.responses.length, 20);
  assert.equal((await call('/$batch', { body: { requests: requests(21) } })).status, 400);
  assert.equal((await call('/$batch', { body: { nothing: true } })).status, 400);
});
