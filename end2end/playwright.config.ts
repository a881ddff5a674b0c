import { defineConfig } from '@playwright/test';

/**
 * The journeys run against the release build, whose programs the fixtures start: `cargo xtask test e2e` builds it
 * and says where it is (global-setup.ts).
 */
export default defineConfig({
  testDir: 'tests',
  globalSetup: './global-setup.ts',
  // Each has a server, a simulator and a browser of its own: one for two cores would leave half of them idle.
  workers: 2,
  fullyParallel: true,
  // A test that passes at the second try is a bug of ours or of the test.
  retries: 0,
  forbidOnly: true,
  // Every wait ends with an event, so a slow machine may have its time: these only end what hangs.
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
    // Neither the server's language nor its time zone: what is formatted twice must still agree.
    locale: 'en-GB',
    timezoneId: 'Asia/Kolkata',
    permissions: ['clipboard-read', 'clipboard-write'],
    // Pictures and contrast checks of a page that is still fading in say nothing.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    // Without pictures: they are taken of every test, and kept of the few that fail.
    trace: { mode: 'retain-on-failure', screenshots: false },
  },
  projects: [
    // Only what depends on colours runs twice. First, because it takes longest.
    { name: 'dark', use: { colorScheme: 'dark' }, testMatch: /accessibility.*\.spec\.ts/ },
    { name: 'light', use: { colorScheme: 'light' } },
  ],
});
