import { hydrated } from '../fixtures/console';
import { link } from '../fixtures/journey';
import { POOL, test } from '../fixtures/test';
import { measure, throttled, THROTTLE, type Figures } from './measure';
import { Peer } from './peer';

const MAILBOXES = Number(process.env['BENCH_MAILBOXES'] ?? 100_000);
const SEARCHES = ['anna', 'müller', 'an', 'schmidt', 'nowak', 'el', 'jose', 'kim', 'maria', 'le'];

test.use({ mailboxes: MAILBOXES, pools: [{ ...POOL, limit: 200_000 }] });

test('the mailbox table beside TanStack Virtual on React', async ({ owner, tenant, env, browser }) => {
  await link(owner, tenant, MAILBOXES);
  const storageState = await owner.context().storageState();
  await owner.goto('about:blank');
  const peer = new Peer();
  const people = await env.simulator.users(tenant.domain, 'user');
  const rows = people.map(({ id, display_name, address, department }) => ({ id, name: display_name, address, department }));
  await peer.start(rows);
  const known = SEARCHES.filter((words) => rows.some(({ name }) => name.toLowerCase().includes(words)));

  const results: Record<string, Figures[]> = { ours: [], react: [] };
  for (let round = 0; round < 3; round += 1) {
    for (const name of ['ours', 'react'] as const) {
      const at = await throttled(browser, name === 'ours' ? { storageState } : {});
      const url = name === 'ours' ? `${env.server.url}/mailboxes` : peer.url;
      const ready = async () => (name === 'ours' ? hydrated(at[0]) : undefined);
      results[name]?.push(await measure(at, browser, url, known, ready));
      await at[0].context().close();
    }
  }
  peer.stop();
  print(results);
});

function print(results: Record<string, Figures[]>): void {
  const columns: [keyof Figures, string][] = [
    ['firstRow', 'first row ms'],
    ['longestTask', 'longest task ms'],
    ['longTasks', 'tasks > 50 ms'],
    ['frameP95', 'frame p95 ms'],
    ['script', 'script ms'],
    ['mounted', 'rows mounted'],
    ['selectAll', 'select all ms'],
    ['searchP95', 'search p95 ms'],
    ['memory', 'memory MB'],
  ];
  const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  console.log(`\n${MAILBOXES.toLocaleString('en-US')} mailboxes, processor slowed ${THROTTLE} times, medians of 3 alternating rounds`);
  console.log(['', ...Object.keys(results)].map((cell) => cell.padEnd(16)).join(''));
  for (const [key, label] of columns) {
    const cells = Object.values(results).map((figures) => median(figures.map((one) => one[key])).toFixed(0));
    console.log([label, ...cells].map((cell) => cell.padEnd(16)).join(''));
  }
  console.log('Our search waits 250 ms after the last key and queries the server; the other page holds every row.');
}
