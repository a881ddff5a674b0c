/** The simulator's address: https, with a host name of its certificate. */
export const url = required('SIMULATOR_URL');

export const application = { id: '00001111-aaaa-2222-bbbb-3333cccc4444', secret: 'simulated-secret' };
export const GRAPH = 'https://graph.microsoft.com/.default';

/** Calls a control; an answer that is not 2xx is an error. */
export async function control(method, path, body) {
  const response = await fetch(`${url}/_sim/${path}`, { method, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** Creates an organisation with this number of mailboxes, which has approved the application. */
export async function tenant(domain, mailboxes) {
  const made = await control('POST', 'tenants', { domain, mailboxes });
  await control('POST', `tenants/${domain}/consent`, { granted: true });
  return made;
}

/** The requests for a tenant in the simulator's log, oldest first. */
export async function requests(domain, conditions = {}) {
  const query = new URLSearchParams({ tenant: domain, ...conditions });
  return (await control('GET', `requests?${query}`)).requests;
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask test clients\``);
  return value;
}
