import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves the React page and its rows on a port of its own. */
export class Peer {
  private server: Server | undefined;
  url = '';

  async start(rows: unknown): Promise<void> {
    const file = (path: string) => readFileSync(new URL(`../peers/${path}`, import.meta.url));
    const files: Record<string, [string, string | Buffer]> = {
      '/': ['text/html', file('index.html')],
      '/table.js': ['text/javascript', file('dist/table.js')],
      '/rows.json': ['application/json', JSON.stringify(rows)],
    };
    this.server = createServer((request, response) => {
      const found = files[request.url ?? ''];
      response.writeHead(found ? 200 : 404, { 'content-type': found?.[0] ?? 'text/plain' }).end(found?.[1]);
    });
    await new Promise<void>((ready) => this.server?.listen(0, '127.0.0.1', ready));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
