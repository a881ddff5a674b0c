import type { Locator, Page } from '@playwright/test';
import { called, ServerFunctions } from '../fixtures/server-functions';
import { open } from '../fixtures/console';
import { link, number, tabCount } from '../fixtures/journey';
import type { NewWorkspace } from '../fixtures/server';
import type { Tenant, SimulatedUser } from '../fixtures/simulator';
import { expect, POOL, test, type Environment } from '../fixtures/test';

/** More than one connection takes, even without one department. */
const MAILBOXES = 1_150;
const PER_RUN = 1_000;

/** Numbers of free slots to test. */
const FREE = [0, 1, 300, 5_000];

test.use({ mailboxes: MAILBOXES });
test.setTimeout(420_000);

test('Select all means the same mailboxes in the browser, on the server and in the database', async ({ owner, tenant, workspace, env }) => {
  const people = await unlicensed(env, tenant);
  const calls = new ServerFunctions(owner);
  await link(owner, tenant, people.length);
  const bench = await Bench.of(owner, calls, env, workspace, people);
  const { filters, smallest } = filtersFor(people);

  let combinations = 0;
  for (const phase of ['no mailbox is connected', 'a department is connected']) {
    for (const free of FREE) {
      await bench.allow(free);
      for (const filter of filters) {
        await test.step(`${phase}, ${free} slots are free, ${filter.search || 'no filter'}`, () => bench.compare(filter));
        combinations += 1;
      }
    }
    if (phase === 'no mailbox is connected') {
      // A whole department is connected, so the connected mailboxes are known without the list's order.
      await bench.allow(5_000);
      await bench.connect(filters[smallest]!);
    }
  }
  expect(combinations).toBeGreaterThanOrEqual(60);

  // Each limit once with a real run: the plan's last slot, 1,000 mailboxes, 20 slots, the rest.
  expect(bench.matching(filters[0]!).length).toBeGreaterThan(PER_RUN + 20);
  const [allMailboxes] = filters;
  for (const free of [1, null, 20, 5_000]) {
    await bench.allow(free);
    await bench.connect(allMailboxes!);
  }
  expect(bench.matching(allMailboxes!)).toEqual([]);
});

/** A filter as part of the URL, and the users it matches. */
interface Filter {
  search: string;
  means: (person: SimulatedUser) => boolean;
}

/** Removes the licences of a few users before the first sync. Returns all users after that. */
async function unlicensed({ simulator }: Environment, { domain }: Tenant): Promise<SimulatedUser[]> {
  const users = await simulator.users(domain, 'user');
  for (const { address } of users.filter((_, index) => index % 200 === 150)) {
    await simulator.control('POST', `tenants/${domain}/users/${address}`, { licensed: false });
  }
  return simulator.users(domain);
}

/** Filters for these users, and the index of the one for the smallest department. */
function filtersFor(people: SimulatedUser[]): { filters: Filter[]; smallest: number } {
  const count = (of: (person: SimulatedUser) => string | null | undefined) => {
    const found = new Map<string, number>();
    for (const person of people.filter(connectable)) {
      const key = of(person);
      if (key) found.set(key, (found.get(key) ?? 0) + 1);
    }
    return [...found].sort((a, b) => b[1] - a[1]).map(([key]) => key);
  };
  const departments = count(({ department }) => department);
  const [large, small] = [departments[0]!, departments.at(-1)!];
  const name = count(({ display_name }) => display_name.split(' ')[0]?.toLowerCase())[0]!;
  const sample = people.find((person) => connectable(person) && person.kind === 'user' && person.department === large)!;
  const about = ({ display_name, address, user_principal_name, department }: SimulatedUser, words: string) =>
    [display_name, address, user_principal_name, department ?? ''].some((text) => text.toLowerCase().includes(words));
  const of = (pairs: Record<string, string>, means: Filter['means']): Filter => ({
    search: new URLSearchParams(pairs).toString(),
    means,
  });
  const filters = [
    of({}, () => true),
    of({ department: small }, ({ department }) => department === small),
    of({ tab: 'all' }, () => true),
    of({ tab: 'all', kind: 'shared', sort: 'status' }, ({ kind }) => kind === 'shared'),
    of({ q: name.toUpperCase() }, (person) => about(person, name)),
    of({ tab: 'all', department: large, q: 'a', sort: 'department', desc: '1' }, (person) => person.department === large && about(person, 'a')),
    of({ status: 'not_connected', kind: 'user' }, ({ kind }) => kind === 'user'),
    of({ q: sample.address }, (person) => about(person, sample.address)),
    // Listed, but not connectable.
    of({ tab: 'all', kind: 'room' }, ({ kind }) => kind === 'room'),
  ];
  return { filters, smallest: 1 };
}

