// The server cannot write for a while, as a user sees it: a limit of file sizes, which SQLite reports as a failed write (a
// full disk has words of its own). What is stored meanwhile is a test of the server's process.
import { execFileSync } from 'node:child_process';
import { open } from '../fixtures/console';
import { expect, test } from '../fixtures/test';

test('what cannot be saved is said, what was typed stays, and it is saved once that is possible', async ({ owner, env }) => {
  const limit = (bytes: string): void => {
    execFileSync('prlimit', ['--pid', String(env.server.pid), `--fsize=${bytes}:unlimited`]);
  };
  await open(owner, '/settings');
  const name = owner.getByLabel('Name of the person');
  await name.fill('Adele Vance');
  const cannot = owner.getByText(/database is not available|disk is full/);
  limit('4096');
  try {
    await owner.getByRole('button', { name: 'Create an invitation' }).click();
    await expect(cannot).toBeVisible();
    await expect(name).toHaveValue('Adele Vance');
    await test.info().attach('cannot save', { body: await owner.screenshot(), contentType: 'image/png' });
  } finally {
    limit('unlimited');
  }
  await owner.getByRole('button', { name: 'Create an invitation' }).click();
  await expect(owner.getByLabel('Invitation link')).toBeVisible();
  await expect(cannot).toBeHidden();
});
