import { defineConfig } from '@playwright/test';

/**
 * The end-to-end tests run against the release build, whose programs the fixtures start. `cargo xtask test e2e` builds
 * it and passes the paths (fixtures/programs.ts).
 */
export default defineConfig({
  testDir: 'tests',
  globalSetup: './global-setup.ts',
  // Each worker has its own server, simulator and browser: a single worker would leave half of two cores idle.
  workers: 2,
  fullyParallel: true,
  // A test that passes only at the second attempt shows a bug in the product or in the test.
  retries: 0,
  forbidOnly: true,
  // Every wait ends with an event; these limits are long enough for slow machines and only end tests that hang.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/report.json' }], ['html', { open: 'never' }], ['./fixtures/failures.ts']],
  use: {
    actionTimeout: 30_000,
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
    viewport: { width: 1280, height: 800 },
    // Different from the server's language and time zone: text that both sides format must still agree.
    locale: 'en-GB',
    timezoneId: 'Asia/Kolkata',
    permissions: ['clipboard-read', 'clipboard-write'],
    // Screenshots and contrast checks during a fade-in are meaningless.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    // Without screenshots: they would be taken in every test, and kept only for the few that fail.
    trace: { mode: 'retain-on-failure', screenshots: false },
  },
  projects: [
    // Only the tests that depend on colours run twice. They run first, because they take longest.
    { name: 'dark', use: { colorScheme: 'dark' }, testMatch: /accessibility.*\.spec\.ts/ },
    { name: 'light', use: { colorScheme: 'light' } },
  ],
});
