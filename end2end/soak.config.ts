import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** Configuration of `cargo xtask soak keyboard`: hundreds of rounds in one test, so tracing is off. */
export default defineConfig(tests, {
  workers: 1,
  testDir: 'soak',
  timeout: 3_600_000,
  // A lost key stays lost, so waiting longer gains nothing.
  expect: { timeout: 6_000 },
  reporter: [['line']],
  use: { trace: 'off', screenshot: 'off' },
  projects: [{ name: 'light', use: { colorScheme: 'light' } }],
});
