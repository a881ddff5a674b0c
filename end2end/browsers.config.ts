import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** Configuration of `cargo xtask soak browsers`: the main job in Firefox and in WebKit, which WebDriver operates. */
export default defineConfig(tests, {
  workers: 1,
  testDir: 'browsers',
  timeout: 600_000,
  reporter: [['list'], ['./fixtures/failures.ts']],
  use: { trace: 'off', screenshot: 'off' },
  // One project of that name: configurations are merged.
  projects: [{ name: 'light' }],
});
