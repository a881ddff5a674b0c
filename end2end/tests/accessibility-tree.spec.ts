import { expectCount, link } from '../fixtures/journey';
import { arrowTo, follow, openTab, pressOn, tabTo, tabToGrid, typeInto } from '../fixtures/keys';
import type { Tenant } from '../fixtures/simulator';
import { expect, test, type Environment } from '../fixtures/test';

test.use({ mailboxes: 4 });

test('the accessibility tree of the table, the dialogs, the panel and the menus', async ({ owner, tenant, env }) => {
  await createUsers(env, tenant);
  await link(owner, tenant, 8);
  await follow(owner, owner.getByRole('link', { name: 'Choose mailboxes' }), 'Mailboxes');
  const { keyboard } = owner;
  const dialog = owner.getByRole('dialog');
  const row = (name: string) => owner.getByRole('row', { name: new RegExp(name) });

  // The Select menu, without a selection.
  const select = owner.getByRole('button', { name: 'Select…' });
  await pressOn(owner, select);
  await expect(owner.getByRole('menuitem', { name: 'Visible rows' })).toBeFocused();
  const menu = (name: string) => owner.getByRole('menu', { name });
  await expect.soft(menu('Select…')).toMatchAriaSnapshot({ name: 'select-menu.aria.yml' });
  await expect.soft(select).toMatchAriaSnapshot({ name: 'select-button.aria.yml' });
  await keyboard.press('Escape');
  await expect(select).toBeFocused();

  // Two are connected, one of them breaks, one is selected: the table has every state.
  await tabToGrid(owner);
  for (const name of ['Ada Admin', 'Adele Vance']) {
    await arrowTo(owner, row(name));
    await keyboard.press('Space');
    await expect(row(name).getByRole('checkbox')).toBeChecked();
  }
  await pressOn(owner, owner.getByRole('button', { name: 'Review & connect' }));
  const connect = dialog.getByRole('button', { name: 'Connect 2 mailboxes' });
  await expect(connect).toBeEnabled();
  await expect.soft(dialog).toMatchAriaSnapshot({ name: 'review-dialog.aria.yml' });
  await pressOn(owner, connect);
  await expectCount(owner, 'Connected', 2, { timeout: 30_000 });
  await expect(owner.getByRole('region', { name: 'Running now' })).toBeHidden();
  await env.simulator.control('POST', `tenants/${tenant.domain}/mailboxes/adele.vance@${tenant.domain}/break`, {
    code: 'ErrorAccessDenied:RAOP',
  });
  await pressOn(owner, owner.getByRole('button', { name: 'Check now', exact: true }));
  await expectCount(owner, 'Needs attention', 1);
  await expect(owner.getByRole('region', { name: 'Running now' })).toBeHidden();
  await openTab(owner, 'All');
  await tabToGrid(owner);
  await arrowTo(owner, row('Nina New'));
  await keyboard.press('Space');
  await expect(row('Nina New').getByRole('checkbox')).toBeChecked();
  await expect.soft(owner.getByRole('grid')).toMatchAriaSnapshot({ name: 'table.aria.yml' });

  // The panel.
  await arrowTo(owner, row('Adele Vance'));
  await keyboard.press('Enter');
  const panel = owner.getByRole('complementary', { name: 'Adele Vance' });
  await expect(panel.getByRole('heading', { name: 'Adele Vance' })).toBeFocused();
  await expect.soft(panel).toMatchAriaSnapshot({ name: 'panel.aria.yml' });
  await keyboard.press('Escape');
  await expect(panel).toBeHidden();

  // The View menu.
  const view = owner.getByRole('button', { name: 'View', exact: true });
  await pressOn(owner, view);
  await expect.soft(menu('View')).toMatchAriaSnapshot({ name: 'view-menu.aria.yml' });
  await keyboard.press('Escape');

  // The dialog for a pasted list, before and after the lookup.
  await pressOn(owner, select);
  await keyboard.press('End');
  await keyboard.press('Enter');
  await tabTo(owner, dialog.getByLabel('Addresses'));
  for (const line of [`privileged@${tenant.domain}`, `adele.vance@${tenant.domain}`, 'nobody@contoso.example']) {
    await keyboard.insertText(line);
    await keyboard.press('Enter');
  }
  await keyboard.insertText('no@address@');
  await expect.soft(dialog).toMatchAriaSnapshot({ name: 'paste-dialog-asking.aria.yml' });
  await pressOn(owner, dialog.getByRole('button', { name: /^Look up/ }));
  await expect(dialog).toContainText('will be selected');
  await expect.soft(dialog).toMatchAriaSnapshot({ name: 'paste-dialog-answered.aria.yml' });
  await keyboard.press('Escape');

  // Add new, with an invalid client ID.
  await follow(owner, owner.getByRole('link', { name: 'User management' }), 'User management');
  await pressOn(owner, owner.getByRole('button', { name: 'Add new' }));
  await typeInto(owner, dialog.getByLabel('Client ID'), 'nonsense');
  await keyboard.press('Enter');
  await expect(dialog).toContainText('This is not a client ID');
  await expect.soft(dialog).toMatchAriaSnapshot({ name: 'add-new-dialog.aria.yml' });
});

/** Creates users of all kinds with fixed names: the simulator derives other names from the organisation's domain. */
async function createUsers(env: Environment, tenant: Tenant): Promise<void> {
  for (const person of [
    { displayName: 'Info', local_part: 'info', kind: 'shared' },
    { displayName: 'Kepler', local_part: 'kepler', kind: 'room' },
    { displayName: 'Nina New', local_part: 'nina.new', department: 'Sales' },
    { displayName: 'Otto Outside', local_part: 'otto.outside', kind: 'unlicensed' },
  ]) {
    await env.simulator.control('POST', `tenants/${tenant.domain}/users`, person);
  }
}
