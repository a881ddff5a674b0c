import { expectAccessible, expectReflow } from '../fixtures/accessibility';
import { expect, test } from '../fixtures/test';

/** Runs in light and in dark. */
test('axe finds nothing in any state of any component', async ({ page }) => {
  await page.goto('/styleguide');
  await expect(page.getByRole('heading', { name: 'Status', exact: true })).toBeVisible();
  for (const width of [1280, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await expectAccessible(page, `at ${width} px`);
    await expectReflow(page, `at ${width} px`);
  }
  await page.emulateMedia({ forcedColors: 'active' });
  await expectAccessible(page, 'in forced colours');
});