/** True for mailboxes of users and for shared mailboxes; rooms and equipment are not warmed up. */
function connectable({ has_mailbox, kind }: SimulatedUser): boolean {
  return has_mailbox && (kind === 'user' || kind === 'shared');
}

/** The list page, with the mailboxes it must select. */
class Bench {
  private readonly connected = new Set<string>();
  /** `null` is no limit. */
  private free: number | null = null;
  private version = 0;

  private constructor(
    private readonly page: Page,
    private readonly calls: ServerFunctions,
    private readonly env: Environment,
    private readonly workspace: NewWorkspace,
    private readonly people: SimulatedUser[],
    /** Addresses by row, as the server has them. */
    private readonly addresses: Map<number, string>,
  ) {}

  static async of(page: Page, calls: ServerFunctions, env: Environment, workspace: NewWorkspace, people: SimulatedUser[]): Promise<Bench> {
    await open(page, '/mailboxes?tab=cannot');
    // From here on the list changes within the page, as after a click.
    await visit(page, '?tab=all');
    const addresses = new Map<number, string>();
    for (let row = 1; row <= people.length; row += 100) {
      const rows = Array.from({ length: Math.min(100, people.length + 1 - row) }, (_, n) => row + n);
      for (const one of await calls.call<{ row: number; address: string }[]>('mailboxes/load_rows', { rows })) {
        addresses.set(one.row, one.address);
      }
    }
    return new Bench(page, calls, env, workspace, people, addresses);
  }

  /** Addresses that *Select all* may select, by Microsoft's data and by the connections made here. */
  matching({ means }: Filter): string[] {
    const all = this.people.filter((person) => connectable(person) && means(person));
    return all.map(({ address }) => address).filter((address) => !this.connected.has(address));
  }

  /** The number of rows: under *All* also those that cannot be selected. */
  private listed(filter: Filter): number {
    return filter.search.includes('tab=all') ? this.people.filter(filter.means).length : this.matching(filter).length;
  }

  /** Sets the number of free slots, and waits until the page shows it. */
  async allow(free: number | null): Promise<void> {
    this.free = free;
    this.version += 1;
    const limit = free === null ? null : free + this.connected.size;
    const slots = { plan_type_id: POOL.plan_type_id, limit, used_elsewhere: 0, version: this.version };
    await this.env.server.setSlots(this.workspace.workspace_id, slots);
    const left = free === null ? '· no limit' : `· ${number(free)} free`;
    await expect(this.page.getByTestId('meter')).toContainText(left);
    await expect(this.page.getByTestId('meter')).toContainText(limit === null ? 'slots used' : `of ${number(limit)} slot`);
  }

  /** Selects all mailboxes of a filter, compares the page and the review with the truth, and unselects them. */
  async compare(filter: Filter): Promise<void> {
    if ((await this.select(filter)) === 0) return;
    const dialog = this.page.getByRole('dialog');
    await this.review(filter, dialog);
    await dialog.getByRole('button', { name: 'Back' }).click();
    await this.page.getByRole('button', { name: 'Clear', exact: true }).click();
    await expect(this.bar()).toBeHidden();
  }

  /** The same, and connects them: the slots, the lists and the database must contain exactly these mailboxes. */
  async connect(filter: Filter): Promise<void> {
    const count = await this.select(filter);
    const dialog = this.page.getByRole('dialog');
    const selected = await this.review(filter, dialog);
    await dialog.getByRole('button', { name: `Connect ${mailboxes(count)}` }).click();
    for (const address of selected) this.connected.add(address);
    const used = number(this.connected.size);
    await expect(this.page.getByTestId('meter')).toContainText(new RegExp(`^${used} (of|slots used)`), { timeout: 30_000 });

    const { size } = this.connected;
    const recount = this.env.server.slotsCheck(this.workspace.workspace_id);
    expect(recount).toContain(`account ${size} used 0 reserved, mailboxes ${size} used 0 reserved: exact`);
    const query = { tab: 'connected', search: '', kind: null, department: null, reason: null, sort: 'name', descending: false };
    const { order } = await this.calls.call<{ order: number[] }>('mailboxes/load_list_order', { query });
    expect(new Set(order.map((row) => this.addresses.get(row)))).toEqual(this.connected);
    expect(await tabCount(this.page, 'Connected')).toBe(size);
    expect(await tabCount(this.page, 'Available')).toBe(this.people.filter(connectable).length - size);
  }

