import { randomUUID } from 'node:crypto';
import type { Browser, Page } from '@playwright/test';
import { ServerFunctions } from '../fixtures/server-functions';
import { hydrated, open } from '../fixtures/console';
import { link, number, tabCount } from '../fixtures/journey';
import { expect, POOL, test } from '../fixtures/test';
import { percentile, throttled, THROTTLE } from './measure';
import { Stream } from './stream';
import { atRest, begin, end, wheel, witness, type Account } from './witness';

const MAILBOXES = Number(process.env['BENCH_MAILBOXES'] ?? 60_000);
const PER_RUN = 1_000;
/** Latency of Microsoft's answers, in ms: with it, slightly more than 500 rows change in a second. */
const LATENCY = 50;
/** A slow list is a result to report, not a reason to abort the measurement. */
const LATE = { timeout: 60_000 };
/** Position of the resting pointer: on a name, in the middle of the visible area. */
const POINTER = { x: 420, y: 560 };

test.use({ mailboxes: MAILBOXES, pools: [{ ...POOL, limit: 2 * MAILBOXES }] });

interface Round {
  account: Account;
  pace: ReturnType<Stream['pace']>;
  rows: number;
  frames: number;
  megabytes: number;
  runs: number;
}

test('the list stays smooth and still while five hundred updates a second arrive', async ({ owner, tenant, env, browser }) => {
  await link(owner, tenant, MAILBOXES);
  const people = await env.simulator.users(tenant.domain);
  const searched = searches(people);
  const calls = new ServerFunctions(owner);
  const rows = await connectOne(owner, calls);
  await env.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms: LATENCY });
  const storageState = await owner.context().storageState();
  await owner.goto('about:blank');

  // Every run takes mailboxes from all parts of the list, so that visible rows change all the time.
  const runs = Math.ceil(rows.length / PER_RUN);
  const shares = Array.from({ length: runs }, (_, n) => rows.filter((_, index) => index % runs === n));
  const half = Math.ceil(runs / 2);
  const results: Record<string, Round> = {};
  for (const [sort, ours] of [['name', shares.slice(0, half)], ['status', shares.slice(half)]] as const) {
    results[sort] = await round({ browser, calls, storageState, sort, shares: ours, url: env.server.url, searched });
  }
  print(results);

  for (const [sort, { account, pace, runs: begun }] of Object.entries(results)) {
    const named = people.filter(({ display_name, address }) =>
      account.spoken.some((text) => text.includes(display_name) || text.includes(address)),
    );
    expect.soft(Math.floor(pace.average), `updates a second, by ${sort}`).toBeGreaterThanOrEqual(500);
    expect.soft(inp(account), `INP in ms, by ${sort}`).toBeLessThanOrEqual(200);
    expect.soft(account.moved, `nothing moves under the pointer, by ${sort}`).toEqual([]);
    expect.soft(account.replaced, `no row changes its position, by ${sort}`).toEqual([]);
    expect.soft(account.pushed, `nothing is pushed away from the pointer, by ${sort}`).toBe(0);
    expect.soft(named, `no user is named in an announcement, by ${sort}`).toEqual([]);
    // For each run its beginning, its quarters and its end.
    expect.soft(account.spoken.length, `announced texts, by ${sort}`).toBeLessThanOrEqual(6 * begun);
  }
});

/** A name of about 200 people, and one of about 1,000, of which not all rows are mounted. */
function searches(people: { display_name: string }[]): string[] {
  const names = new Map<string, number>();
  for (const { display_name } of people) {
    for (const name of display_name.toLowerCase().split(' ')) {
      if (/^[a-z]{4,9}$/.test(name)) names.set(name, (names.get(name) ?? 0) + 1);
    }
  }
  const near = (count: number) =>
    [...names].reduce((best, one) => (Math.abs(one[1] - count) < Math.abs(best[1] - count) ? one : best))[0];
  return [near(200), near(1_000)];
}

/** Connects one mailbox through the console. Returns the rows of all others that can be connected, in list order. */
async function connectOne(owner: Page, calls: ServerFunctions): Promise<number[]> {
  await open(owner, '/mailboxes');
  await owner.getByRole('checkbox', { name: /^Select (?!all)/ }).first().click();
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: 'Connect 1 mailbox' }).click();
  await expect.poll(() => tabCount(owner, 'Connected')).toBe(1);
  const query = { tab: 'available', search: '', kind: null, department: null, reason: null, sort: 'name', descending: false };
  return (await calls.call<{ connectable: number[] }>('mailboxes/load_list_order', { query })).connectable;
}

interface Setting {
  browser: Browser;
  calls: ServerFunctions;
  storageState: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
  sort: string;
  shares: number[][];
  url: string;
  searched: string[];
}

