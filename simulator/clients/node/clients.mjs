import { ConfidentialClientApplication } from '@azure/msal-node';
import { Client } from '@microsoft/microsoft-graph-client';
import { application, GRAPH, url } from './simulator.mjs';

/** MSAL for one organisation, with a secret or a certificate. */
export function msal(domain, credential = { clientSecret: application.secret }) {
  return new ConfidentialClientApplication({
    auth: {
      clientId: application.id,
      authority: `${url}/${domain}`,
      // As for a national cloud: the host is not one of Microsoft's own.
      knownAuthorities: [new URL(url).host],
      ...credential,
    },
  });
}

/** A token for Graph; with `skipCache`, MSAL requests a new one in any case. */
export async function token(client, skipCache = false) {
  return (await client.acquireTokenByClientCredential({ scopes: [GRAPH], skipCache })).accessToken;
}

/** Graph's client with its default middleware; MSAL provides the tokens. */
export function graph(domain) {
  const client = msal(domain);
  return Client.initWithMiddleware({
    authProvider: { getAccessToken: () => token(client) },
    baseUrl: `${url}/`,
    customHosts: new Set([new URL(url).hostname]),
  });
}
