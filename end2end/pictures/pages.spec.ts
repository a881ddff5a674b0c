import { expect } from '@playwright/test';
import { test } from '../fixtures/test';
import { tour, TOURED } from '../fixtures/tour';

test.use({ mailboxes: TOURED });
test.setTimeout(600_000);

/** What differs from one run to the next: ids, and times of day. */
const CHANGING = 'time, [data-testid="service-account-id"]';

test('pictures of every page', async ({ owner, problems, tenant, workspace, world }) => {
  await tour({ owner, problems, tenant, workspace, world }, async (name) => {
    for (const width of [1280, 390]) {
      await owner.setViewportSize({ width, height: 900 });
      await owner.evaluate(() => window.scrollTo(0, 0));
      const mask = [owner.locator(CHANGING)];
      await expect.soft(owner).toHaveScreenshot([name, `${width}.png`], { mask, maskColor: '#bbb' });
    }
    await owner.setViewportSize({ width: 1280, height: 900 });
  });
});