/** Opens the list, has runs started one after the other, and meanwhile searches and scrolls as a user does. */
async function round({ browser, calls, storageState, sort, shares, url, searched }: Setting): Promise<Round> {
  const [page, cdp] = await throttled(browser, { storageState });
  await witness(page);
  const stream = await Stream.of(cdp);
  await page.goto(`${url}/mailboxes?tab=all&sort=${sort}`);
  await hydrated(page);
  await expect(page.getByTestId('live')).toHaveText('Live', LATE);
  await expect(page.locator('#mailbox-panel')).not.toHaveAttribute('aria-busy', /.*/, LATE);
  const before = await tabCount(page, 'Connected');

  const state = { stopped: false };
  const feeding = feed(calls, stream, shares, state);
  await stream.more(1);
  stream.forget();
  await begin(page);
  for (const words of searched) {
    await atRest(page, POINTER, () => stream.more(1_500));
    await search(page, words);
    await arrows(page, 8);
    await wheel(page, 40, 180);
    await atRest(page, POINTER, () => stream.more(1_500));
  }
  const account = await end(page);
  const [pace, { rows, frames, bytes }] = [stream.pace(), stream];
  state.stopped = true;
  const taken = await feeding;
  // No update may be lost, whatever the figures are.
  await expect.poll(() => tabCount(page, 'Connected'), LATE).toBe(before + taken.mailboxes);
  await page.context().close();
  return { account, pace, rows, frames, megabytes: bytes / 1e6, runs: taken.runs };
}

/** Starts one run after the other, two at a time, until it is stopped. */
async function feed(
  calls: ServerFunctions,
  stream: Stream,
  shares: number[][],
  state: { stopped: boolean },
): Promise<{ runs: number; mailboxes: number }> {
  const before = stream.ended.size;
  let [runs, mailboxes] = [0, 0];
  for (;;) {
    const begun = runs;
    await stream.until(() => state.stopped || begun - (stream.ended.size - before) < 2);
    if (state.stopped) break;
    const rows = shares[runs];
    if (!rows) throw new Error(`all mailboxes were connected before the end: take more than ${MAILBOXES}`);
    await calls.call('runs/start_run', { kind: 'connect', rows, key: randomUUID() });
    runs += 1;
    mailboxes += rows.length;
  }
  await stream.until(() => stream.ended.size - before >= runs);
  return { runs, mailboxes };
}

/** Types a search key by key, waits for its result, and deletes it again. */
async function search(page: Page, words: string): Promise<void> {
  await page.locator('#mailbox-search').click();
  await page.keyboard.type(words, { delay: 90 });
  await page.waitForFunction((words) => {
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent ?? '');
    return rows.length > 0 && rows.every((text) => text.toLowerCase().includes(words));
  }, words, { ...LATE, polling: 100 });
  for (const _ of words) await page.keyboard.press('Backspace', { delay: 40 });
  await expect(page.locator('.grid')).toHaveAttribute('aria-rowcount', String(MAILBOXES + 1), LATE);
}

/** Walks down the rows and back up with the arrow keys. */
async function arrows(page: Page, steps: number): Promise<void> {
  await page.locator('[role="grid"] [data-col][tabindex="0"], [role="grid"] tbody [tabindex="0"]').first().focus();
  for (const key of ['ArrowDown', 'ArrowUp']) {
    for (let n = 0; n < steps; n += 1) await page.keyboard.press(key, { delay: 30 });
  }
}

/** INP as Chrome reports it: the worst one of fifty interactions is left out. */
function inp({ interactions }: Account): number {
  const sorted = [...interactions].sort((a, b) => b - a);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length / 50))] ?? 0;
}

function print(results: Record<string, Round>): void {
  const lines: [string, (round: Round) => number | string][] = [
    ['updates of rows a second', ({ pace }) => pace.average],
    ['  in the slowest second', ({ pace }) => pace.slowest],
    ['  in the fastest second', ({ pace }) => pace.fastest],
    ['seconds measured', ({ pace }) => pace.seconds],
    ['updates, all', ({ rows }) => rows],
    ['frames of the stream', ({ frames }) => frames],
    ['MB of the stream', ({ megabytes }) => megabytes.toFixed(1)],
    ['runs started', ({ runs }) => runs],
    ['interactions', ({ account }) => account.interactions.length],
    ['INP ms', ({ account }) => inp(account)],
    ['interaction p50 ms', ({ account }) => percentile(account.interactions, 0.5)],
    ['interaction p95 ms', ({ account }) => percentile(account.interactions, 0.95)],
    ['interaction worst ms', ({ account }) => Math.max(0, ...account.interactions)],
    ['tasks > 50 ms', ({ account }) => account.tasks.length],
    ['longest task ms', ({ account }) => Math.max(0, ...account.tasks)],
    ['frame p50 ms', ({ account }) => percentile(account.frames, 0.5)],
    ['frame p95 ms', ({ account }) => percentile(account.frames, 0.95)],
    ['frame p95 ms, wheel', ({ account }) => percentile(account.scrolling, 0.95)],
    ['frames at rest', ({ account }) => account.rested],
    ['moved under pointer', ({ account }) => account.moved.length],
    ['pushed by px at most', ({ account }) => account.pushed],
    ['rows at another position', ({ account }) => account.replaced.length],
    ['texts announced', ({ account }) => account.spoken.length],
  ];
  console.log(`\n${number(MAILBOXES)} mailboxes, connected ${number(PER_RUN)} at a time, processor slowed ${THROTTLE} times`);
  console.log(['', ...Object.keys(results).map((sort) => `by ${sort}`)].map((cell) => cell.padEnd(28)).join(''));
  for (const [label, read] of lines) {
    const cells = Object.values(results).map(read).map((value) => (typeof value === 'number' ? value.toFixed(0) : value));
    console.log([label, ...cells].map((cell) => cell.padEnd(28)).join(''));
  }
}
