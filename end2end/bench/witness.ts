import type { Page } from '@playwright/test';

/** Figures recorded in a page, in milliseconds unless stated otherwise. */
export interface Account {
  /** Longest duration of each interaction, from the key or button to the next frame; less than 16 counts as 16. */
  interactions: number[];
  tasks: number[];
  frames: number[];
  /** Frames while the wheel was turned. */
  scrolling: number[];
  /** The row under a resting pointer, and the other row that was there a frame later. */
  moved: string[];
  /** The largest shift of the row under a resting pointer, in pixels. */
  pushed: number;
  /** Mounted rows that had another position after a rest. */
  replaced: string[];
  /** Number of frames of all rests. */
  rested: number;
  /** Texts announced by live regions. */
  spoken: string[];
}

interface Witness extends Account {
  begin(): void;
  end(): void;
  scroll(on: boolean): void;
  rest(at: { x: number; y: number } | undefined): void;
}
declare const window: Window & { witness: Witness };

/** Installs the recorder in a page before its first byte. It does little per frame: the page pays for it. */
export async function witness(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const LIVE = '[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"], [role="log"], output';
    const longest = new Map<number, number>();
    let [on, scrolling, counted] = [false, false, 0];
    let resting: { x: number; y: number; address: string; top: number; positions: Map<string, string> } | undefined;

    const announced = (record: MutationRecord): string => {
      const on = record.target instanceof Element ? record.target : record.target.parentElement;
      const region = on?.closest(LIVE);
      if (!region) {
        const added = [...record.addedNodes].filter((node) => node instanceof Element);
        const alerts = added.flatMap((node) => (node.matches('[role="alert"]') ? [node] : [...node.querySelectorAll('[role="alert"]')]));
        return alerts.map((alert) => alert.textContent ?? '').join(' ');
      }
      // A status is announced as a whole; of other regions only the added text.
      if (region.matches('[role="status"], [role="alert"], output')) return region.textContent ?? '';
      if (record.type === 'characterData') return record.target.textContent ?? '';
      return [...record.addedNodes].map((node) => node.textContent ?? '').join(' ');
    };
    new MutationObserver((records) => {
      if (!on) return;
      const texts = new Set(records.map((record) => announced(record).trim()).filter((text) => text !== ''));
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

    const positions = () => {
      const rows = [...document.querySelectorAll('tbody tr')];
      return new Map(rows.map((row) => [row.querySelector('.address')?.textContent ?? '', row.getAttribute('aria-rowindex') ?? '']));
    };
    const look = ({ x, y }: { x: number; y: number }) => {
      const row = document.elementFromPoint(x, y)?.closest('tbody tr');
      return { address: row?.querySelector('.address')?.textContent ?? 'no row', top: row?.getBoundingClientRect().top ?? NaN };
    };
    const movement = ({ address, top }: { address: string; top: number }): string => {
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
        if (address !== resting.address) witness.moved.push(`${resting.address} (${movement(resting)}), then ${address}`);
        else if (Math.abs(top - resting.top) > Math.abs(witness.pushed)) witness.pushed = top - resting.top;
        resting.address = address;
        if (address !== 'no row') resting.top = top;
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
        const before = resting?.positions;
        if (before) {
          const now = positions();
          const elsewhere = [...before].filter(([address, position]) => (now.get(address) ?? position) !== position);
          witness.replaced.push(...elsewhere.map(([address, position]) => `${address} from ${position} to ${now.get(address)}`));
        }
        resting = at && { ...at, ...look(at), positions: positions() };
      },
    };
    Object.assign(window, { witness });
  });
}

/** Starts the recording. */
export async function begin(page: Page): Promise<void> {
  await page.evaluate(() => window.witness.begin());
}

export async function end(page: Page): Promise<Account> {
  return page.evaluate(() => {
    window.witness.end();
    return { ...window.witness };
  });
}

/** Observes the row under the pointer while `meanwhile` runs. */
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
