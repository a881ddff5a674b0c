import type { Locator, Page } from '@playwright/test';
import { open } from '../fixtures/console';
import { rowAt } from '../fixtures/keys';
import { expect } from '../fixtures/test';
import type { Typist } from './typist';

/** One thing that people do by the keyboard: it begins at rest, is typed without looking, and ends as it began. */
export interface Script {
  name: string;
  /** The page it happens on. */
  path: string;
  play(page: Page, typist: Typist): Promise<void>;
}

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const bar = (page: Page): Locator => page.getByRole('region', { name: 'Selection' });
const box = (page: Page, place: number): Locator => rowAt(page, place).getByRole('checkbox');

async function selected(page: Page, places: number[]): Promise<void> {
  if (places.length === 0) return expect(bar(page)).toBeHidden();
  await expect(bar(page)).toContainText(`${places.length} selected`);
  for (const place of places) await expect(box(page, place)).toBeChecked();
}

/** From 0 to 11: also rows that are mounted only once they are scrolled to. */
const somewhere = (typist: Typist): number => 1 + typist.noise.below(11);

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
    name: 'rows are selected while the keyboard runs ahead',
    path: '/mailboxes',
    async play(page, typist) {
      const [first, more, range] = [somewhere(typist), somewhere(typist), somewhere(typist) % 5];
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
    name: 'the panel opens on the row that the keyboard is on',
    path: '/mailboxes',
    async play(page, typist) {
      const place = somewhere(typist);
      const name = await rowAt(page, place).locator('a.name').innerText();
      await box(page, 0).focus();
      await typist.repeat('ArrowDown', place);
      await typist.type('Enter');
      await expect(page.getByRole('complementary').getByRole('heading', { name, exact: true })).toBeFocused();
      await typist.type('Escape');
      await expect(page.getByRole('complementary')).toBeHidden();
      await expect(box(page, place)).toBeFocused();
    },
  },
  {
    name: 'the panel is closed before it has come',
    path: '/mailboxes',
    async play(page, typist) {
      const place = somewhere(typist);
      await box(page, 0).focus();
      await typist.repeat('ArrowDown', place);
      await typist.type('Enter', 'Escape');
      await expect(page).not.toHaveURL(/mailbox=/);
      await expect(page.getByRole('complementary')).toBeHidden();
      await expect(box(page, place)).toBeFocused();
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
    name: 'what is typed into a dialog outlives it',
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
    name: 'a tab of the list, by arrow and Enter',
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
      const to = typist.noise.pick(['Activity', 'Settings', 'Setup']);
      await page.getByRole('navigation').getByRole('link', { name: to, exact: true }).focus();
      await typist.type('Enter', 'Tab');
      // The focused element must keep the focus as long as it exists. No event ends this check, so it waits.
      const led = await page.evaluate(async () => {
        const on = document.activeElement;
        const moved = on !== null && on !== document.body && on.tagName !== 'H1';
        await new Promise((over) => setTimeout(over, 400));
        return moved && on.isConnected && document.activeElement !== on;
      });
      expect(led, 'the keyboard is led back').toBe(false);
      await expect(page.getByRole('heading', { name: to, level: 1 })).toBeVisible();
      await expect(page.locator('body')).not.toBeFocused();
      await open(page, '/runs');
    },
  },
];
