import type { Blob, BuiltImage } from './debian-image.ts';

const callSeconds = 60;
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

/** Puts an image into a registry as Docker Hub's library would have it (Registry HTTP API V2). */
export async function pushImage(registryUrl: string, image: BuiltImage): Promise<void> {
  const { repository, tag } = splitReference(image.reference);
  const base = `${registryUrl}/v2/${repository}`;
  for (const blob of [image.layer, image.config]) await pushBlob(base, blob);
  const describe = (mediaType: string, blob: Blob) => ({
    mediaType,
    size: blob.bytes.length,
    digest: blob.digest,
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: describe('application/vnd.docker.container.image.v1+json', image.config),
    layers: [describe('application/vnd.docker.image.rootfs.diff.tar.gzip', image.layer)],
  };
  await call(`${base}/manifests/${tag}`, 'PUT', JSON.stringify(manifest), manifestType);
}

/** Whether the registry can serve the image. */
export async function hasInRegistry(registryUrl: string, reference: string): Promise<boolean> {
  const { repository, tag } = splitReference(reference);
  const response = await fetch(`${registryUrl}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { Accept: manifestType },
    signal: AbortSignal.timeout(5000),
  }).catch(() => undefined);
  return response?.ok === true;
}

/** `nginx:latest` -> `library/nginx`, `latest`; a name with a slash keeps its owner. */
export function splitReference(reference: string): { repository: string; tag: string } {
  const [name = '', tag = 'latest'] = reference.split(':');
  return { repository: name.includes('/') ? name : `library/${name}`, tag };
}

/** Does a name begin with a registry's own, as `ghcr.io/…` does? Docker Hub's mirrors are not asked for such. */
export function hasRegistryHost(reference: string): boolean {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
}

async function pushBlob(base: string, blob: Blob): Promise<void> {
  const begun = await call(`${base}/blobs/uploads/`, 'POST');
  const target = new URL(begun.headers.get('location') ?? '', `${base}/`);
  target.searchParams.set('digest', blob.digest);
  await call(target.href, 'PUT', new Uint8Array(blob.bytes), 'application/octet-stream');
}

async function call(
  url: string,
  method: string,
  body?: string | Uint8Array<ArrayBuffer>,
  contentType?: string,
) {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(callSeconds * 1000),
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { headers: { 'Content-Type': contentType } }),
  });
  const words = await response.text();
  if (!response.ok) throw new Error(`registry: ${method} ${url}: ${response.status} ${words.slice(0, 300)}`);
  return response;
}
