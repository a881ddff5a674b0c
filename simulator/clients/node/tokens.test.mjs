import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { before, test } from 'node:test';
import { msal, token } from './clients.mjs';
import { control, requests, tenant, url } from './simulator.mjs';

const DOMAIN = 'node-tokens.example';
let certificate;
let organisation;

before(async () => {
  organisation = await tenant(DOMAIN, 4);
  certificate = (await control('POST', 'application/certificates', { make: 'msal-node' })).made;
});

function claims(text) {
  return JSON.parse(Buffer.from(text.split('.')[1], 'base64url').toString());
}

function thumbprint(algorithm) {
  return createHash(algorithm).update(new X509Certificate(certificate.certificate).raw).digest('hex');
}

test('a secret gives a token with the tenant and its roles, and the next one comes from the cache', async () => {
  const client = msal(DOMAIN);
  const first = await token(client);
  assert.equal(claims(first).tid, organisation.tid);
  assert.equal(claims(first).appidacr, '1');
  assert.ok(claims(first).roles.includes('User.Read.All'));
  assert.equal(await token(client), first);
});

test('a certificate by its SHA-256 thumbprint gives a token', async () => {
  const clientCertificate = { thumbprintSha256: thumbprint('sha256'), privateKey: certificate.private_key };
  assert.equal(claims(await token(msal(DOMAIN, { clientCertificate }))).appidacr, '2');
});

test('a certificate by its SHA-1 thumbprint, as older applications have it, gives a token', async () => {
  const clientCertificate = { thumbprint: thumbprint('sha1'), privateKey: certificate.private_key };
  assert.equal(claims(await token(msal(DOMAIN, { clientCertificate }))).appidacr, '2');
});

test('a certificate with its whole text (x5c) gives a token', async () => {
  const clientCertificate = {
    thumbprintSha256: thumbprint('sha256'),
    privateKey: certificate.private_key,
    x5c: certificate.certificate,
  };
  assert.equal(claims(await token(msal(DOMAIN, { clientCertificate }))).appidacr, '2');
});

test('MSAL uses one assertion for several requests', async () => {
  const clientCertificate = { thumbprintSha256: thumbprint('sha256'), privateKey: certificate.private_key };
  const client = msal(DOMAIN, { clientCertificate });
  const seen = (await requests(DOMAIN, { path: '/token' })).length;
  await token(client, true);
  await token(client, true);
  assert.equal((await requests(DOMAIN, { path: '/token' })).length, seen + 2);
});

test('an assertion from a callback is passed on, and an invalid one is refused', async () => {
  await assert.rejects(token(msal(DOMAIN, { clientAssertion: async () => 'a.b.c' })), /AADSTS50013/);
});

test('a wrong secret is an error with its number and ids', async () => {
  const failure = await token(msal(DOMAIN, { clientSecret: 'wrong' })).catch((error) => error);
  assert.equal(failure.name, 'ServerError');
  assert.equal(failure.errorCode, 'invalid_client');
  assert.equal(failure.errorNo, 7000215);
  assert.match(failure.errorMessage, /AADSTS7000215: Invalid client secret/);
  assert.match(failure.correlationId, /^[0-9a-f-]{36}$/);
});

test('a certificate that is not registered is an error with its number', async () => {
  const stranger = (await control('POST', 'application/certificates', { make: 'stranger' })).made;
  const sha256 = createHash('sha256').update(new X509Certificate(stranger.certificate).raw).digest('hex');
  await control('DELETE', `application/certificates?thumbprint=${sha256}`);
  const clientCertificate = { thumbprintSha256: sha256, privateKey: stranger.private_key };
  const failure = await token(msal(DOMAIN, { clientCertificate })).catch((error) => error);
  assert.equal(failure.errorNo, 700027);
});

test('an organisation that has not approved the application is an error with its number', async () => {
  await control('POST', 'tenants', { domain: 'node-stranger.example', mailboxes: 1 });
  const failure = await token(msal('node-stranger.example')).catch((error) => error);
  assert.equal(failure.errorNo, 7000229);
});

test('an organisation that does not exist is an error of discovery', async () => {
  await assert.rejects(token(msal('nobody-has-this.example')), /endpoints_resolution_error/);
  assert.ok(url.startsWith('https://'));
});
