import { beforeEach, describe, expect, test } from 'vitest';
import type { Lab } from '../../../shared/lab/lab.ts';
import { measureCpu } from '../../support/measure-cpu.ts';
import { createWorld, type World } from '../../support/world.ts';

const YAML = { 'Content-Type': 'application/yaml' };
const service = 'services: { web: { image: nginx } }\n';

/** `&a9 [*a8, *a8, …]` over `&a8 […]`: a thousand million entries in a few hundred bytes. */
const bomb = [
  'x-0: &a0 [x, x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 9 }, (_, index) => `x-${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(10)}]`),
  service,
].join('\n');

const HOSTILE: [string, string | Uint8Array, RegExp][] = [
  ['a bomb of aliases', bomb, /alias|values/i],
  ['a bomb of merge keys', `${bomb.replaceAll('[', '{ k: [').replaceAll(']', '] }')}`, /./],
  ['an alias of itself', 'x-a: &a { b: *a }\nservices: { web: { image: nginx } }', /no anchor before it/],
  [
    'ten thousand services',
    `services:\n${Array.from({ length: 10_000 }, (_, index) => `  s${index}: { image: nginx }\n`).join('')}`,
    /./,
  ],
  ['a file of 2 MB', `${service}# ${'x'.repeat(2_000_000)}`, /./],
  ['three thousand lists in each other', `x-d: ${'['.repeat(3000)}${']'.repeat(3000)}\n${service}`, /nested/],
  ['an env_file above it', 'services: { web: { image: nginx, env_file: ../../etc/passwd } }', /env_file/],
  [
    'an env_file by its absolute path',
    'services: { web: { image: nginx, env_file: /etc/passwd } }',
    /env_file/,
  ],
  [
    'a secret above it',
    'services: { web: { image: nginx, secrets: [s] } }\nsecrets: { s: { file: ../../../etc/shadow } }',
    /shadow/,
  ],
  [
    'a config by its absolute path',
    'services: { web: { image: nginx, configs: [c] } }\nconfigs: { c: { file: /etc/shadow } }',
    /shadow/,
  ],
  [
    'a bind of a path beside it that was not sent',
    'services: { web: { image: nginx, volumes: [./a:/a] } }',
    /\.\/a/,
  ],
  ['services that extend each other', 'services: { a: { extends: b }, b: { extends: a } }', /extends/],
  ['a file of version 2', `version: "2.4"\n${service}`, /version 3/],
  ['tabs', 'services:\n\tweb:\n\t\timage: nginx', /./],
  ['a key that is there twice', 'services:\n  web: { image: nginx }\n  web: { image: nginx }', /web/],
  ['bytes that are no text', Uint8Array.from({ length: 5000 }, (_, index) => (index * 37) % 256), /UTF-8/],
  ['nothing', '', /./],
  ['a list', '- services', /./],
  ['a name that the swarm refuses', 'services: { "a.b": { image: nginx } }', /a\.b/],
];

let world: World;
let lab: Lab;
beforeEach(async () => {
  world = createWorld();
  lab = await world.keep({ spec: { stacks: [] }, status: { stacks: [] } });
});

describe('a Compose file that is', () => {
  test.each(HOSTILE)(
    '%s is refused within a second, with words, and makes nothing',
    async (_, body, words) => {
      const put = () => world.ask('PUT', `/v1/labs/${lab.id}/stacks/shop`, { body, headers: YAML });
      const { result: answer, milliseconds } = await measureCpu(put);
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.json.detail).toMatch(words);
      expect(milliseconds).toBeLessThan(1000);
      expect(answer.text.length).toBeLessThan(64 * 1024);
      expect(answer.text).not.toContain('root:');
      const kept = await world.deps.labs.load(lab.id);
      expect(kept?.lab.spec.stacks).toEqual([]);
      expect(await world.engines.machine(lab.id, 'LINUXtips-01').services()).toEqual([]);
    },
  );
});
