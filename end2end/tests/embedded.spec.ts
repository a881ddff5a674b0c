import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FrameLocator, Page } from '@playwright/test';
import type { Host } from '../fixtures/host';
import { test } from '../fixtures/hosted';
import { approve, signIn } from '../fixtures/journey';
import { expect } from '../fixtures/test';

interface HostEvent {
  type: string;
  detail: Record<string, unknown>;
}
const hostEvents = (page: Page): Promise<HostEvent[]> => page.evaluate(() => (window as unknown as { heard: HostEvent[] }).heard);

/** The host's page with the console in it. */
async function embedded(page: Page, host: Host, path = '/'): Promise<FrameLocator> {
  await page.goto(`${host.origin}/?path=${encodeURIComponent(path)}`);
  const frame = page.frameLocator('iframe');
  await expect(frame.locator('html')).toHaveAttribute('data-hydrated', 'true', { timeout: 30_000 });
  return frame;
}

test.beforeEach(async ({ env, host, workspace }) => {
  host.shows(env.server.url);
  host.claims = (claims) => claims;
  host.theme = {};
  host.guest = { workspaceId: workspace.workspace_id, user: 'u-1', name: 'Hanna Host', role: 'owner' };
});

test('inside another web app: sign-in by the host, approval in a tab, connection in the frame', async ({ page, host, tenant, context, env, workspace }) => {
  // Chromium sends only partitioned third-party cookies here.
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCookieControls' as never, { enableThirdPartyCookieRestriction: true, disableThirdPartyCookieMetadata: true, disableThirdPartyCookieHeuristics: true } as never);

  const frame = await embedded(page, host, '/setup');
  await expect(frame.getByText('Hanna Host')).toBeVisible();
  const value = (id: number) => frame.locator('.copy-field input, .copy-field textarea').nth(id).inputValue();
  const [clientId, scopes] = [await value(0), await value(1)];
  await frame.getByRole('link', { name: 'User management' }).first().click();
  await frame.getByRole('button', { name: 'Add new' }).click();
  await frame.getByLabel('Client ID').fill(clientId);
  await frame.getByLabel('OAuth Scopes').fill(scopes);
  const [tab] = await Promise.all([
    context.waitForEvent('page'),
    frame.getByRole('button', { name: 'Authorize', exact: true }).last().click(),
  ]);
  await tab.getByRole('button', { name: 'Continue to Microsoft' }).click();
  await signIn(tab, `admin@${tenant.domain}`);
  await approve(tab);
  await expect(tab.getByRole('heading', { name: 'Approved' })).toBeVisible();
  await tab.close();
  await expect(frame.getByText(/^Approved by/).first()).toBeVisible();
  await frame.getByRole('dialog').press('Escape');
  await frame.getByRole('link', { name: 'Domain Delegation' }).first().click();
  await frame.getByLabel('Admin email').fill(`admin@${tenant.domain}`);
  await frame.getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(frame.getByText('Directory synced')).toBeVisible({ timeout: 30_000 });
  await frame.getByRole('link', { name: 'Mailboxes' }).first().click();
  await frame.getByRole('checkbox', { name: 'Select all not connected' }).click();

  // The host renews the session; nothing is reloaded and nothing is lost.
  const words = await frame.getByText(/^\d+ selected/).innerText();
  const launches = host.launches;
  await frame.locator('html').evaluate(() =>
    document.dispatchEvent(new CustomEvent('warmy', { detail: JSON.stringify({ type: 'session.needed', payload: {} }) })),
  );
  await expect.poll(() => host.launches).toBe(launches + 1);
  await expect(frame.getByTestId('live')).toHaveText('Live');
  await expect(frame.getByText(/^\d+ selected/)).toHaveText(words);

  await frame.getByRole('button', { name: 'Review & connect' }).click();
  await frame.getByRole('dialog').getByRole('button', { name: /^Connect \d+ mailboxes$/ }).click();
  await expect.poll(async () => (await hostEvents(page)).filter(({ type, detail }) => type === 'run.completed' && detail['kind'] === 'connect').length, { timeout: 30_000 }).toBe(1);
  const events = await hostEvents(page);
  expect(events[0]?.type).toBe('session.needed');
  expect(events.some(({ type }) => type === 'ready')).toBe(true);
  expect(events.filter(({ type }) => type === 'navigated').map(({ detail }) => detail['path'])).toContain('/mailboxes');
  expect(events.filter(({ type }) => type === 'mailbox.connected').length).toBeGreaterThan(0);
  expect(events.filter(({ type }) => type === 'consent.completed').length).toBe(1);

  // The host sells the slots: it gets an event when the user requests more.
  await env.server.setSlots(workspace.workspace_id, { plan_type_id: 'warmup', limit: 1, used_elsewhere: 0, version: 2 });
  await frame.getByRole('button', { name: 'Get more slots' }).first().click();
  await expect.poll(async () => (await hostEvents(page)).find(({ type }) => type === 'plan.upgrade_requested')?.detail['missing']).toBeGreaterThan(0);
});

test('a blocked pop-up is replaced by a link', async ({ page, host }) => {
  const frame = await embedded(page, host, '/setup');
  await frame.locator('html').evaluate(() => {
    window.open = () => null;
  });
  const clientId = await frame.locator('.copy-field input').first().inputValue();
  await frame.getByRole('link', { name: 'User management' }).first().click();
  await frame.getByRole('button', { name: 'Add new' }).click();
  await frame.getByLabel('Client ID').fill(clientId);
  await frame.getByLabel('OAuth Scopes').fill('Mail.Send User.Read.All Mail.ReadWrite MailboxSettings.Read Organization.Read.All');
  await frame.getByRole('button', { name: 'Authorize', exact: true }).last().click();
  await expect(frame.getByRole('link', { name: /Microsoft/ }).first()).toBeVisible();
});

