import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Description } from './description.mjs';
import { check } from './validator.mjs';

const description = new Description();
const JSON_TYPE = 'application/json;odata.metadata=minimal;charset=utf-8';
const USER = {
  '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
  id: '87d349ed-44d7-43e1-9a83-5f2406dee5bd',
  displayName: 'Adele Vance',
  accountEnabled: true,
  mail: null,
  createdDateTime: '2026-11-23T17:30:00Z',
  businessPhones: [],
  assignedLicenses: [{ disabledPlans: [], skuId: '05e9a617-0261-4cee-bb44-138d3ef5d965' }],
};

function problems(answer) {
  const usual = { method: 'GET', path: '/users/x', status: 200, content_type: JSON_TYPE, body: USER };
  return check(description, { ...usual, ...answer }).problems.join('\n');
}

test('a good user, page, batch and error pass', () => {
  assert.equal(problems({}), '');
  assert.equal(problems({ path: '/users?$top=1', body: { value: [USER], '@odata.nextLink': 'https://x' } }), '');
  assert.equal(problems({ path: '/users/delta()', body: { value: [{ id: 'x', '@removed': { reason: 'deleted' } }] } }), '');
  const responses = [{ id: '1', status: 200, headers: { 'Retry-After': '1' }, body: { anything: true } }];
  assert.equal(problems({ method: 'POST', path: '/$batch', body: { responses } }), '');
  const error = { code: 'X', message: 'Y', innerError: { date: '2026-11-23T17:30:00', 'request-id': 'z' } };
  assert.equal(problems({ status: 404, body: { error } }), '');
});

test('a wrong type fails', () => {
  assert.match(problems({ body: { ...USER, id: 7 } }), /\/id must be string/);
  assert.match(problems({ body: { ...USER, accountEnabled: 'yes' } }), /\/accountEnabled must be boolean,null/);
  assert.match(problems({ path: '/users', body: { value: USER } }), /\/value must be array/);
  assert.match(problems({ path: '/users', body: { value: [{ ...USER, id: 7 }] } }), /\/value\/0\/id must be string/);
});

test('a bad date and a bad GUID fail', () => {
  assert.match(problems({ body: { ...USER, createdDateTime: 'yesterday' } }), /\/createdDateTime must match/);
  assert.match(problems({ body: { ...USER, assignedLicenses: [{ skuId: 'E3' }] } }), /\/assignedLicenses\/0\/skuId must match/);
});

test('a property that the type does not have fails, wherever it is', () => {
  assert.match(problems({ body: { ...USER, dispalyName: 'x' } }), /unevaluated properties: 'dispalyName'/);
  assert.match(problems({ path: '/users', body: { values: [], value: [] } }), /unevaluated properties: 'values'/);
  const plan = { service: 'exchange', plan: 'x' };
  assert.match(problems({ body: { ...USER, assignedPlans: [plan] } }), /\/assignedPlans\/0 .*: 'plan'/);
  assert.match(problems({ path: '/users/x/mailboxSettings', body: { language: { lcid: 7 } } }), /\/language .*: 'lcid'/);
});

test('an error without its envelope fails', () => {
  assert.match(problems({ status: 500, body: {} }), /must have required property 'error'/);
  assert.match(problems({ status: 404, body: { error: 'gone' } }), /\/error must be object/);
  assert.match(problems({ status: 404, body: { error: { code: 'X' } } }), /\/error must have required property 'message'/);
  assert.match(problems({ status: 404, body: 'gone', content_type: 'text/plain' }), /not JSON/);
});

test('a batch part without its status fails', () => {
  const batch = { method: 'POST', path: '/$batch', body: { responses: [{ id: '1' }] } };
  assert.match(problems(batch), /\/responses\/0 must have required property 'status'/);
});

test('an address or method that the description does not have fails', () => {
  assert.match(problems({ path: '/groups' }), /has no GET \/groups 200/);
  assert.match(problems({ path: '/groups', status: 404, body: { error: { code: 'X', message: 'Y' } } }), /has no GET/);
  assert.match(problems({ method: 'PUT' }), /has no PUT/);
});

test('allowed answers pass, and their errors still need the envelope', () => {
  assert.equal(problems({ path: '/users/$count', body: '12', content_type: 'text/plain' }), '');
  assert.match(problems({ path: '/users/$count', status: 400, body: {} }), /required property 'error'/);
  assert.equal(problems({ status: 503, body: '<html>', content_type: 'text/html' }), '');
});
