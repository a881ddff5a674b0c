import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { garbage, Random, request, send, type Answer } from '../fixtures/hostile';
import { test } from '../fixtures/hosted';
import { link } from '../fixtures/journey';
import { expect } from '../fixtures/test';

const REQUESTS = 10_000;
const AT_ONCE = 20;
const READERS = 200;
const ROUNDS = 8;

test.use({
  // Rate-limited requests would not test anything.
  settings: [async ({ host }, use) => use({ ...host.settings(), DWD_EMBED_CROSS_SITE: 'false', DWD_RATE_FACTOR: '60000' }), { scope: 'worker' }],
});

/** The peak memory of the process, in MB. */
function peak(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function cookie(page: Page): Promise<string> {
  return (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
}

test('malformed requests and 200 readers at once do not harm the server', async ({ owner, tenant, env }) => {
  await link(owner, tenant, 30);
  const { server } = env;
  const port = Number(new URL(server.url).port);
  const session = await cookie(owner);
  const read = async (path: string) => {
    const answer = await fetch(server.url + path, { headers: { cookie: session } });
    return `${answer.status}${(await answer.text()).includes('</html>') ? '' : ' cut off'}`;
  };
  const pages = ['/', '/mailboxes?tab=all', '/runs', '/settings', '/help'];
  const readers = async () => {
    const seen = new Set<string>();
    // Regression: of pages rendered on many threads at once, one in some thousand never ended.
    for (let round = 0; round < ROUNDS; round++) {
      const answers = Array.from({ length: READERS }, (_, n) => read(pages[n % pages.length] ?? '/'));
      for (const answer of await Promise.all(answers)) seen.add(answer);
    }
    return [...seen];
  };

  // The memory for readers is allocated once and is no leak.
  expect(await readers()).toEqual(['200']);
  const before = peak(server.pid);

  const random = new Random(0x5eed);
  const seen = new Map<Answer, number>();
  const failures: string[] = [];
  let left = REQUESTS;
  const sender = async () => {
    while (left-- > 0) {
      const whole = !random.one(12);
      const bytes = whole ? request(random, session) : garbage(random);
      const answer = await send(port, bytes, whole);
      seen.set(answer, (seen.get(answer) ?? 0) + 1);
      if (answer === 'nothing' || (typeof answer === 'number' && answer >= 500)) {
        failures.push(`${answer} for ${JSON.stringify(bytes.subarray(0, 600).toString('latin1'))}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  console.log([...seen].map(([answer, times]) => `${answer}: ${times}`).join(', '));
  expect(failures.slice(0, 5)).toEqual([]);
  // Each kind of refusal was reached, but not the rate limit.
  for (const status of [200, 303, 400, 401, 403, 404, 405, 413]) expect(seen.get(status) ?? 0, String(status)).toBeGreaterThan(0);
  expect(seen.get(429) ?? 0).toBe(0);

  expect(await readers()).toEqual(['200']);
  const after = peak(server.pid);
  console.log(`at most ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after`);
  expect(after - before).toBeLessThan(64);
  expect(server.log).not.toContain('panicked');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  // The session and the data still exist.
  await owner.reload();
  await expect(owner.getByText('Directory synced')).toBeVisible();
});
