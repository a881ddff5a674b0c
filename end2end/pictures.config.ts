import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** Configuration of `cargo xtask pictures`: compares screenshots of the pages with the stored ones. */
export default defineConfig(tests, {
  workers: 1,
  testDir: 'pictures',
  snapshotPathTemplate: 'pictures/goldens/{projectName}/{arg}{ext}',
  // Fonts differ a little from one machine to the next.
  expect: { toHaveScreenshot: { maxDiffPixelRatio: 0.01 } },
  projects: [
    { name: 'light', use: { colorScheme: 'light' } },
    { name: 'dark', use: { colorScheme: 'dark' }, testMatch: /.*/ },
  ],
});
