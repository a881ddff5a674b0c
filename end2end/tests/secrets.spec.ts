import { open } from '../fixtures/console';
import { connectAll, link } from '../fixtures/journey';
import { APPLICATION } from '../fixtures/simulator';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 20 });

test('no secret, token or e-mail address of a user is in a log, a response or a URL', async ({ owner, page, tenant, env, workspace }) => {
  const seen: string[] = [];
  const bodies: string[] = [];
  page.on('request', (request) => seen.push(request.url()));
  page.on('response', async (response) => {
    const kind = response.headers()['content-type'] ?? '';
    if (/html|json|javascript/.test(kind) && response.url().startsWith(env.server.url)) {
      bodies.push(await response.text().catch(() => ''));
    }
  });
  await link(owner, tenant, 20);
  await connectAll(owner);
  for (const path of ['/', '/mailboxes?tab=all', '/settings', '/activity', '/runs', '/help']) await open(owner, path);
  // Also an error of each kind.
  await owner.request.post('/api/app/api/setup/connect_tenant', { data: { admin_email: `nobody@${tenant.domain}.invalid` } });
  await owner.request.get('/runs/00000000-0000-0000-0000-000000000000/results.csv');
  await owner.request.post('/enter', { form: { token: 'canary-token-5f2d' } });
  await owner.request.get('/connect/microsoft/canary-link-77aa');

  const session = (await owner.context().cookies()).find(({ name }) => name.endsWith('sid'))?.value ?? '';
  const enter = workspace.enter_url.split('/').at(-1) ?? '';
  const people = await env.simulator.users(tenant.domain);
  expect(session.length).toBeGreaterThan(40);
  const secrets = { 'client secret': APPLICATION.secret, 'session token': session, 'one-time link': enter, 'typed token': 'canary-token-5f2d', 'typed link': 'canary-link-77aa' };
  for (const [what, secret] of Object.entries(secrets)) {
    expect(env.server.log.includes(secret), `${what} in the server's log`).toBe(false);
  }
  for (const secret of [APPLICATION.secret, session]) {
    expect(bodies.some((body) => body.includes(secret)), 'in a response').toBe(false);
    expect(seen.some((url) => url.includes(secret)), 'in a URL').toBe(false);
  }
  // Access tokens are JWTs of the simulator.
  expect(bodies.some((body) => /eyJ[\w-]{20,}\.eyJ[\w-]{20,}\./.test(body)), 'a token in a response').toBe(false);
  expect(/eyJ[\w-]{20,}\.eyJ[\w-]{20,}\./.test(env.server.log), 'a token in the log').toBe(false);
  const logged = people.filter(({ address, display_name }) => env.server.log.includes(address) || env.server.log.includes(display_name));
  expect(logged.map(({ address }) => address), 'people in the log').toEqual([]);
  expect(seen.filter((url) => people.some(({ address }) => url.includes(encodeURIComponent(address)) || url.includes(address))), 'people in URLs of the console').toEqual([]);
});
