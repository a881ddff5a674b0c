// The main job in the browsers that are not Chromium, by WebDriver, with a picture of each step.
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test as base } from '../fixtures/test';
import { BROWSERS, start } from './drivers';
import { Window } from './window';

const MAILBOXES = 85;
/** The widths at which the table and the panel share a page differently. */
const WIDTHS = [1440, 1280, 1024, 390];

/** Without Playwright's own browser. */
const test = base.extend({
  problems: async ({}, use) => use(undefined as never),
});

test.use({ mailboxes: MAILBOXES });

for (const browser of BROWSERS) {
  test(`the main job in ${browser}`, async ({ env, tenant, workspace }) => {
    const { driver, stop } = await start(browser);
    const folder = `test-results/${browser}`;
    mkdirSync(folder, { recursive: true });
    let pictures = 0;
    const picture = async (name: string) => {
      pictures += 1;
      const file = `${folder}/${String(pictures).padStart(2, '0')}-${name}.png`;
      writeFileSync(file, Buffer.from(await driver.takeScreenshot(), 'base64'));
    };
    const resize = (width: number) => driver.manage().window().setRect({ width, height: 900 });
    const page = new Window(driver, env.server.url);
    try {
      await resize(1440);
      await driver.get(workspace.enter_url);
      await page.press('Open the console');
      await page.hydrated();
      await page.see('Start setup');
      await picture('overview');
      await onlyOnce(page);

      await page.open('/users');
      await page.press('Add new');
      await page.press('Fill in both from Setup');
      await picture('add-new');
      await page.press('Authorize');
      await page.toNewTab();
      await page.press('Continue to Microsoft');
      await page.fillOnly(`admin@${tenant.domain}`);
      await page.press('Next');
      await picture('microsoft');
      await page.press('Accept');
      await page.press('Connect to this workspace');
      await page.see('Approved');
      await picture('approved');
      await page.backToFirstTab();
      await page.see('Approved by');

      await page.open('/delegation');
      await page.fill('Admin email', `admin@${tenant.domain}`);
      await page.press('Connect');
      await page.see(`${MAILBOXES} accounts found`);
      await page.see('Directory synced');
      await picture('delegation');

      await page.open('/mailboxes');
      await quiet(page);
      await picture('mailboxes');
      await page.tick('Select all not connected');
      await picture('selected');
      await page.press('Review & connect');
      await page.until('the review', async () => /Connect \d+ mailboxes/.test(await page.text()));
      await picture('review');
      await page.press(/Connect \d+ mailboxes/);
      await page.count('Available', 0);
      await picture('connected');

      await env.simulator.control('POST', `tenants/${tenant.domain}/mailboxes/adele.vance@${tenant.domain}/break`, {
        code: 'ErrorAccessDenied:RAOP',
      });
      await page.open('/mailboxes?tab=connected');
      await page.press('Check now');
      await page.press(/Check \d+ mailboxes/);
      await page.count('Needs attention', 1);
      await page.press('Needs attention 1');
      await page.press('Adele Vance');
      await page.see('Outside the mailboxes Warmy may use');
      for (const width of WIDTHS) {
        await resize(width);
        await picture(`panel-${width}`);
        await nothingOverlaps(page);
      }
      await resize(1440);
      await env.simulator.control('POST', `tenants/${tenant.domain}/mailboxes/adele.vance@${tenant.domain}/mend`, {});
      await page.press('Reconnect');
      await page.count('Needs attention', 0);
      await page.see('Reconnected 1 mailbox.');
      await picture('reconnected');

      await env.server.kill();
      await page.see('Reconnecting…');
      await picture('server-gone');
      await env.server.start();
      await quiet(page);
      await picture('server-back');
    } catch (error) {
      await picture('failed').catch(() => undefined);
      throw error;
    } finally {
      await stop();
    }
  });
}

/** The browser has fetched the WebAssembly once, by the preload. */
async function onlyOnce(page: Window): Promise<void> {
  const fetched = await page.driver.executeScript<string[]>(
    'return performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith(".wasm")).map((entry) => entry.initiatorType)',
  );
  expect(fetched, 'requests for the WebAssembly').toHaveLength(1);
}

/** A page on which nothing happens stays connected: no line says otherwise for longer than the first event may take. */
async function quiet(page: Window): Promise<void> {
  let since = Date.now();
  await page.until('seven quiet seconds', async () => {
    const text = await page.text();
    if (!text.includes('Live') || /No connection|Reconnecting…|can’t be reached/.test(text)) since = Date.now();
    return Date.now() - since > 7_000;
  });
}

/** No cell of the table lies over another one, and none is cut where there is free space. */
async function nothingOverlaps(page: Window): Promise<void> {
  const overlaps = await page.driver.executeScript<string[]>(`
    const rows = [...document.querySelectorAll('[role=grid] tbody tr')].slice(0, 10);
    return rows.flatMap((row) => {
      const boxes = [...row.querySelectorAll('td')].map((cell) => [cell.innerText, cell.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0);
      return boxes.flatMap(([name, box], at) => boxes.slice(at + 1)
        .filter(([, other]) => other.left < box.right - 1 && other.right > box.left + 1
          && other.top < box.bottom - 1 && other.bottom > box.top + 1)
        .map(([second]) => name + ' over ' + second));
    });`);
  expect(overlaps, 'cells over each other').toEqual([]);
}
