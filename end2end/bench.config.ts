import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** `cargo xtask bench table`: it judges nothing, so nothing is retried or traced. */
export default defineConfig(tests, {
  testDir: 'bench',
  timeout: 900_000,
  reporter: [['line']],
  use: { trace: 'off', screenshot: 'off' },
  projects: [{ name: 'bench', use: { colorScheme: 'light' } }],
});