  /** Presses *Select all* and compares the bar and the sentence. Returns the number of selected mailboxes. */
  private async select(filter: Filter): Promise<number> {
    await visit(this.page, filter.search && `?${filter.search}`);
    const box = this.page.getByRole('checkbox', { name: 'Select all not connected' });
    const note = this.page.getByTestId('note');
    const matching = this.matching(filter).length;
    const cap = Math.min(PER_RUN, this.free ?? PER_RUN);
    const count = Math.min(matching, cap);
    if (count === 0) {
      // The page has settled, so an error stays; soft checks report it for every combination.
      const soon = { timeout: 500 };
      await expect(this.bar()).toBeHidden();
      if (this.listed(filter) === 0) {
        await expect(this.page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
        return 0;
      }
      await expect.soft(box).toBeDisabled(soon);
      if (matching > 0) {
        await expect(note).toContainText('Your plan has no free slots');
        await expect.soft(box).toHaveAccessibleDescription(/Your plan has no free slots/, soon);
      }
      return 0;
    }
    await box.click();
    const left =
      this.free === null
        ? 'No slot limit'
        : `${number(this.free - count)} ${this.free - count === 1 ? 'slot' : 'slots'} free after this`;
    await expect(this.bar()).toContainText(new RegExp(`^${number(count)} selected\\s*${left}`));
    await this.expectSentence(note, matching, count);
    return count;
  }

  /** The sentence names the smaller of both limits, or no limit when no mailbox was left out. */
  private async expectSentence(note: Locator, matching: number, count: number): Promise<void> {
    const { free } = this;
    if (count < matching && free !== null && free < PER_RUN) {
      const slots = free === 1 ? '1 free slot' : `${number(free)} free slots`;
      await expect(note).toContainText(`Selected ${number(count)} of ${number(matching)}: your plan has ${slots}.`);
    } else if (count < matching) {
      await expect(note).toContainText(
        `Selected 1,000 of ${number(matching)}: 1,000 is the most one connection takes. Connect the other ${number(matching - count)} afterwards.`,
      );
    } else {
      await expect(note).not.toContainText('Selected');
    }
  }

  /** Opens the review and compares the server's answer. Returns the addresses that the browser sends. */
  private async review(filter: Filter, dialog: Locator): Promise<string[]> {
    const matching = new Set(this.matching(filter));
    const count = Math.min(matching.size, PER_RUN, this.free ?? PER_RUN);
    const reviewed = this.page.waitForRequest((request) => called(request) === 'runs/review_action');
    await this.page.getByRole('button', { name: 'Review & connect' }).click();
    const { rows } = ((await reviewed).postDataJSON() as { action: { run: { rows: number[] } } }).action.run;
    const selected = rows.map((row) => this.addresses.get(row) ?? `row ${row}`);
    expect(new Set(selected).size).toBe(count);
    expect(selected.filter((address) => !matching.has(address))).toEqual([]);
    await expect(dialog.getByRole('button', { name: /^Connect \d/ })).toHaveText(`Connect ${mailboxes(count)}`);
    await expect(dialog.getByRole('heading', { name: 'Left out' })).toBeHidden();
    return selected;
  }

  private bar(): Locator {
    return this.page.getByRole('region', { name: 'Selection' });
  }
}

/** Follows a link to another list, within the page, and waits until it is loaded. */
async function visit(page: Page, search: string): Promise<void> {
  if (new URL(page.url()).search === search) return;
  const answered = page.waitForResponse((response) => called(response.request()) === 'mailboxes/load_list_order');
  await page.evaluate((search) => {
    const link = document.createElement('a');
    link.href = `/mailboxes${search}`;
    document.body.append(link);
    link.click();
    link.remove();
  }, search);
  await answered;
  await expect(page.locator('#mailbox-panel')).not.toHaveAttribute('aria-busy');
}

/** "1 mailbox", "1,000 mailboxes". */
function mailboxes(count: number): string {
  return `${number(count)} ${count === 1 ? 'mailbox' : 'mailboxes'}`;
}
