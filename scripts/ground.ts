import { existsSync } from 'node:fs';
import { courseImages } from './course-images/all.ts';
import { firstImages } from './course-images/first.ts';
import { canInstallPackages } from './debian.ts';
import { obtainEngine } from './docker-engine.ts';
import { readGroundSettings } from './ground-settings.ts';
import { prepareHostImage } from './host-image.ts';
import { type Mirror, prepareMirror } from './mirror.ts';
import { endRunning } from './process.ts';
import { hasRegistryHost } from './registry-push.ts';
import type { Say } from './step.ts';

/** What labs stand on. */
export interface Ground {
  /** `unix:///…` */
  dockerHost: string;
  /** Reference of the image of lab hosts, present in that engine. */
  hostImage: string;
  /** A mirror of the course's images on 0.0.0.0; absent where a public registry answers. */
  mirrorPort?: number;
  /** Gives it back: what we started stops with its last user. */
  close(): Promise<void>;
}

const registryMilliseconds = 2500;

export interface GroundOptions {
  say: Say;
  signal?: AbortSignal;
  /** Which of the course's images, where no registry gives them: `first`, unless told, or all of the catalogue's. */
  images?: 'first' | 'all';
}

/**
 * Turns this machine into one that can run labs, doing only what is not done yet. When `signal` aborts it gives
 * up, undoes what it started and throws.
 */
export async function prepareGround({ say, signal, images = 'first' }: GroundOptions): Promise<Ground> {
  const { cacheFolder, dockerHost } = readGroundSettings();
  const releases: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const release of releases.splice(0).reverse()) await release();
  };
  signal?.addEventListener('abort', endRunning);
  const hasRegistry = await registryAnswers();

  const prepareEngineAndImage = async () => {
    const needsDebootstrap = !hasRegistry && canInstallPackages() && !existsSync('/usr/sbin/debootstrap');
    const engine = await obtainEngine({
      say,
      cacheFolder,
      ...(dockerHost === undefined ? {} : { dockerHost }),
      alsoInstall: needsDebootstrap ? ['debootstrap'] : [],
    });
    releases.push(engine.release);
    const { socketPath } = engine;
    const hostImage = await prepareHostImage({
      ...{ say, cacheFolder, socketPath, hasRegistry, keepsCopy: !engine.isPrivate },
      ...(signal === undefined ? {} : { signal }),
    });
    return { dockerHost: engine.dockerHost, hostImage };
  };
  const prepareMirrorIfNeeded = async (): Promise<Mirror | undefined> => {
    if (hasRegistry) return undefined;
    if (!canInstallPackages()) {
      say(
        'mirror: none, because no registry answers and packages need root on Debian: hosts may lack images',
      );
      return undefined;
    }
    const recipes = images === 'all' ? courseImages : firstImages;
    const mirror = await prepareMirror({ say, cacheFolder, images: recipes });
    releases.push(mirror.release);
    return mirror;
  };

  const [machine, mirror] = await Promise.allSettled([prepareEngineAndImage(), prepareMirrorIfNeeded()]);
  signal?.removeEventListener('abort', endRunning);
  if (signal?.aborted) await close();
  signal?.throwIfAborted();
  if (machine.status === 'rejected' || mirror.status === 'rejected') {
    await close();
    throw machine.status === 'rejected' ? machine.reason : (mirror as PromiseRejectedResult).reason;
  }
  return {
    ...machine.value,
    ...(mirror.value ? { mirrorPort: mirror.value.port } : {}),
    close,
  };
}

/**
 * Makes more of the course's images where the mirror serves them: all, which takes a minute on a new machine, or those
 * named. For who prepared the ground with the first ones and goes on meanwhile.
 * @returns references that engines must be given by hand, because no mirror is asked for another registry's names; none
 * where the registries themselves answer.
 */
export async function prepareImages({
  say,
  references,
  signal,
}: ImageOptions): Promise<{ unmirrored: string[] }> {
  if (!canInstallPackages() || (await registryAnswers())) return { unmirrored: [] };
  const { cacheFolder } = readGroundSettings();
  const images = courseImages.filter(({ reference }) => references?.includes(reference) ?? true);
  signal?.addEventListener('abort', endRunning);
  try {
    const mirror = await prepareMirror({
      ...{ say, cacheFolder, images },
      ...(signal === undefined ? {} : { signal }),
    });
    await mirror.release();
  } finally {
    signal?.removeEventListener('abort', endRunning);
  }
  return { unmirrored: images.map(({ reference }) => reference).filter(hasRegistryHost) };
}

export interface ImageOptions {
  say: Say;
  /** `name:tag` each; all where absent. */
  references?: string[];
  signal?: AbortSignal;
}

/** Whether Docker Hub answers, in time and as itself: 401 asks for a token, which engines fetch. */
async function registryAnswers(): Promise<boolean> {
  const response = await fetch('https://registry-1.docker.io/v2/', {
    method: 'HEAD',
    redirect: 'manual',
    signal: AbortSignal.timeout(registryMilliseconds),
  }).catch(() => undefined);
  return response?.status === 401 || response?.status === 200;
}
