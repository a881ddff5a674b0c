import type { Locator, Page } from '@playwright/test';
import { open } from '../fixtures/console';
import { rowAt } from '../fixtures/keys';
import { expect } from '../fixtures/test';
import type { Typist } from './typist';

/** One keyboard task: it starts on a settled page, types without waiting, and ends in the initial state. */
export interface Script {
  name: string;
  /** The path of its page. */
  path: string;
  play(page: Page, typist: Typist): Promise<void>;
}

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const bar = (page: Page): Locator => page.getByRole('region', { name: 'Selection' });
const box = (page: Page, position: number): Locator => rowAt(page, position).getByRole('checkbox');

async function selected(page: Page, positions: number[]): Promise<void> {
  if (positions.length === 0) return expect(bar(page)).toBeHidden();
  await expect(bar(page)).toContainText(`${positions.length} selected`);
  for (const position of positions) await expect(box(page, position)).toBeChecked();
}

/** A position from 1 to 11, also of rows that are mounted only once they are scrolled to. */
const randomPosition = (typist: Typist): number => 1 + typist.random.below(11);

export const SCRIPTS: Script[] = [
  {
    name: 'the Select menu opens the pasted list',
    path: '/mailboxes',
    async play(page, typist) {
      const dialog = page.getByRole('dialog', { name: 'Select by a list of addresses' });
      await button(page, 'View').focus();
      await typist.type('Enter', 'Escape');
      await expect(button(page, 'View')).toBeFocused();
      await button(page, 'Select…').focus();
      await typist.type('Enter', 'End', 'Enter');
      await expect(dialog).toBeVisible();
      await expect(dialog.locator(':focus')).toHaveCount(1);
      await typist.type('Escape');
      await expect(dialog).toBeHidden();
      await expect(button(page, 'Select…')).toBeFocused();
      await selected(page, []);
    },
  },
  {
    name: 'the Select menu selects all and none',
    path: '/mailboxes',
    async play(page, typist) {
      await button(page, 'Select…').focus();
      await typist.type('Enter', 'ArrowDown', 'Enter');
      await expect(bar(page)).toContainText(/^\d+ selected/);
      await expect(button(page, 'Select…')).toBeFocused();
      await typist.type('Enter', 'End', 'ArrowUp', 'Enter');
      await expect(bar(page)).toBeHidden();
      await expect(button(page, 'Select…')).toBeFocused();
    },
  },
  {
    name: 'a menu opened, closed and opened again',
    path: '/mailboxes',
    async play(page, typist) {
      const menu = page.getByRole('menu', { name: 'Select…' });
      await button(page, 'Select…').focus();
      await typist.type('Enter', 'Escape', 'Enter', 'ArrowUp');
      await expect(menu.getByRole('menuitem', { name: 'Paste a list…' })).toBeFocused();
      await typist.type('Escape');
      await expect(menu).toBeHidden();
      await expect(button(page, 'Select…')).toBeFocused();
    },
  },
  {
    name: 'the View menu hides a column and shows it again',
    path: '/mailboxes',
    async play(page, typist) {
      const column = page.getByRole('columnheader', { name: 'Department' });
      await expect(column).toBeVisible();
      await button(page, 'View').focus();
      await typist.type('Enter', 'Space', 'ArrowDown', 'Escape');
      await expect(column).toBeHidden();
      await expect(button(page, 'View')).toBeFocused();
      await typist.type('Enter', 'ArrowUp', 'Home', 'Enter', 'Escape');
      await expect(column).toBeVisible();
      await expect(button(page, 'View')).toBeFocused();
    },
  },
  {
    name: 'rows are selected by keys typed ahead of the page',
    path: '/mailboxes',
    async play(page, typist) {
      const [first, more, range] = [randomPosition(typist), randomPosition(typist), randomPosition(typist) % 5];
      await box(page, 0).focus();
      await typist.repeat('ArrowDown', first);
      await typist.type('Space');
      await typist.repeat('ArrowDown', more);
      await typist.type('Space');
      await typist.repeat('Shift+ArrowDown', range);
      await typist.type('Home');
      await selected(page, [first, ...Array.from({ length: range + 1 }, (_, n) => first + more + n)]);
      await expect(box(page, first + more + range)).toBeFocused();
      await typist.type('Escape', 'Control+Home');
      await selected(page, []);
      await expect(box(page, 0)).toBeFocused();
    },
  },
  {
    name: 'the panel opens for the focused row',
    path: '/mailboxes',
    async play(page, typist) {
      const position = randomPosition(typist);
      const name = await rowAt(page, position).locator('a.name').innerText();
      await box(page, 0).focus();
      await typist.repeat('ArrowDown', position);
      await typist.type('Enter');
      await expect(page.getByRole('complementary').getByRole('heading', { name, exact: true })).toBeFocused();
      await typist.type('Escape');
      await expect(page.getByRole('complementary')).toBeHidden();
      await expect(box(page, position)).toBeFocused();
    },
  },
  {
    name: 'the panel is closed before it has opened',
    path: '/mailboxes',
    async play(page, typist) {
      const position = randomPosition(typist);
      await box(page, 0).focus();
      await typist.repeat('ArrowDown', position);
      await typist.type('Enter', 'Escape');
      await expect(page).not.toHaveURL(/mailbox=/);
      await expect(page.getByRole('complementary')).toBeHidden();
      await expect(box(page, position)).toBeFocused();
    },
  },
  {
    name: 'the review opens, closes and opens again',
    path: '/mailboxes',
    async play(page, typist) {
      const dialog = page.getByRole('dialog');
      await box(page, 0).focus();
      await typist.type('Space');
      const review = button(page, 'Review & connect');
      await review.focus();
      await typist.type('Enter', 'Escape', 'Enter');
      await expect(dialog).toBeVisible();
      await expect(dialog.locator(':focus')).toHaveCount(1);
      await typist.type('Escape');
      await expect(dialog).toBeHidden();
      await expect(review).toBeFocused();
      await button(page, 'Clear').focus();
      await typist.type('Enter', 'Control+z');
      await selected(page, []);
    },
  },
  {
    name: 'text typed into a dialog is kept when it closes',
    path: '/users',
    async play(page, typist) {
      const id = page.getByLabel('Client ID');
      await button(page, 'Add new').focus();
      await typist.type('Enter', 'Tab', 'Control+a', 'a', 'b', 'c', 'Escape');
      await expect(button(page, 'Add new')).toBeFocused();
      await typist.type('Enter', 'Tab', 'End', 'd');
      await expect(id).toHaveValue('abcd');
      await expect(id).toBeFocused();
      await typist.type('Escape');
      await expect(button(page, 'Add new')).toBeFocused();
    },
  },
  {
    name: 'a tab of the list opens by arrow keys and Enter',
    path: '/mailboxes',
    async play(page, typist) {
      const tab = (name: string) => page.getByRole('tab', { name });
      await tab('Available').focus();
      await typist.type('ArrowRight', 'Enter', 'ArrowLeft', 'Enter', 'ArrowRight');
      await expect(tab('Available')).toHaveAttribute('aria-selected', 'true');
      await expect(tab('Connected')).toBeFocused();
      await tab('Available').focus();
      await expect(page.getByRole('tabpanel')).not.toHaveAttribute('aria-busy');
    },
  },
  {
    name: 'focus stays where Tab has moved it on a new page',
    path: '/runs',
    async play(page, typist) {
      const to = typist.random.pick(['Activity', 'Settings', 'Setup']);
      await page.getByRole('navigation').getByRole('link', { name: to, exact: true }).focus();
      await typist.type('Enter', 'Tab');
      // The focused element must keep the focus as long as it exists. No event ends this check, so it waits.
      const stolen = await page.evaluate(async () => {
        const on = document.activeElement;
        const moved = on !== null && on !== document.body && on.tagName !== 'H1';
        await new Promise((over) => setTimeout(over, 400));
        return moved && on.isConnected && document.activeElement !== on;
      });
      expect(stolen, 'the focus is moved back').toBe(false);
      await expect(page.getByRole('heading', { name: to, level: 1 })).toBeVisible();
      await expect(page.locator('body')).not.toBeFocused();
      await open(page, '/runs');
    },
  },
];
