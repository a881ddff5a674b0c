import { expectAccessible } from '../fixtures/accessibility';
import { hydrated, open } from '../fixtures/console';
import { connectAll, link, tabCount } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.describe('an organisation of 60 accounts', () => {
  test.use({ mailboxes: 60 });

  test('filters are part of the URL, and can be removed one by one', async ({ owner, tenant }) => {
    await link(owner, tenant, 60);
    await open(owner, '/mailboxes?tab=all');
    const grid = owner.getByRole('grid');
    const rows = () => grid.getAttribute('aria-rowcount').then((count) => Number(count) - 1);
    const all = await rows();

    await owner.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Shared' });
    await expect(owner).toHaveURL(/kind=shared/);
    await expect.poll(rows).toBeLessThan(all);
    const shared = await rows();
    expect(shared).toBeGreaterThan(0);
    await owner.getByRole('searchbox').pressSequentially('no such person');
    await expect(owner.getByText('Nothing matches', { exact: false }).first()).toBeVisible();
    await expect(owner).toHaveURL(/kind=shared.*q=|q=.*kind=shared/);

    // A cleared search is removed from the URL; the filter stays, also after a reload.
    await owner.getByRole('searchbox').fill('');
    await expect.poll(rows).toBe(shared);
    await expect(owner).not.toHaveURL(/q=/);
    await owner.reload();
    await hydrated(owner);
    await expect(owner.getByRole('combobox', { name: 'Kind' })).toHaveValue('shared');
    expect(await rows()).toBe(shared);
    await owner.getByRole('link', { name: 'Remove filter: Kind Shared' }).click();
    await expect(owner).not.toHaveURL(/kind=/);
    await expect.poll(rows).toBe(all);

    // The search also covers aliases and departments; the matching mailbox is listed by name.
    await owner.getByRole('searchbox').fill('adele vance');
    await expect.poll(rows).toBe(1);
    await expect(grid.getByRole('row', { name: /Adele Vance/ })).toBeVisible();
  });

  test('columns and density are stored and applied in the first HTML', async ({ owner, tenant }) => {
    await link(owner, tenant, 60);
    await open(owner, '/mailboxes');
    const head = (name: string) => owner.getByRole('columnheader', { name });
    const height = () => owner.getByRole('grid').getByRole('row').nth(3).evaluate((row) => row.clientHeight);
    const comfortable = await height();
    await expect(head('Domain')).toBeHidden();
    await owner.getByRole('button', { name: 'View' }).click();
    await owner.getByRole('menuitemcheckbox', { name: 'Domain' }).click();
    await owner.getByRole('menuitemcheckbox', { name: 'Kind' }).click();
    await owner.getByRole('menuitemcheckbox', { name: 'Compact rows' }).click();
    await owner.keyboard.press('Escape');
    await expect(head('Domain')).toBeVisible();
    await expect(head('Kind')).toBeHidden();
    expect(await height()).toBeLessThan(comfortable);

    const html = await (await owner.request.get('/mailboxes')).text();
    expect(html).toMatch(/<html[^>]*data-list="[^"]*compact/);
    await open(owner, '/mailboxes');
    await expect(head('Domain')).toBeVisible();
    await expect(head('Kind')).toBeHidden();
    await expectAccessible(owner);
  });

  test('a list of addresses becomes a selection, and the addresses left out are shown', async ({ owner, tenant }) => {
    await link(owner, tenant, 60);
    await open(owner, '/mailboxes');
    const paste = async (text: string) => {
      await owner.getByRole('button', { name: 'Select…' }).click();
      await owner.getByRole('menuitem', { name: 'Paste a list…' }).click();
      await owner.getByRole('textbox', { name: 'Addresses' }).fill(text);
    };
    const dialog = owner.getByRole('dialog');
    await paste(`Adele Vance <ADELE.VANCE@${tenant.domain}>; nobody@${tenant.domain}\nadele.vance@${tenant.domain}`);
    await expect(dialog.getByRole('status')).toContainText('2 addresses · 1 more than once');
    await dialog.getByRole('button', { name: 'Look up 2 addresses' }).click();
    await expect(dialog).toContainText('1 mailbox will be selected.');
    await expect(dialog).toContainText('1 not found in this organisation');
    await expect(dialog.getByLabel('Not found')).toHaveValue(`nobody@${tenant.domain}`);
    await expectAccessible(owner);

    // The typed text is kept, and a file is added to it.
    await dialog.getByRole('button', { name: 'Change the list' }).click();
    await expect(dialog.getByRole('textbox', { name: 'Addresses' })).toHaveValue(/ADELE\.VANCE/);
    await dialog.getByLabel('Or take them from a file').setInputFiles({
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`name,mail\nAdmin,admin@${tenant.domain}\n`),
    });
    await dialog.getByRole('button', { name: 'Look up 3 addresses' }).click();
    await dialog.getByRole('button', { name: /^Select \d/ }).click();
    await expect(dialog).toBeHidden();
    await expect(owner.getByText(/^\d selected$/)).toBeVisible();
    await expect(owner.getByRole('row', { name: /Adele Vance/ }).getByRole('checkbox')).toBeChecked();

    // Only the selected rows, then all rows; unselecting can be undone.
    await owner.getByRole('button', { name: 'Show selected' }).click();
    await expect(owner.getByRole('grid')).toHaveAttribute('aria-rowcount', /^[23]$/);
    await owner.getByRole('button', { name: 'Show all' }).first().click();
    await owner.getByRole('button', { name: 'Clear' }).click();
    await expect(owner.getByText(/^\d selected$/)).toBeHidden();
    await owner.getByRole('button', { name: 'Undo' }).click();
    await expect(owner.getByText(/^\d selected$/)).toBeVisible();
  });

  test('a click with Shift selects the range, and changing rows keep their position', async ({ owner, tenant, env }) => {
    await link(owner, tenant, 60);
    await open(owner, '/mailboxes?tab=all&sort=status');
    const box = (n: number) => owner.getByRole('grid').getByRole('checkbox', { name: /^Select (?!all)/ }).nth(n);
    await box(1).click();
    await box(5).click({ modifiers: ['Shift'] });
    await expect(owner.getByText('5 selected')).toBeVisible();
    // On a phone, rows are in sight between the header and the bar.
    await owner.setViewportSize({ width: 390, height: 844 });
    await box(3).scrollIntoViewIfNeeded();
    const free = await owner.evaluate(() => {
      const edge = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();
      const [top, bottom] = [edge('.grid thead')?.bottom ?? 0, edge('.bulk')?.top ?? 0];
      const rows = [...document.querySelectorAll('.grid tbody tr')].map((row) => row.getBoundingClientRect());
      return rows.filter((row) => row.top >= top - 1 && row.bottom <= bottom + 1).length;
    });
    expect(free, 'rows between the header and the bar').toBeGreaterThanOrEqual(3);
    await owner.setViewportSize({ width: 1280, height: 800 });
    await box(3).click({ modifiers: ['Shift'] });
    await expect(owner.getByText('3 selected')).toBeVisible();

    const names = () => owner.getByRole('grid').locator('a.name').allInnerTexts();
    const before = await names();
    // The end of a run reloads the order unless the pointer is on a row, so it moves there before the end.
    await env.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms: 3000 });
    await owner.getByRole('button', { name: 'Review & connect' }).click();
    await owner.getByRole('dialog').getByRole('button', { name: 'Connect 3 mailboxes' }).click();
    await expect(owner.getByRole('dialog')).toBeHidden();
    await owner.getByRole('grid').locator('a.name').nth(4).hover();
    await env.simulator.control('POST', `tenants/${tenant.domain}/latency`, { ms: 0 });
    await expect(owner.getByText('3 rows changed')).toBeVisible();
    expect(await names()).toEqual(before);
    await expect.poll(() => tabCount(owner, 'Connected')).toBe(3);
    await owner.getByRole('button', { name: 'Refresh' }).click();
    await expect(owner.getByRole('button', { name: 'Refresh' })).toBeHidden();
    expect(await names()).not.toEqual(before);
  });

  test('a list of fewer than 300 rows is mounted completely', async ({ owner, tenant }) => {
    await link(owner, tenant, 60);
    await connectAll(owner);
    await open(owner, '/mailboxes?tab=all');
    const count = Number(await owner.getByRole('grid').getAttribute('aria-rowcount')) - 1;
    await expect(owner.getByRole('grid').locator('tbody tr')).toHaveCount(count);

    // On paper too, and without what can only be pressed.
    await owner.emulateMedia({ media: 'print' });
    await expect(owner.getByRole('navigation')).toHaveCount(0);
    await expect(owner.locator('.button:visible, input:visible')).toHaveCount(0);
    const bodyHeight = () => owner.locator('.grid tbody').evaluate((body) => body.scrollHeight - body.clientHeight);
    expect(await bodyHeight()).toBeLessThanOrEqual(1);
    await owner.emulateMedia({ media: 'screen' });
  });
});

