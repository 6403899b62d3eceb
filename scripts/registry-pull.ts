import { pack } from 'tar-stream';
import { z } from 'zod';
import { splitReference } from './registry-push.ts';

const callSeconds = 60;
const Manifest = z.object({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string() })),
});

/**
 * An image of a registry as `docker load` takes it: for engines whose mirror is not asked for it, because its name begins
 * with another registry's.
 */
export async function imageArchive(registryUrl: string, reference: string): Promise<Buffer> {
  const { repository, tag } = splitReference(reference);
  const base = `${registryUrl}/v2/${repository}`;
  const { config, layers } = Manifest.parse(
    JSON.parse((await read(`${base}/manifests/${tag}`)).toString('utf8')),
  );
  const names = layers.map(({ digest }) => `${digest.replace('sha256:', '')}/layer.tar`);
  const archive = pack();
  const entry = (name: string, content: Buffer) => archive.entry({ name }, content);
  entry('config.json', await read(`${base}/blobs/${config.digest}`));
  for (const [index, { digest }] of layers.entries()) {
    entry(names[index] ?? digest, await read(`${base}/blobs/${digest}`));
  }
  const manifest = [{ Config: 'config.json', RepoTags: [reference], Layers: names }];
  entry('manifest.json', Buffer.from(JSON.stringify(manifest)));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function read(url: string): Promise<Buffer> {
  const response = await fetch(url, {
    headers: { Accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    signal: AbortSignal.timeout(callSeconds * 1000),
  });
  if (!response.ok) throw new Error(`registry: GET ${url}: ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
