import { open } from '../fixtures/console';
import { connectAll, link } from '../fixtures/journey';
import { expect, test } from '../fixtures/test';

test.use({ mailboxes: 20 });

/** Display names from a directory. Each has a visible effect if it is treated as anything but text. */
const NAMES = [
  '<img src=x onerror="window.harmed=1">',
  '<script>window.harmed=1</script>',
  '"><svg onload="window.harmed=1">',
  '</title></script><script>window.harmed=1</script>',
  "';window.harmed=1;//",
  '{{constructor.constructor("window.harmed=1")()}}',
  'javascript:window.harmed=1',
  '=HYPERLINK("http://evil.example","click")',
  '+1+cmd|\' /C calc\'!A0',
  '@SUM(1+1)*cmd|\' /C calc\'!A0',
  '-2+3',
];

test('a name from the directory is text everywhere, and no formula in an export', async ({ owner, tenant, env, workspace }) => {
  const people = (await env.simulator.users(tenant.domain)).filter(({ has_mailbox, address }) => has_mailbox && !address.startsWith('admin@'));
  for (const [n, displayName] of NAMES.entries()) {
    const person = people[n];
    if (!person) throw new Error('not enough people');
    await env.simulator.control('POST', `tenants/${tenant.domain}/users/${person.id}`, { displayName, department: NAMES[(n + 1) % NAMES.length] });
  }
  await link(owner, tenant, 20);
  await connectAll(owner);
  const visited = ['/mailboxes?tab=all', '/', '/runs', '/activity', '/delegation'];
  for (const path of visited) {
    await open(owner, path);
    expect(await owner.evaluate(() => (window as unknown as { harmed?: number }).harmed), path).toBeUndefined();
  }
  await open(owner, '/mailboxes?tab=all');
  for (const name of NAMES.slice(0, 4)) {
    await expect(owner.getByRole('link', { name, exact: true })).toBeVisible();
  }
  // In the panel, in the list of departments, in the search field and in the URL.
  await owner.getByRole('link', { name: NAMES[0] ?? '', exact: true }).click();
  await expect(owner.getByRole('complementary', { name: NAMES[0] ?? '' }).getByRole('heading', { name: NAMES[0] ?? '' })).toBeVisible();
  await open(owner, `/mailboxes?tab=all&q=${encodeURIComponent(NAMES[2] ?? '')}`);
  await expect(owner.getByRole('searchbox')).toHaveValue(NAMES[2] ?? '');
  expect(await owner.evaluate(() => (window as unknown as { harmed?: number }).harmed)).toBeUndefined();

  const run = await owner.request.get('/runs');
  const id = /\/runs\/([0-9a-f-]{36})/.exec(await run.text())?.[1];
  const file = await (await owner.request.get(`/runs/${id}/results.csv`)).text();
  const cells = file.split('\r\n').flatMap((line) => line.split(',').map((cell) => cell.replace(/^"/, '')));
  expect(cells.filter((cell) => /^[=+@\t]/.test(cell)), 'no cell begins like a formula').toEqual([]);
  expect(cells.filter((cell) => /^-\d/.test(cell))).toEqual([]);
  expect(file).toContain('HYPERLINK');
  expect(workspace.workspace_id).toBeTruthy();
});
