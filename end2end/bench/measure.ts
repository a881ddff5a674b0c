import { readFileSync } from 'node:fs';
import type { Browser, BrowserContextOptions, CDPSession, Page } from '@playwright/test';

/** Factor by which the page's processor is slowed down. */
export const THROTTLE = 4;

/** Figures of one page, in milliseconds unless stated otherwise. */
export interface Figures {
  firstRow: number;
  /** The longest task while scrolling from the first row to the last. */
  longestTask: number;
  longTasks: number;
  frameP95: number;
  script: number;
  /** The most rows that were in the document at once. */
  mounted: number;
  selectAll: number;
  searchP95: number;
  /** Memory of the tab's process, in MB. */
  memory: number;
}

/** Opens a page that is slowed down before its first byte and records the time of its first row. */
export async function throttled(browser: Browser, state: BrowserContextOptions): Promise<[Page, CDPSession]> {
  const context = await browser.newContext({ ...state, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const seen = { row: 0, tasks: [] as number[] };
    Object.assign(window, { seen });
    const look = () => {
      if (document.querySelector('tbody tr .cell-name')) seen.row = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
      type: 'longtask',
    });
  });
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: THROTTLE });
  return [page, cdp];
}

interface Seen {
  row: number;
  tasks: number[];
}
declare const window: Window & { seen: Seen };

/** Opens the page and measures everything; `ready` waits until its controls work. */
export async function measure(
  [page, cdp]: [Page, CDPSession],
  browser: Browser,
  url: string,
  searches: string[],
  ready: () => Promise<void>,
): Promise<Figures> {
  await page.goto(url);
  await page.waitForFunction(() => window.seen.row > 0);
  const firstRow = await page.evaluate(() => window.seen.row);
  await ready();
  await page.evaluate(() => (window.seen.tasks.length = 0));

  const before = await script(cdp);
  const { frames, mounted } = await page.evaluate(scrollDown);
  const scripted = (await script(cdp)) - before;
  const tasks = await page.evaluate(() => window.seen.tasks);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.waitForFunction(() => document.querySelector('tbody tr .cell-name') !== null);

  const selectAll = await page.evaluate(async () => {
    const box = document.querySelector<HTMLInputElement>('[aria-label="Select all not connected"]');
    const start = performance.now();
    box?.click();
    await new Promise(requestAnimationFrame);
    await new Promise((painted) => setTimeout(painted, 0));
    return performance.now() - start;
  });
  const answers: number[] = [];
  for (const search of searches) answers.push(await page.evaluate(searchFor, search));
  return {
    firstRow,
    longestTask: Math.max(0, ...tasks),
    longTasks: tasks.length,
    frameP95: percentile(frames, 0.95),
    script: scripted,
    mounted,
    selectAll,
    searchP95: percentile(answers, 0.95),
    memory: await memory(browser),
  };
}

/** Scrolls from the first row to the last in 300 frames. */
async function scrollDown(): Promise<{ frames: number[]; mounted: number }> {
  const frames: number[] = [];
  let mounted = 0;
  const step = document.documentElement.scrollHeight / 300;
  let last = performance.now();
  for (let n = 0; n <= 300; n += 1) {
    window.scrollTo(0, n * step);
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - last);
    last = performance.now();
    mounted = Math.max(mounted, document.querySelectorAll('tbody tr').length);
  }
  return { frames, mounted };
}

/** Enters a search and waits for its result: every mounted row contains the words. */
async function searchFor(words: string): Promise<number> {
  const input = document.querySelector<HTMLInputElement>('input[type=search]')!;
  const start = performance.now();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, words);
  input.dispatchEvent(new InputEvent('input', { bubbles: true }));
  for (;;) {
    await new Promise(requestAnimationFrame);
    const names = [...document.querySelectorAll('tbody tr .cell-name')].map((cell) => cell.textContent ?? '');
    if (names.length > 0 && names.every((name) => name.toLowerCase().includes(words))) return performance.now() - start;
    if (performance.now() - start > 20_000) throw new Error(`no answer to ${words}`);
  }
}

async function script(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0) * 1000;
}

/** Memory of the largest renderer process. It includes WebAssembly's memory, which no figure of the page includes. */
async function memory(browser: Browser): Promise<number> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1]);
  return Math.max(...sizes.map(Number)) / 1024;
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
