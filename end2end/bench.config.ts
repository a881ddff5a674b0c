import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** `cargo xtask bench table` and `bench updates`: they measure, so nothing is traced. */
export default defineConfig(tests, {
  workers: 1,
  testDir: 'bench',
  timeout: 900_000,
  reporter: [['line']],
  use: { trace: 'off', screenshot: 'off' },
});
