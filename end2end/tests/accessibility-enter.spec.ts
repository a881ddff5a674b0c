import { expect, test } from '../fixtures/test';
import { expectAccessible } from '../fixtures/accessibility';

test('the one-time link signs the owner in, once', async ({ page, owner, workspace }) => {
  await expect(owner.getByRole('main')).toBeVisible();
  await expectAccessible(owner);

  // The second use of the link shows a message, not the console.
  const second = await page.context().browser()?.newContext();
  const stranger = await second?.newPage();
  await stranger?.goto(workspace.enter_url);
  await expect(stranger?.getByRole('heading', { name: 'This link does not work any more' }) ?? page.getByRole('main')).toBeVisible();
  await second?.close();
});
