import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { ClientAssertionCredential, ClientCertificateCredential, ClientSecretCredential } from '@azure/identity';
import { application, control, GRAPH, tenant, url } from './simulator.mjs';

const DOMAIN = 'node-identity.example';
let organisation;

before(async () => {
  organisation = await tenant(DOMAIN, 4);
});

/** As for a private cloud: Microsoft's public cloud does not know this host. */
const options = { authorityHost: url, disableInstanceDiscovery: true };

function claims({ token }) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

test('a secret gives a token for the tenant, and the next one comes from the cache', async () => {
  const credential = new ClientSecretCredential(organisation.tid, application.id, application.secret, options);
  const first = await credential.getToken(GRAPH);
  assert.equal(claims(first).tid, organisation.tid);
  assert.ok(first.expiresOnTimestamp > Date.now());
  assert.equal((await credential.getToken(GRAPH)).token, first.token);
});

test('a certificate file gives a token', async () => {
  const { made } = await control('POST', 'application/certificates', { make: 'azure-identity' });
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  const certificatePath = join(folder, 'both.pem');
  await writeFile(certificatePath, `${made.private_key}\n${made.certificate}`);
  const credential = new ClientCertificateCredential(
    organisation.tid,
    application.id,
    { certificatePath },
    options,
  );
  assert.equal(claims(await credential.getToken(GRAPH)).appidacr, '2');
  await rm(folder, { recursive: true });
});

test('refusals keep Microsoft’s numbers', async () => {
  const wrong = new ClientSecretCredential(organisation.tid, application.id, 'wrong', options);
  await assert.rejects(wrong.getToken(GRAPH), (error) => /AADSTS7000215/.test(error.message));
  const assertion = new ClientAssertionCredential(organisation.tid, application.id, async () => 'a.b.c', options);
  await assert.rejects(assertion.getToken(GRAPH), (error) => /AADSTS50013/.test(error.message));
});
