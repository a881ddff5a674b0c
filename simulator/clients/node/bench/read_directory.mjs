// Reads contoso.com's whole directory with Microsoft's client, as a first delta round, and prints time, CPU and memory.
import { graph } from '../clients.mjs';

const SELECT =
  'id,displayName,mail,userPrincipalName,accountEnabled,userType,assignedPlans,proxyAddresses,department,jobTitle,onPremisesSyncEnabled';

const client = graph('contoso.com');
await client.api('/organization').get(); // gets the token outside of the measurement
const [start, before] = [performance.now(), process.cpuUsage()];
const seen = new Set();
let page = await client.api(`/users/delta?$select=${SELECT}`).get();
for (;;) {
  for (const user of page.value) seen.add(user.id);
  if (!page['@odata.nextLink']) break;
  page = await client.api(page['@odata.nextLink']).get();
}
const cpu = process.cpuUsage(before);
console.log(
  JSON.stringify({
    users: seen.size,
    seconds: (performance.now() - start) / 1000,
    cpu_seconds: (cpu.user + cpu.system) / 1e6,
    peak_mb: process.resourceUsage().maxRSS / 1024,
  }),
);
