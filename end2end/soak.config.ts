import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** `cargo xtask soak keyboard`: hundreds of rounds in one test, so nothing is traced. */
export default defineConfig(tests, {
  workers: 1,
  testDir: 'soak',
  timeout: 3_600_000,
  // A key that was lost stays lost: nothing is gained by waiting longer.
  expect: { timeout: 6_000 },
  reporter: [['line']],
  use: { trace: 'off', screenshot: 'off' },
  projects: [{ name: 'light', use: { colorScheme: 'light' } }],
});
