import type { CDPSession, Page } from '@playwright/test';
import { Random } from '../fixtures/hostile';

/** The longest pause between two keys, in milliseconds; the shortest is 0. */
const MAX_PAUSE = 50;
/** The largest factor by which the page's processor is slowed down. */
const SLOWEST = 8;

/** Types without waiting for the page: each key comes after a random pause, whatever the page has drawn by then. */
export class Typist {
  /** Keys typed in this round, for the report of a failure. */
  typed: string[] = [];

  private constructor(
    private readonly page: Page,
    private readonly cdp: CDPSession,
    readonly random: Random,
  ) {}

  static async at(page: Page, seed: number): Promise<Typist> {
    return new Typist(page, await page.context().newCDPSession(page), new Random(seed));
  }

  /** Begins a round on a processor of another speed. */
  async begin(): Promise<void> {
    const rate = 1 + this.random.below(SLOWEST);
    this.typed = [`processor ÷ ${rate}`];
    await this.cdp.send('Emulation.setCPUThrottlingRate', { rate });
  }

  /** Presses the keys one after the other, with a random pause before each. */
  async type(...keys: string[]): Promise<void> {
    for (const key of keys) {
      const pause = this.random.one(3) ? 0 : this.random.below(MAX_PAUSE + 1);
      this.typed.push(`${pause} ms ${key}`);
      if (pause > 0) await new Promise((over) => setTimeout(over, pause));
      await this.page.keyboard.press(key);
    }
  }

  /** The same key several times. */
  async repeat(key: string, times: number): Promise<void> {
    await this.type(...Array.from({ length: times }, () => key));
  }

  /** Ends the round: later checks run at full speed. */
  async end(): Promise<void> {
    await this.cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  }
}