test('a path from the host never leads out of the console', async ({ page, host, env, problems }) => {
  problems.allow(/status of 404/);
  for (const path of ['/\t/evil.example/', '/\n/evil.example/', '/\\evil.example/', '//evil.example/', '/.//evil.example/']) {
    await page.goto(`${host.origin}/?path=${encodeURIComponent(path)}`);
    const address = () => new URL(page.frames()[1]?.url() || 'about:blank');
    await expect.poll(() => address().pathname, path).not.toBe('/embed');
    expect(address().origin, path).toBe(env.server.url);
  }
});

test('a launch token is accepted once, and only with valid claims and signature', async ({ page, host, env }) => {
  const launch = (token: string) =>
    fetch(`${env.server.url}/embed/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
  const good = host.token();
  const first = await launch(good);
  expect(first.status).toBe(200);
  const cookie = first.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^__Host-sid=[\w-]{40,};/);
  for (const part of ['HttpOnly', 'SameSite=None', 'Secure', 'Partitioned', 'Path=/']) expect(cookie).toContain(part);
  expect((await launch(good)).status, 'a second use').toBe(401);
  const now = Math.floor(Date.now() / 1000);
  for (const [what, change] of [
    ['another audience', { aud: 'https://elsewhere.example' }],
    ['another issuer', { iss: 'https://elsewhere.example' }],
    ['expired', { iat: now - 120, exp: now - 60 }],
    ['good for an hour', { exp: now + 3600 }],
    ['from the future', { iat: now + 600, exp: now + 630 }],
    ['for another page', { parent_origin: 'https://elsewhere.example' }],
    ['an unknown workspace', { workspace_id: '01980000-0000-7000-8000-000000000000' }],
    ['an unknown role', { role: 'root' }],
    ['no user', { sub: '' }],
    ['a short id', { jti: 'x' }],
  ] as const) {
    host.claims = (claims) => ({ ...claims, ...change });
    expect((await launch(host.token())).status, what).toBe(401);
  }
  host.claims = (claims) => claims;
  const [head, body] = host.token().split('.');
  for (const token of [`${head}.${body}.`, `${head}.${body}.AAAA`, 'x', '', `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`]) {
    expect((await launch(token)).status, token.slice(0, 40)).toBe(401);
  }
  await page.goto('about:blank');
});

test('a page of an unlisted origin gets neither the console nor a session', async ({ page, host, env, problems }) => {
  // The browser reports the refused frames in its console.
  problems.allow(/frame-ancestors|refused to connect|Refused to frame|status of 403/i);
  const stranger = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>Stranger</title><link rel="icon" href="data:,"><iframe src="${env.server.url}/mailboxes"></iframe>
      <iframe src="${env.server.url}/embed?host=${encodeURIComponent(host.origin)}"></iframe>`);
  });
  await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
  try {
    await page.goto(`http://localhost:${(stranger.address() as AddressInfo).port}/`);
    for (const frame of [page.frameLocator('iframe').first(), page.frameLocator('iframe').last()]) {
      await expect(frame.locator('main')).toHaveCount(0);
    }
    const refused = await page.request.get(`${env.server.url}/embed?host=https://evil.example`);
    expect(refused.status()).toBe(403);
    expect(refused.headers()['content-security-policy']).toContain(`frame-ancestors ${host.origin}`);
  } finally {
    stranger.closeAllConnections();
    stranger.close();
  }
});

/** The console's own accent colours, as browsers write them. */
const OWN_ACCENT = /rgb\((185, 60, 11|194, 65, 12|169, 53, 7|255, 241, 232|255, 248, 243|255, 155, 102|232, 97, 42|243, 116, 64|58, 33, 20|39, 26, 18)\)/;

for (const scheme of ['light', 'dark']) {
  test(`the host's colour replaces ours everywhere and before the first paint, ${scheme}`, async ({ page, host }) => {
    host.theme = { accent: '#0b4fd6', scheme, radius: '99px' };
    // Records the mark of the host's colour at the moment when the body begins, before the first paint.
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (!document.body) return;
        observer.disconnect();
        document.documentElement.dataset['atBody'] = document.documentElement.dataset['accent'] ?? 'none';
      }).observe(document, { childList: true, subtree: true });
    });
    for (const path of ['/', '/setup', '/settings']) {
      const frame = await embedded(page, host, path);
      await expect(frame.locator('html')).toHaveAttribute('data-at-body', 'host');
      await frame.getByRole('link', { name: 'Help' }).first().focus();
      await page.keyboard.press('Tab');
      const ours = await frame.locator('body').evaluate((body, pattern) => {
        const own = new RegExp(pattern);
        const properties = ['color', 'backgroundColor', 'backgroundImage', 'borderTopColor', 'outlineColor', 'boxShadow', 'accentColor', 'fill', 'stroke'] as const;
        return [...body.querySelectorAll('*')].flatMap((element) => {
          const style = getComputedStyle(element);
          const found = properties.filter((property) => own.test(style[property]));
          return found.map((property) => `${element.tagName}.${element.className}: ${property} ${style[property]}`);
        });
      }, OWN_ACCENT.source);
      expect(ours).toEqual([]);
    }
    // A value that is not accepted is reported.
    const errors = (await hostEvents(page)).filter(({ type }) => type === 'error');
    expect(errors[0]?.detail).toEqual({ code: 'theme_refused', properties: ['radius'] });
  });
}
