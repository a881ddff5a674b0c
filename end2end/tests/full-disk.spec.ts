// The server's disk is full for a while, as a user sees it. What is stored meanwhile is a test of the server's process.
import { execFileSync } from 'node:child_process';
import { open } from '../fixtures/console';
import { expect, test } from '../fixtures/test';

test('a full disk is said, what was typed stays, and it is saved once there is room', async ({ owner, env }) => {
  const limit = (bytes: string): void => {
    execFileSync('prlimit', ['--pid', String(env.server.pid), `--fsize=${bytes}:unlimited`]);
  };
  await open(owner, '/settings');
  const name = owner.getByLabel('Name of the person');
  await name.fill('Adele Vance');
  limit('4096');
  try {
    await owner.getByRole('button', { name: 'Create an invitation' }).click();
    await expect(owner.getByText(/disk is full/)).toBeVisible();
    await expect(name).toHaveValue('Adele Vance');
    await test.info().attach('full disk', { body: await owner.screenshot(), contentType: 'image/png' });
  } finally {
    limit('unlimited');
  }
  await owner.getByRole('button', { name: 'Create an invitation' }).click();
  await expect(owner.getByLabel('Invitation link')).toBeVisible();
  await expect(owner.getByText(/disk is full/)).toBeHidden();
});
