import { expect } from '@playwright/test';
import { test } from '../fixtures/test';
import { tour, TOURED } from '../fixtures/tour';

test.use({ mailboxes: TOURED });
test.setTimeout(600_000);

/** Elements that differ from one run to the next: ids and times. */
const CHANGING = 'time, [data-testid="service-account-id"]';

test('pictures of every page', async ({ owner, problems, tenant, workspace, env }) => {
  await tour({ owner, problems, tenant, workspace, env }, async (name) => {
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

/** Scrolls to the top of the page, or to the element named in its URL. */
function scrolled(): void {
  const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
  if (named) named.scrollIntoView();
  else window.scrollTo(0, 0);
}

/** Covers the changing elements. Playwright's masks would also cover dialogs that lie over them. */
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
