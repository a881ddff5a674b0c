import { open } from '../fixtures/console';
import { connectEverybody, link } from '../fixtures/journey';
import { APPLICATION } from '../fixtures/simulator';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 20 });

test('neither secrets nor tokens nor addresses of people are in a log, an answer or an address', async ({ owner, page, tenant, world, workspace }) => {
  const seen: string[] = [];
  const bodies: string[] = [];
  page.on('request', (request) => seen.push(request.url()));
  page.on('response', async (response) => {
    const kind = response.headers()['content-type'] ?? '';
    if (/html|json|javascript/.test(kind) && response.url().startsWith(world.server.url)) {
      bodies.push(await response.text().catch(() => ''));
    }
  });
  await link(owner, tenant, 20);
  await connectEverybody(owner);
  for (const path of ['/', '/mailboxes?tab=all', '/settings', '/activity', '/runs', '/help']) await open(owner, path);
  // An error of each kind, too.
  await owner.request.post('/api/app/api/setup/connect_tenant', { data: { admin_email: `nobody@${tenant.domain}.invalid` } });
  await owner.request.get('/runs/00000000-0000-0000-0000-000000000000/results.csv');
  await owner.request.post('/enter', { form: { token: 'canary-token-5f2d' } });
  await owner.request.get('/connect/microsoft/canary-link-77aa');

  const session = (await owner.context().cookies()).find(({ name }) => name.endsWith('sid'))?.value ?? '';
  const enter = workspace.enter_url.split('/').at(-1) ?? '';
  const people = await world.simulator.truth(tenant.domain);
  expect(session.length).toBeGreaterThan(40);
  const secrets = { 'client secret': APPLICATION.secret, 'session token': session, 'one-time link': enter, 'typed token': 'canary-token-5f2d', 'typed link': 'canary-link-77aa' };
  for (const [what, secret] of Object.entries(secrets)) {
    expect(world.server.log.includes(secret), `${what} in the server's log`).toBe(false);
  }
  for (const secret of [APPLICATION.secret, session]) {
    expect(bodies.some((body) => body.includes(secret)), 'in an answer').toBe(false);
    expect(seen.some((url) => url.includes(secret)), 'in an address').toBe(false);
  }
  // Access tokens are JWTs of the simulator.
  expect(bodies.some((body) => /eyJ[\w-]{20,}\.eyJ[\w-]{20,}\./.test(body)), 'a token in an answer').toBe(false);
  expect(/eyJ[\w-]{20,}\.eyJ[\w-]{20,}\./.test(world.server.log), 'a token in the log').toBe(false);
  const logged = people.filter(({ address, display_name }) => world.server.log.includes(address) || world.server.log.includes(display_name));
  expect(logged.map(({ address }) => address), 'people in the log').toEqual([]);
  expect(seen.filter((url) => people.some(({ address }) => url.includes(encodeURIComponent(address)) || url.includes(address))), 'people in addresses of the console').toEqual([]);
});
