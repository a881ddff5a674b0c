import { expectKeyboardHasPlace } from '../fixtures/keys';
import { expectAccessible } from '../fixtures/accessibility';
import { hydrated, open } from '../fixtures/console';
import { connectAll, expectCount, link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 20 });

test('a disconnect can be undone for ten seconds, in every window and after a reload', async ({ owner, tenant, context }) => {
  await link(owner, tenant, 20);
  const connected = await connectAll(owner);
  await open(owner, '/mailboxes?tab=connected');
  const other = await context.newPage();
  await open(other, '/');

  await owner.getByRole('checkbox', { name: 'Select all' }).click();
  await owner.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Disconnect' }).click();
  const dialog = owner.getByRole('dialog');
  await expect(dialog).toContainText('You can undo that for 10 seconds');
  await dialog.getByRole('button', { name: `Disconnect ${connected} mailboxes` }).click();

  const strip = owner.getByRole('region', { name: 'Running now' });
  await expect(strip).toContainText(`Disconnecting ${connected} mailboxes`);
  await expect(strip).toContainText(/You can undo this for \d+ s\./);
  await expect(owner.getByText(`Disconnecting ${connected} mailboxes. This can be undone for 10 seconds.`)).toBeAttached();
  await expect(owner.locator('.toast')).toHaveCount(0);
  // The same in another window, and after a reload.
  await expect(other.getByRole('region', { name: 'Running now' }).getByRole('button', { name: 'Undo' })).toBeVisible();
  await owner.reload();
  await hydrated(owner);
  await expect(strip.getByRole('button', { name: 'Undo' })).toBeVisible();
  await other.getByRole('region', { name: 'Running now' }).getByRole('button', { name: 'Undo' }).click();

  await expect(strip).toBeHidden();
  await expect(other.getByText(`Undone: ${connected} mailboxes stay connected.`)).toBeAttached();
  await expect(owner.getByTestId('meter')).toContainText(`${connected} of 2,000 slots used`);
  await expectCount(owner, 'Connected', connected);
  await expect(owner.getByRole('row', { name: /Adele Vance/ })).not.toContainText('Disconnecting');
});

test('Undo is reached and pressed by keyboard alone, and the focus is not lost', async ({ owner, tenant }) => {
  await link(owner, tenant, 20);
  const connected = await connectAll(owner);
  await open(owner, '/mailboxes?tab=connected&q=adele');
  const row = owner.getByRole('row', { name: /Adele Vance/ });
  const disconnect = row.getByRole('button', { name: /^Disconnect/ });
  const strip = owner.getByRole('region', { name: 'Running now' });
  const undo = strip.getByRole('button', { name: 'Undo' });

  // The shortcut, from the focused element.
  await disconnect.focus();
  await owner.keyboard.press('Enter');
  await expect(strip).toContainText('Disconnecting 1 mailbox');
  await expect(row).toContainText('Disconnecting…');
  await expectAccessible(owner);
  await owner.keyboard.press('Control+z');
  await expect(strip).toBeHidden();
  await expect(row).not.toContainText('Disconnecting…');

  // Shift+Tab up to the strip: it comes before the page's content.
  await disconnect.focus();
  await owner.keyboard.press('Enter');
  await expect(undo).toBeVisible();
  for (let i = 0; i < 60 && !(await undo.evaluate((button) => button === document.activeElement)); i += 1) {
    await owner.keyboard.press('Shift+Tab');
  }
  await expect(undo).toBeFocused();
  await owner.keyboard.press('Enter');
  await expect(strip).toBeHidden();
  await expectKeyboardHasPlace(owner, 'when Undo is removed with its line');
  await expect(owner.getByTestId('meter')).toContainText(`${connected} of 2,000 slots used`);
});

test('after ten seconds the disconnect is carried out, and a late Undo reports it', async ({ owner, tenant, env, workspace }) => {
  await link(owner, tenant, 20);
  const connected = await connectAll(owner);
  await open(owner, '/mailboxes?tab=connected&q=adele');
  // The request of Undo is delayed until after the ten seconds.
  let send = () => {};
  const sent = new Promise<void>((resolve) => (send = resolve));
  await owner.route(/undo_run/, async (route) => {
    await sent;
    await route.continue();
  });
  await owner.getByRole('row', { name: /Adele Vance/ }).getByRole('button', { name: /^Disconnect/ }).click();
  const strip = owner.getByRole('region', { name: 'Running now' });
  await strip.getByRole('button', { name: 'Undo' }).click();
  await expect(strip).toBeHidden({ timeout: 20_000 });
  await expect(owner.getByTestId('meter')).toContainText(`${connected - 1} of 2,000 slots used`);
  await expect(owner.locator('.toast')).toHaveCount(0);
  send();
  await expect(owner.locator('.toast')).toContainText('Too late to undo: the disconnect has started.');
  expect(env.server.slotsCheck(workspace.workspace_id)).toContain(`mailboxes ${connected - 1} used 0 reserved: exact`);
});