test.describe('an organisation of 700 accounts', () => {
  test.use({ mailboxes: 700 });

  test('a long list and a run are printed with all their rows', async ({ owner, tenant }) => {
    await owner.addInitScript(() => {
      window.print = () => {
        const rows = document.querySelectorAll('tbody tr').length;
        window.top?.document.documentElement.setAttribute('data-printed', `${rows} rows of ${document.title}`);
      };
    });
    await link(owner, tenant, 700);
    await connectAll(owner);
    await open(owner, '/mailboxes?tab=all');
    const count = Number(await owner.getByRole('grid').getAttribute('aria-rowcount')) - 1;
    expect(count).toBeGreaterThan(300);
    const printed = owner.locator('html');
    await owner.keyboard.press('Control+p');
    await expect(printed).toHaveAttribute('data-printed', new RegExp(`^${count} rows of .+ · All$`));
    // By the menu, with a filter.
    await owner.getByRole('searchbox').fill('adele vance');
    await expect(owner.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
    await owner.getByRole('button', { name: 'View' }).click();
    await owner.getByRole('menuitem', { name: 'Print all rows' }).click();
    await expect(printed).toHaveAttribute('data-printed', /^1 rows of/);

    await open(owner, '/runs');
    await owner.getByRole('link', { name: /^Connect · / }).first().click();
    await owner.getByRole('link', { name: 'Print' }).click();
    await expect(printed).toHaveAttribute('data-printed', /^\d{3} rows of Connect · \d{3} mailboxes · Completed/);
  });
});
