import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Authority, createAuthority, signServer } from '../../shared/engine/pki.ts';

/** A listener that signs for whatever host asks, so that engines come up without the whole product. */
export interface EnrolmentDesk {
  port: number;
  authority: Authority;
  close(): Promise<void>;
}

export async function openEnrolmentDesk(labId: string): Promise<EnrolmentDesk> {
  const authority = await createAuthority(labId, Date.now());
  const server = createServer(async (request, response) => {
    const query = new URL(request.url ?? '/', 'http://desk').searchParams;
    const csr = await text(request);
    const addresses = [query.get('address') ?? ''];
    const machine = query.get('machine') ?? '';
    const certificate = await signServer({ authority, csr, machine, addresses, now: Date.now() });
    response.end(certificate + authority.cert);
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    authority,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
