// Pages that browsers, extensions and proxies change on their way.
import { createServer, request, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { hydrated, open } from '../fixtures/console';
import { connectAll, expectCount, link, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 120 });

test.describe('an extension', () => {
  test('adds an element to the body before the console starts', async ({ owner, tenant, page }) => {
    await link(owner, tenant, 120);
    await page.route('**/*', async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback();
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/(<body[^>]*>)/, '$1<div id="extension">Added</div>');
      return route.fulfill({ response: answer, body });
    });
    await open(page, '/mailboxes');
    await expect(page.locator('#extension')).toBeAttached();
    await connectAll(page);
    expect(await page.evaluate(() => sessionStorage.getItem('renders'))).toBeNull();
  });

  test('changes the page itself: it is rendered anew, once, and works', async ({ owner, tenant, page, problems }) => {
    await link(owner, tenant, 120);
    await page.route('**/*', async (route) => {
      if (route.request().resourceType() !== 'document') return route.fallback();
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/<h1/, '<grammar-helper></grammar-helper><h1').replace(/(<nav[^>]*>)/, '$1<b>Added</b>');
      return route.fulfill({ response: answer, body });
    });
    await page.goto('/mailboxes');
    await page.waitForFunction(() => sessionStorage.getItem('renders') !== null && document.documentElement.dataset['hydrated'] === 'true');
    expect(await page.evaluate(() => sessionStorage.getItem('renders'))).toBe('true');
    await page.getByRole('searchbox', { name: 'Search mailboxes' }).fill('adele vance');
    await expect(page.getByRole('row', { name: /Adele Vance/ })).toBeVisible();
    await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
    await page.getByRole('link', { name: 'Runs' }).click();
    await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
    await expect(page.locator('.stopped-note')).toBeHidden();
    problems.allow(/panicked|unreachable|hydration/i);
  });

  test('a console that has stopped says so, and its links work', async ({ owner, tenant, page }) => {
    await link(owner, tenant, 120);
    await open(page, '/mailboxes');
    await page.evaluate(() => document.documentElement.setAttribute('data-stopped', 'true'));
    await expect(page.getByText('This page has stopped')).toBeVisible();
    await Promise.all([page.waitForEvent('load'), page.getByRole('link', { name: 'Runs' }).click()]);
    await hydrated(page);
    await expect(page.getByText('This page has stopped')).toBeHidden();
  });
});

/** Replaces texts as a browser does that translates a page: each text node by elements with another text node. */
function translate(): void {
  const every = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      const translatable = parent?.closest('[translate]')?.getAttribute('translate') !== 'no';
      if (translatable && node.textContent?.trim() && !parent?.closest('font, script, style')) found.push(node as Text);
    }
    for (const text of found) {
      const [outer, inner] = [document.createElement('font'), document.createElement('font')];
      inner.textContent = `«${text.textContent}»`;
      outer.append(inner);
      text.replaceWith(outer);
    }
    return found.length;
  };
  every();
  new MutationObserver(() => every()).observe(document.body, { childList: true, characterData: true, subtree: true });
}

