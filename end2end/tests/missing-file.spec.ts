// A page of the last release asks for a file that is gone.
import { hydrated, open } from '../fixtures/console';
import { expect, test } from '../fixtures/test';

for (const kind of ['css', 'js', 'wasm']) {
  test(`a page whose ${kind} is gone after an update reloads itself, once`, async ({ owner, problems }) => {
    problems.allow(/404|Failed to fetch|dynamically imported|WebAssembly|Wasm|uncaught: $/i);
    await open(owner, '/help');
    let missing = 1;
    let loads = 0;
    await owner.route('**/*', async (route) => {
      if (route.request().isNavigationRequest()) loads += 1;
      if (missing > 0 && new RegExp(`/pkg/.*\\.${kind}$`).test(route.request().url())) {
        missing -= 1;
        await route.fulfill({ status: 404 });
      } else {
        await route.continue();
      }
    });
    await owner.goto('/settings');
    await expect.poll(() => loads).toBe(2);
    await hydrated(owner);
    expect(missing).toBe(0);
    // Missing for good: not in a circle.
    missing = 100;
    await owner.goto('/help');
    await expect(owner.getByRole('heading', { name: 'Help and troubleshooting', level: 1 })).toBeVisible();
    await expect.poll(() => missing).toBeLessThan(100);
    await expect(owner.locator('.without-script')).toBeAttached();
    expect(loads).toBe(3);
  });
}
