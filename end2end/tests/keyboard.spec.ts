import { expectCount, link, number, tabCount } from '../fixtures/journey';
import {
  arrowTo,
  expectKeyboardHasPlace,
  expectKeyboardStaysIn,
  follow,
  openTab,
  pressOn,
  rowAt,
  tabTo,
  tabToGrid,
  typeInto,
} from '../fixtures/keys';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 8 });

test('from Setup to a reconnected mailbox', async ({ owner, tenant, env }) => {
  const { keyboard } = owner;
  const dialog = owner.getByRole('dialog');

  // The first tab stop of a page skips the navigation.
  await keyboard.press('Tab');
  const skip = owner.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await keyboard.press('Enter');
  await expect(owner.getByRole('main')).toBeFocused();
  await keyboard.press('Tab');
  await expect(owner.getByRole('link', { name: 'Start setup' })).toBeFocused();
  await follow(owner, owner.getByRole('link', { name: 'Start setup' }), 'Setup');

  // Setup: the scopes are read from the clipboard and typed, the id stays there and is pasted.
  const copied = async (what: string) => {
    await pressOn(owner, owner.getByRole('button', { name: `Copy ${what}` }));
    await expect(owner.getByRole('button', { name: `Copied ${what}` })).toBeFocused();
    return owner.evaluate(() => navigator.clipboard.readText());
  };
  const scopes = await copied('Scopes');
  const clientId = await copied('Service Account ID');
  await follow(owner, owner.getByRole('link', { name: 'Open User management' }), 'User management');

  // Add new: the focus moves into the dialog, stays there and returns; typed text is kept.
  const addNew = owner.getByRole('button', { name: 'Add new' });
  const id = owner.getByLabel('Client ID');
  await pressOn(owner, addNew);
  await expectKeyboardStaysIn(owner, dialog, 5);
  await typeInto(owner, id, 'not yet');
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(addNew).toBeFocused();
  await keyboard.press('Enter');
  await expect(id).toHaveValue('not yet');
  await tabTo(owner, id);
  await keyboard.press('Control+a');
  await keyboard.press('Control+v');
  await expect(id).toHaveValue(clientId);
  await typeInto(owner, owner.getByLabel('OAuth Scopes'), scopes);
  const [microsoft] = await Promise.all([
    owner.context().waitForEvent('page'),
    pressOn(owner, dialog.getByRole('button', { name: 'Authorize', exact: true })),
  ]);

  // Microsoft's tab, between two pages of ours.
  await pressOn(microsoft, microsoft.getByRole('button', { name: 'Continue to Microsoft' }));
  await typeInto(microsoft, microsoft.getByRole('textbox'), `admin@${tenant.domain}`);
  await microsoft.keyboard.press('Enter');
  await pressOn(microsoft, microsoft.getByRole('button', { name: 'Accept' }));
  await pressOn(microsoft, microsoft.getByRole('button', { name: 'Connect to this workspace' }));
  await expect(microsoft.getByRole('heading', { name: 'Approved' })).toBeVisible();
  await microsoft.close();
  await expect(dialog.getByText(`Approved by admin@${tenant.domain}`)).toBeVisible();
  await expectKeyboardHasPlace(owner, 'when the approval has arrived and Authorize is removed');
  await follow(owner, owner.getByRole('link', { name: 'Go to Domain Delegation' }), 'Domain Delegation');

  // Domain Delegation.
  await typeInto(owner, owner.getByLabel('Admin email'), `admin@${tenant.domain}`);
  await keyboard.press('Enter');
  await expect(owner.getByTestId('accounts-found')).toHaveText('8 accounts found', { timeout: 30_000 });
  await expect(owner.getByText('Directory synced')).toBeVisible({ timeout: 30_000 });
  await expectKeyboardHasPlace(owner, 'when the organisation is connected');
  await follow(owner, owner.getByRole('link', { name: 'Choose mailboxes' }), 'Mailboxes');

  // All mailboxes are connected.
  const available = await tabCount(owner, 'Available');
  await tabToGrid(owner);
  await keyboard.press('Control+a');
  await expect(owner.getByText(`${available} selected`)).toBeVisible();
  const review = owner.getByRole('button', { name: 'Review & connect' });
  await pressOn(owner, review);
  const connect = dialog.getByRole('button', { name: `Connect ${available} mailboxes` });
  await expect(connect).toBeEnabled();
  await expectKeyboardStaysIn(owner, dialog, 5);
  await keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(review).toBeFocused();
  await keyboard.press('Enter');
  await pressOn(owner, connect);
  await expect(dialog).toBeHidden();
  await expectCount(owner, 'Available', 0, { timeout: 30_000 });
  await expectKeyboardHasPlace(owner, 'when all mailboxes are connected and the selection’s bar is removed');

  // The panel of one mailbox, and back to its row.
  await openTab(owner, 'Connected');
  const adele = owner.getByRole('row', { name: /Adele Vance/ });
  await tabToGrid(owner);
  await arrowTo(owner, adele);
  const box = adele.getByRole('checkbox');
  await expect(box).toBeFocused();
  await keyboard.press('Enter');
  const panel = owner.getByRole('complementary', { name: 'Adele Vance' });
  await expect(panel.getByRole('heading', { name: 'Adele Vance' })).toBeFocused();
  await tabTo(owner, panel.getByRole('button', { name: 'Check now' }));
  await keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(box).toBeFocused();

  // The mailbox breaks, a check finds it, it is repaired and reconnected.
  const mailbox = `tenants/${tenant.domain}/mailboxes/adele.vance@${tenant.domain}`;
  await env.simulator.control('POST', `${mailbox}/break`, { code: 'ErrorAccessDenied:RAOP' });
  const checkNow = owner.getByRole('button', { name: 'Check now', exact: true });
  await pressOn(owner, checkNow);
  await expectCount(owner, 'Needs attention', 1);
  await expect(checkNow).toBeEnabled();
  await expectKeyboardHasPlace(owner, 'when the check is over');
  await openTab(owner, 'Needs attention');
  await expect(adele).toContainText('Outside the mailboxes Warmy may use');
  await env.simulator.control('POST', `${mailbox}/mend`);
  await tabToGrid(owner);
  await keyboard.press('Space');
  await expect(box).toBeChecked();
  await pressOn(owner, owner.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Reconnect' }));
  await expectCount(owner, 'Needs attention', 0);
  await expect(owner.getByRole('region', { name: 'Running now' })).toBeHidden();
  await expectKeyboardHasPlace(owner, 'when the mailbox is reconnected and the selection’s bar is removed');
  await openTab(owner, 'Connected');
  await expect(adele).toContainText('Connected');
  await expect(adele).not.toContainText('Needs attention');
});

test.describe('a list of which only some rows are mounted', () => {
  test.use({ mailboxes: 400 });

  test('moving through the list, and selecting ranges', async ({ owner, tenant }) => {
    await link(owner, tenant, 400);
    await follow(owner, owner.getByRole('link', { name: 'Choose mailboxes' }), 'Mailboxes');
    const { keyboard } = owner;
    const last = (await tabCount(owner, 'Available')) - 1;
    const box = (position: number) => rowAt(owner, position).getByRole('checkbox');
    const selected = async (count: number) => {
      await expect(owner.getByText(`${number(count)} selected`, { exact: true })).toBeVisible();
    };
    const press = async (key: string, times = 1) => {
      for (let i = 0; i < times; i += 1) await keyboard.press(key);
    };

    // Moving: the list is one tab stop, arrow keys move inside it.
    await tabToGrid(owner);
    await expect(box(0)).toBeFocused();
    await press('ArrowDown');
    await expect(box(1)).toBeFocused();
    await press('ArrowUp');
    await expect(box(0)).toBeFocused();
    await press('ArrowRight');
    await expect(rowAt(owner, 0).locator('a.name')).toBeFocused();
    await press('End');
    const buttons = rowAt(owner, 0).getByRole('button');
    await expect(buttons.first()).toBeFocused();
    await press('ArrowRight');
    await expect(buttons.last()).toBeFocused();
    await press('Home');
    await expect(box(0)).toBeFocused();
    await press('PageDown');
    const page = Math.floor(800 / 52) - 1;
    await expect(box(page)).toBeFocused();
    await expect(box(page)).toBeInViewport();
    await press('PageUp');
    await expect(box(0)).toBeFocused();
    await press('Control+End');
    await expect(box(last)).toBeFocused();
    await expect(box(last)).toBeInViewport();
    await press('Control+Home');
    await expect(box(0)).toBeFocused();
    await expect(box(0)).toBeInViewport();
    // A held key repeats faster than a loaded machine draws: no step may be lost.
    await press('ArrowDown', 30);
    await expect.soft(box(30), 'thirty presses are thirty rows').toBeFocused({ timeout: 3_000 });
    await press('Control+Home');
    await expect(box(0)).toBeFocused();

    // A range grows, shrinks, and extends to the other side of its start.
    await press('ArrowDown', 5);
    await expect(box(5)).toBeFocused();
    await press('Space');
    await selected(1);
    await press('Shift+ArrowDown', 3);
    await expect(box(8)).toBeFocused();
    await selected(4);
    for (const position of [5, 6, 7, 8]) await expect(box(position)).toBeChecked();
    await press('Shift+ArrowUp', 2);
    await expect(box(6)).toBeFocused();
    await selected(2);
    await expect(box(7)).not.toBeChecked();
    await expect(rowAt(owner, 6)).toHaveAttribute('aria-selected', 'true');
    await expect(rowAt(owner, 7)).toHaveAttribute('aria-selected', 'false');
    await press('Shift+ArrowUp', 4);
    await expect(box(2)).toBeFocused();
    await selected(4);
    for (const position of [2, 3, 4, 5]) await expect(box(position)).toBeChecked();
    await expect(box(6)).not.toBeChecked();
    await press('Shift+PageDown');
    await expect(box(2 + page)).toBeFocused();
    await selected(page + 2 - 5 + 1);
    await press('Escape');
    await expect(owner.getByRole('region', { name: 'Selection' })).toBeHidden();

    // A range from Space to Shift+Space.
    await press('Control+Home');
    await expect(box(0)).toBeFocused();
    await press('Space');
    await press('ArrowDown', 4);
    await expect(box(4)).toBeFocused();
    await press('Shift+Space');
    await selected(5);
    await expect(box(3)).toBeChecked();

    // All rows, no row, and all again by the message's Undo.
    await press('Control+a');
    await selected(last + 1);
    await expect(box(4)).toBeFocused();
    await press('Escape');
    await expect(owner.getByRole('region', { name: 'Selection' })).toBeHidden();
    await expect(box(4)).toBeFocused();
    const message = owner.getByRole('region', { name: 'Messages' });
    const unselected = message.locator('.toast').filter({ hasText: `${last + 1} mailboxes unselected.` });
    await pressOn(owner, unselected.getByRole('button', { name: 'Undo' }));
    await selected(last + 1);
    await expect(unselected).toBeHidden();
    await expectKeyboardHasPlace(owner, 'when Undo is removed with its message');

    // The search, from the list; it keeps the selection.
    await tabToGrid(owner);
    await press('/');
    await expect(owner.getByRole('searchbox', { name: 'Search mailboxes' })).toBeFocused();
    await keyboard.type('adele vance');
    await expect(owner).toHaveURL(/q=adele/);
    await expect(owner.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
    await expect(owner.getByRole('row', { name: /Adele Vance/ })).toBeVisible();
    await expect(owner.getByText(`(${last} hidden by the filter)`)).toBeVisible();
  });
});

test('selecting by the menu and by a pasted list', async ({ owner, tenant }) => {
  await link(owner, tenant, 8);
  await follow(owner, owner.getByRole('link', { name: 'Choose mailboxes' }), 'Mailboxes');
  const { keyboard } = owner;
  const available = await tabCount(owner, 'Available');
  const button = owner.getByRole('button', { name: 'Select…' });
  const menu = owner.getByRole('menu', { name: 'Select…' });
  const item = (name: string) => menu.getByRole('menuitem', { name });
  const selection = owner.getByRole('region', { name: 'Selection' });

  await pressOn(owner, button);
  await expect(item('Visible rows')).toBeFocused();
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await keyboard.press('ArrowDown');
  await expect(item(`Select all ${available}`)).toBeFocused();
  await keyboard.press('Enter');
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await expect(selection).toContainText(`${available} selected`);

  await keyboard.press('Enter');
  await expect(item('Visible rows')).toBeFocused();
  await keyboard.press('End');
  await expect(item('Paste a list…')).toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(item('None')).toBeFocused();
  await keyboard.press('Enter');
  await expect(selection).toBeHidden();
  await expect(button).toBeFocused();

  // Esc closes only the menu and focuses its button.
  await keyboard.press('Enter');
  await expect(item('Visible rows')).toBeFocused();
  await keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await expect(button).toBeFocused();

  // A list of addresses.
  await keyboard.press('Enter');
  await expect(item('Visible rows')).toBeFocused();
  await keyboard.press('ArrowUp');
  await expect(item('Paste a list…')).toBeFocused();
  await keyboard.press('Enter');
  const dialog = owner.getByRole('dialog', { name: 'Select by a list of addresses' });
  await expectKeyboardStaysIn(owner, dialog, 5);
  await tabTo(owner, dialog.getByLabel('Addresses'));
  await keyboard.type(`Adele Vance <adele.vance@${tenant.domain}>`);
  await keyboard.press('Enter');
  await keyboard.insertText(`privileged@${tenant.domain}`);
  await pressOn(owner, dialog.getByRole('button', { name: 'Look up 2 addresses' }));
  await expect(dialog).toContainText('2 mailboxes will be selected.');
  await expectKeyboardHasPlace(owner, 'when the answer has arrived and Look up is removed');
  await pressOn(owner, dialog.getByRole('button', { name: 'Select 2' }));
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  await expect(selection).toContainText('2 selected');
  await expect(owner.getByRole('row', { name: /Adele Vance/ }).getByRole('checkbox')).toBeChecked();
  await expect(owner.getByRole('row', { name: /Priya Privileged/ }).getByRole('checkbox')).toBeChecked();

  // The View menu stays open while columns are changed.
  const view = owner.getByRole('button', { name: 'View', exact: true });
  const columns = owner.getByRole('menu', { name: 'View' });
  const department = columns.getByRole('menuitemcheckbox', { name: 'Department' });
  await pressOn(owner, view);
  await expect(department).toBeFocused();
  await expect(department).toHaveAttribute('aria-checked', 'true');
  await keyboard.press('Space');
  await expect(department).toHaveAttribute('aria-checked', 'false');
  await expect(owner.getByRole('columnheader', { name: 'Department' })).toBeHidden();
  await keyboard.press('Enter');
  await expect(department).toHaveAttribute('aria-checked', 'true');
  await keyboard.press('Escape');
  await expect(columns).toBeHidden();
  await expect(view).toBeFocused();
});
