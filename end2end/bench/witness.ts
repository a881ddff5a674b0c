import type { Page } from '@playwright/test';

/** What a page lived through, in milliseconds unless said otherwise. */
export interface Account {
  /** Of each interaction the longest, from the key or button to the next picture; shorter than 16 counts as 16. */
  interactions: number[];
  tasks: number[];
  frames: number[];
  /** Frames while the wheel turned. */
  scrolling: number[];
  /** What lay under a pointer at rest, and what lay there a frame later. */
  moved: string[];
  /** The furthest that the row under a resting pointer was pushed, in pixels. */
  pushed: number;
  /** Rows that were mounted and stood at another place after a rest. */
  replaced: string[];
  /** Frames of all rests together. */
  rested: number;
  /** What live regions said. */
  spoken: string[];
}

interface Witness extends Account {
  begin(): void;
  end(): void;
  scroll(on: boolean): void;
  rest(at: { x: number; y: number } | undefined): void;
}
declare const window: Window & { witness: Witness };

/** Puts a witness into a page before its first byte. It does little per frame: what it costs, the page pays. */
export async function witness(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const LIVE = '[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"], [role="log"], output';
    const longest = new Map<number, number>();
    let [on, scrolling, counted] = [false, false, 0];
    let resting: { x: number; y: number; address: string; top: number; places: Map<string, string> } | undefined;

    const said = (record: MutationRecord): string => {
      const on = record.target instanceof Element ? record.target : record.target.parentElement;
      const region = on?.closest(LIVE);
      if (!region) {
        const added = [...record.addedNodes].filter((node) => node instanceof Element);
        const alerts = added.flatMap((node) => (node.matches('[role="alert"]') ? [node] : [...node.querySelectorAll('[role="alert"]')]));
        return alerts.map((alert) => alert.textContent ?? '').join(' ');
      }
      // A status is read as a whole; of other regions only what came.
      if (region.matches('[role="status"], [role="alert"], output')) return region.textContent ?? '';
      if (record.type === 'characterData') return record.target.textContent ?? '';
      return [...record.addedNodes].map((node) => node.textContent ?? '').join(' ');
    };
    new MutationObserver((records) => {
      if (!on) return;
      const texts = new Set(records.map((record) => said(record).trim()).filter((text) => text !== ''));
      witness.spoken.push(...texts);
    }).observe(document, { subtree: true, childList: true, characterData: true });

    new PerformanceObserver((list) => {
      if (on) witness.tasks.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'longtask' });
    const interactions = new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceEventTiming[]) {
        const id = (entry as PerformanceEventTiming & { interactionId?: number }).interactionId ?? 0;
        if (on && id > 0) longest.set(id, Math.max(longest.get(id) ?? 0, entry.duration));
      }
    });
    interactions.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    interactions.observe({ type: 'first-input' });
    const total = () => (performance as Performance & { interactionCount?: number }).interactionCount ?? 0;

    const places = () => {
      const rows = [...document.querySelectorAll('tbody tr')];
      return new Map(rows.map((row) => [row.querySelector('.address')?.textContent ?? '', row.getAttribute('aria-rowindex') ?? '']));
    };
    const look = ({ x, y }: { x: number; y: number }) => {
      const row = document.elementFromPoint(x, y)?.closest('tbody tr');
      return { address: row?.querySelector('.address')?.textContent ?? 'nobody', top: row?.getBoundingClientRect().top ?? NaN };
    };
    const whereabouts = ({ address, top }: { address: string; top: number }): string => {
      const row = [...document.querySelectorAll('tbody tr')].find((row) => row.querySelector('.address')?.textContent === address);
      if (!row) return 'no longer mounted';
      return `now at ${row.getAttribute('aria-rowindex')}, by ${Math.round(row.getBoundingClientRect().top - top)} px`;
    };
    let last = performance.now();
    const frame = () => {
      const now = performance.now();
      if (on) (scrolling ? witness.scrolling : witness.frames).push(now - last);
      last = now;
      if (on && resting) {
        const { address, top } = look(resting);
        witness.rested += 1;
        if (address !== resting.address) witness.moved.push(`${resting.address} (${whereabouts(resting)}), then ${address}`);
        else if (Math.abs(top - resting.top) > Math.abs(witness.pushed)) witness.pushed = top - resting.top;
        resting.address = address;
        if (address !== 'nobody') resting.top = top;
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);

    const witness: Witness = {
      interactions: [], tasks: [], frames: [], scrolling: [], moved: [], pushed: 0, replaced: [], rested: 0, spoken: [],
      begin() {
        longest.clear();
        counted = total();
        on = true;
      },
      end() {
        on = false;
        const quick = Math.max(0, total() - counted - longest.size);
        this.interactions = [...longest.values(), ...Array<number>(quick).fill(16)];
      },
      scroll(turns) {
        scrolling = turns;
      },
      rest(at) {
        const before = resting?.places;
        if (before) {
          const now = places();
          const elsewhere = [...before].filter(([address, place]) => (now.get(address) ?? place) !== place);
          witness.replaced.push(...elsewhere.map(([address, place]) => `${address} from ${place} to ${now.get(address)}`));
        }
        resting = at && { ...at, ...look(at), places: places() };
      },
    };
    Object.assign(window, { witness });
  });
}

/** From now on everything counts. */
export async function begin(page: Page): Promise<void> {
  await page.evaluate(() => window.witness.begin());
}

export async function end(page: Page): Promise<Account> {
  return page.evaluate(() => {
    window.witness.end();
    return { ...window.witness };
  });
}

/** Watches the row under the pointer as long as `meanwhile` takes. */
export async function atRest(page: Page, at: { x: number; y: number }, meanwhile: () => Promise<void>): Promise<void> {
  await page.mouse.move(at.x, at.y);
  await page.evaluate((at) => window.witness.rest(at), at);
  await meanwhile();
  await page.evaluate(() => window.witness.rest(undefined));
}

/** Turns the wheel, one notch a frame. */
export async function wheel(page: Page, notches: number, by: number): Promise<void> {
  await page.evaluate(() => window.witness.scroll(true));
  for (let n = 0; n < notches; n += 1) {
    await page.mouse.wheel(0, by);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await page.evaluate(() => window.witness.scroll(false));
}
