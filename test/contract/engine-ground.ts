import type { Engine, ServiceSpec } from '../../shared/ports/engine.ts';

export interface GroundEngine {
  name: string;
  address: string;
  engine: Engine;
  /** Ends it without a word; `start` brings it back under the same address. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** What a container says at its start, and then over and over. */
export interface Speech {
  lines: { stream: 'stdout' | 'stderr'; text: string; afterSeconds?: number }[];
  /** Said every so often for as long as it lives; nothing where absent. */
  refrain?: string;
}

/** Where the contract runs: fresh engines that reach each other, and one image that they can get. */
export interface EngineGround {
  engines: GroundEngine[];
  image: string;
  /** No registry has it, and all of them answered. */
  missingImage: string;
  /** Its registry does not answer. */
  unknownImage: string;
  /** A ContainerSpec that says this, for the service of that name, and then stays. */
  speaker(service: string, speech: Speech): Record<string, unknown>;
  /** Somebody runs a program in a container of that service, on whichever machine it is. */
  execIn(service: string): Promise<void>;
  /** What happens by itself has happened after so long. */
  pauseSeconds: number;
  close(): Promise<void>;
}

export const STACK = { 'com.docker.stack.namespace': 'contract' };

export function serviceSpec(Name: string, Image: string, Replicas: number): ServiceSpec {
  return {
    Name,
    Labels: STACK,
    TaskTemplate: { ContainerSpec: { Image } },
    Mode: { Replicated: { Replicas } },
  };
}

/** What `speaker` gives on real engines: a shell in the ground's image. */
export function shellSpeaker(image: string): EngineGround['speaker'] {
  return (_, { lines, refrain }) => {
    const said = lines.map(({ stream, text, afterSeconds = 0 }) => {
      const pause = afterSeconds > 0 ? `sleep ${afterSeconds}; ` : '';
      return `${pause}echo '${text}'${stream === 'stderr' ? ' >&2' : ''}`;
    });
    const rest = refrain === undefined ? 'sleep 1000' : `while sleep 1; do echo '${refrain}'; done`;
    return { Image: image, Command: ['sh', '-c', [...said, rest].join('; ')] };
  };
}

/** The manager's, once there is one. */
export function firstEngine({ engines }: EngineGround): Engine {
  if (engines[0] === undefined) throw new Error('the ground has no engine');
  return engines[0].engine;
}