test('a translating browser: rows, counts and selection stay right, and Help is translated', async ({ owner, tenant, problems }) => {
  await link(owner, tenant, 120);
  await owner.addInitScript(`addEventListener('DOMContentLoaded', ${translate.toString()})`);
  await open(owner, '/mailboxes');
  const available = await tabCount(owner, 'Available');
  const names = () =>
    owner.getByRole('grid').locator('tbody tr').evaluateAll((rows) =>
      rows.map((row) => [row.querySelector('a.name')?.textContent ?? '', row.querySelector('input')?.getAttribute('aria-label') ?? '']),
    );
  await owner.mouse.move(700, 500);
  for (let i = 0; i < 12; i += 1) await owner.mouse.wheel(0, 400);
  for (const [name, label] of await names()) expect(label).toContain(name);
  await owner.getByRole('searchbox', { name: 'Search mailboxes' }).fill('adele vance');
  await expect(owner.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
  for (const [name, label] of await names()) expect(label).toContain(name);
  await owner.getByRole('link', { name: 'Clear filters' }).click();
  await expect(owner.getByRole('grid')).toHaveAttribute('aria-rowcount', `${available + 1}`);
  await owner.getByRole('checkbox', { name: 'Select all not connected' }).click();
  await owner.getByRole('button', { name: 'Review & connect' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: `Connect ${available} mailboxes` }).click();
  await expectCount(owner, 'Connected', available, { timeout: 30_000 });
  // Help is translated, here before the console takes over the page: it is rendered anew.
  problems.allow(/panicked|unreachable/);
  await owner.goto('/help');
  await hydrated(owner);
  await expect(owner.locator('article.entry font').first()).toBeAttached();
  await owner.getByLabel('Search help').fill('licence');
  await expect(owner.getByRole('status').filter({ hasText: /of \d+ entries/ })).toBeVisible();
});

/** A proxy that keeps back the answer of a stream until it ends. */
async function bufferingProxy(to: string): Promise<{ server: HttpServer; url: string }> {
  const target = new URL(to);
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    const own = { ...headers, host: target.host };
    const outer = request({ host: target.hostname, port: target.port, path: url, method, headers: own }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (!String(answer.headers['content-type']).startsWith('text/event-stream')) return void answer.pipe(outgoing);
      outgoing.flushHeaders();
      const kept: Buffer[] = [];
      answer.on('data', (part: Buffer) => kept.push(part));
      return void answer.on('end', () => outgoing.end(Buffer.concat(kept)));
    });
    outgoing.on('close', () => outer.destroy());
    outer.on('error', () => outgoing.destroy());
    incoming.pipe(outer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('behind a proxy that keeps back the stream, the page asks every few seconds and says so', async ({ owner, tenant, env }) => {
  await link(owner, tenant, 120);
  const { server, url } = await bufferingProxy(env.server.url);
  try {
    await owner.goto(`${url}/mailboxes`);
    await hydrated(owner);
    await expect(owner.getByTestId('live')).toHaveText('Updates every few seconds', { timeout: 15_000 });
    await expect(owner.getByText('No connection to the server')).toBeHidden();
    const available = await tabCount(owner, 'Available');
    // Another window, without the proxy.
    const other = await owner.context().newPage();
    await open(other, `${env.server.url}/mailboxes`);
    await other.getByRole('row', { name: /Adele Vance/ }).getByRole('button', { name: 'Exclude Adele Vance' }).click();
    await expectCount(other, 'Excluded', 1);
    await expectCount(owner, 'Excluded', 1, { timeout: 10_000 });
    await expectCount(owner, 'Available', available - 1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('with six tabs in the background, the seventh loads and is live', async ({ owner, tenant }) => {
  await link(owner, tenant, 120);
  // A browser opens six connections to a server. The tabs are as in the background from their start.
  for (let tab = 0; tab < 6; tab += 1) {
    const background = await owner.context().newPage();
    await background.addInitScript(() => Object.defineProperty(Document.prototype, 'hidden', { get: () => true }));
    await open(background, '/mailboxes');
  }
  await open(owner, '/mailboxes?tab=all');
  await expect(owner.getByTestId('live')).toHaveText('Live');
  await owner.getByRole('searchbox').fill('adele vance');
  await expect(owner.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
});

test('seven tabs in sight share one stream, and another tab takes it over', async ({ owner, tenant, problems }) => {
  // The tab that is closed ends its requests.
  problems.allow(/ERR_ABORTED/);
  await link(owner, tenant, 120);
  const context = owner.context();
  const streams = new Set<Page>();
  context.on('request', (request) => {
    if (/\/live\/[^?]+\?since=\d+$/.test(request.url())) streams.add(request.frame().page());
  });
  const tabs: Page[] = [];
  for (let tab = 0; tab < 7; tab += 1) {
    const page = await context.newPage();
    await open(page, '/mailboxes?tab=all');
    tabs.push(page);
  }
  await owner.close();
  for (const page of tabs) await expect(page.getByTestId('live')).toHaveText('Live');
  const [last, other] = [tabs[6], tabs[5]];
  if (!last || !other) throw new Error('there are seven tabs');
  await last.getByRole('button', { name: 'Exclude Adele Vance' }).click();
  for (const page of tabs) await expectCount(page, 'Excluded', 1);
  expect(streams.size, 'tabs with a stream').toBeLessThanOrEqual(2);

  // Those with a stream are closed: another tab has it then, and misses nothing.
  const closed = [...streams].filter((page) => page !== last);
  for (const page of closed) if (!page.isClosed()) await page.close();
  await last.getByRole('button', { name: 'Include Adele Vance' }).click();
  const left = tabs.filter((page) => !page.isClosed());
  expect(left.length).toBeGreaterThan(4);
  for (const page of left) await expectCount(page, 'Excluded', 0);
});
