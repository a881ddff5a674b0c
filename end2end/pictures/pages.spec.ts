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
      await owner.evaluate(scrolled);
      await owner.evaluate(covered, CHANGING);
      await expect.soft(owner).toHaveScreenshot([name, `${width}.png`]);
    }
    await owner.evaluate(uncovered, CHANGING);
    await owner.setViewportSize({ width: 1280, height: 900 });
  });
});

/** To the top of the page, or to what its address names. */
function scrolled(): void {
  const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (named) named.scrollIntoView();
  else window.scrollTo(0, 0);
}

/** Plates over what changes. Playwright's own would also lie over dialogs that hide it. */
function covered(changing: string): void {
  for (const element of document.querySelectorAll<HTMLElement>(changing)) {
    element.style.setProperty('background', '#bbb', 'important');
    element.style.setProperty('color', 'transparent', 'important');
  }
}

function uncovered(changing: string): void {
  for (const element of document.querySelectorAll<HTMLElement>(changing)) {
    element.style.removeProperty('background');
    element.style.removeProperty('color');
  }
}
