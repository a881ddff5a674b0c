import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** Configuration of `cargo xtask bench table` and `bench updates`: tracing is off, because they measure. */
export default defineConfig(tests, {
  workers: 1,
  testDir: 'bench',
  timeout: 900_000,
  reporter: [['line']],
  use: { trace: 'off', screenshot: 'off' },
});
