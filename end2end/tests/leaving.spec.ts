// Leaving a page does not take back what was clicked.
import { open } from '../fixtures/console';
import { expect, test } from '../fixtures/test';

test('what was clicked is done, even if the page is left before the request is sent', async ({ owner }) => {
  await open(owner, '/settings');
  let leave!: () => void;
  const left = new Promise<void>((resolve) => (leave = resolve));
  await owner.route('**/invite_member', async (route) => {
    await left;
    // Fails if the browser has given the request up.
    await route.continue().catch(() => {});
  });
  await owner.getByLabel('Name of the person').fill('Petra Quick');
  const sent = owner.waitForRequest('**/invite_member');
  await owner.getByRole('button', { name: 'Create an invitation' }).click();
  await sent;
  await open(owner, '/help');
  leave();
  await expect(async () => {
    await open(owner, '/settings');
    await expect(owner.getByText('Petra Quick').first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
});
