import type { CDPSession } from '@playwright/test';

interface Change {
  kind: string;
  now: { id: string; state: string };
}

const OVER = ['completed', 'completed_with_errors', 'cancelled', 'failed'];

/** Counts the events of a page's live stream outside the page, so that counting costs the page nothing. */
export class Stream {
  /** Mailbox rows received so far. */
  rows = 0;
  frames = 0;
  bytes = 0;
  /** Runs that have ended. */
  readonly ended = new Set<string>();
  /** Time of each frame, in seconds of the browser's clock, and its number of rows. */
  private readonly arrivals: { at: number; rows: number }[] = [];
  private waiting: { until: () => boolean; go: () => void }[] = [];

  static async of(cdp: CDPSession): Promise<Stream> {
    const stream = new Stream();
    cdp.on('Network.eventSourceMessageReceived', ({ eventName, data, timestamp }) => {
      if (eventName === 'change') stream.take(data, timestamp);
    });
    await cdp.send('Network.enable');
    return stream;
  }

  /** Resolves with the frame that makes the condition true, or at once. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((go) => this.waiting.push({ until: condition, go }));
  }

  /** Resolves once `rows` more rows have arrived. */
  more(rows: number): Promise<void> {
    const enough = this.rows + rows;
    return this.until(() => this.rows >= enough);
  }

  /** Resets the counters. */
  forget(): void {
    this.arrivals.length = 0;
    this.rows = this.frames = this.bytes = 0;
  }

  /** Rows a second since the last reset: on average, and in the slowest and fastest whole second. */
  pace(): { seconds: number; average: number; slowest: number; fastest: number } {
    const first = this.arrivals[0]?.at ?? 0;
    const seconds = (this.arrivals.at(-1)?.at ?? first) - first;
    const buckets: number[] = Array<number>(Math.max(1, Math.floor(seconds))).fill(0);
    for (const { at, rows } of this.arrivals) {
      const second = Math.floor(at - first);
      if (second < buckets.length) buckets[second] = (buckets[second] ?? 0) + rows;
    }
    return {
      seconds,
      average: seconds > 0 ? this.rows / seconds : 0,
      slowest: Math.min(...buckets),
      fastest: Math.max(...buckets),
    };
  }

  private take(data: string, at: number): void {
    const { changes } = JSON.parse(data) as { changes: Change[] };
    const rows = changes.filter(({ kind }) => kind === 'mailbox').length;
    for (const { kind, now } of changes) {
      if (kind === 'run' && OVER.includes(now.state)) this.ended.add(now.id);
    }
    this.rows += rows;
    this.frames += 1;
    this.bytes += data.length;
    this.arrivals.push({ at, rows });
    const [ready, others] = [this.waiting.filter(({ until }) => until()), this.waiting.filter(({ until }) => !until())];
    this.waiting = others;
    for (const { go } of ready) go();
  }
}
