import { expectAccessible, expectReflow } from '../fixtures/accessibility';
import { test } from '../fixtures/test';
import { tour, TOURED } from '../fixtures/tour';

// A trace of hundreds of checks takes longer than the checks; axe's findings name their elements.
test.use({ mailboxes: TOURED, trace: 'off' });
test.setTimeout(900_000);

const HEIGHT = 900;
const WIDE = { width: 1280, height: HEIGHT };

/** Runs in light and in dark: every page and its main states, at several widths, text sizes and in forced colours. */
test('axe finds nothing on any page', async ({ owner, problems, tenant, workspace, env }, testInfo) => {
  const light = testInfo.project.name === 'light';
  await tour({ owner, problems, tenant, workspace, env }, async (name) => {
    for (const width of [1280, 390]) {
      await owner.setViewportSize({ width, height: HEIGHT });
      await expectAccessible(owner, `on ${name} at ${width} px`);
    }
    if (light) {
      await owner.setViewportSize({ width: 320, height: HEIGHT });
      await expectAccessible(owner, `on ${name} at 320 px`, 'layout');
      await expectReflow(owner, `on ${name} at 320 px`);
      await owner.setViewportSize(WIDE);
      await owner.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
      await expectAccessible(owner, `on ${name} with text at 200 %`, 'layout');
      await expectReflow(owner, `on ${name} with text at 200 %`);
      await owner.evaluate(() => document.documentElement.style.removeProperty('font-size'));
      await owner.emulateMedia({ forcedColors: 'active' });
      await expectAccessible(owner, `on ${name} in forced colours`, 'layout');
      await owner.emulateMedia({ forcedColors: 'none' });
    }
    await owner.setViewportSize(WIDE);
  });
});
