import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeInstance } from '../fake-ec2/instances/instance.ts';

/** What of an instance its machine is told. */
export type Described = Pick<FakeInstance, 'id' | 'launchIndex' | 'privateAddress' | 'userData'> &
  Partial<Pick<FakeInstance, 'publicAddress' | 'metadata'>> & {
    subnet: { zone: string };
    type?: { name: string };
    image?: { id: string };
  };

export interface MetadataService {
  port: number;
  /** From now on whoever comes from its private address is this instance. */
  tell(instance: Described): void;
  forget(instance: Described): void;
  close(): Promise<void>;
}

interface Known {
  instance: Described;
  /** Good for this instance alone. */
  tokens: Set<string>;
}

interface Answer {
  status: number;
  body: string | Buffer;
}

/** The least and the most seconds that a token may be asked for. */
const TTL = { least: 1, most: 21_600 };

/**
 * IMDSv2 for all instances at once, told apart by the address that they come from.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export async function openMetadataService(): Promise<MetadataService> {
  const known = new Map<string, Known>();
  const server = createServer((request, response) => {
    const from = request.socket.remoteAddress?.replace('::ffff:', '') ?? '';
    const its = known.get(from);
    const { status, body } = its === undefined ? { status: 404, body: '' } : answer(its, request);
    response.writeHead(status, { 'Content-Type': 'text/plain' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tell(instance) {
      known.set(instance.privateAddress, { instance, tokens: new Set() });
    },
    forget(instance) {
      const its = known.get(instance.privateAddress);
      if (its?.instance.id === instance.id) known.delete(instance.privateAddress);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer({ instance, tokens }: Known, { method, url = '/', headers }: IncomingMessage): Answer {
  // A proxy inside the machine may not ask for others.
  if (headers['x-forwarded-for'] !== undefined || instance.metadata?.endpoint === 'disabled')
    return refuse(403);
  if (method === 'PUT' && url === '/latest/api/token') {
    const seconds = Number(headers['x-aws-ec2-metadata-token-ttl-seconds']);
    if (!(seconds >= TTL.least && seconds <= TTL.most)) return refuse(400);
    const token = randomBytes(24).toString('base64url');
    tokens.add(token);
    return { status: 200, body: token };
  }
  if (method !== 'GET') return refuse(405);
  const token = headers['x-aws-ec2-metadata-token'];
  const mayDoWithout = instance.metadata?.tokens === 'optional' && token === undefined;
  if (!mayDoWithout && !tokens.has(String(token))) return refuse(401);
  const body = read(instance, url.replace(/^\/latest\//, ''));
  return body === undefined ? refuse(404) : { status: 200, body };
}

function read(instance: Described, path: string): string | Buffer | undefined {
  if (path === 'user-data') {
    return instance.userData === undefined ? undefined : Buffer.from(instance.userData, 'base64');
  }
  const told: Record<string, string | undefined> = {
    'ami-id': instance.image?.id,
    'ami-launch-index': String(instance.launchIndex),
    'instance-id': instance.id,
    'instance-type': instance.type?.name,
    'local-ipv4': instance.privateAddress,
    'placement/availability-zone': instance.subnet.zone,
    'public-ipv4': instance.publicAddress,
  };
  return told[path.replace(/^meta-data\//, '')];
}

function refuse(status: number): Answer {
  return { status, body: '' };
}
