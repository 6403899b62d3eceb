import { describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import { parseLoosely } from '../../verify/compose-hints.ts';
import { EXCEPTIONS, excusedRefusal, setDiskBindsAside } from '../../verify/exceptions.ts';
import type { ComposeInput } from '../../verify/find-files.ts';
import type { StackState } from '../../verify/stack-state.ts';

const input = (compose: string): ComposeInput => ({
  path: '/home/me/stack/x.yml',
  source: composeOnly(compose),
  data: parseLoosely(compose),
  isText: true,
});
const refusal = (...pointers: string[]) =>
  new SlipwayError('invalid_input', 'no', {
    issues: pointers.map((pointer) => ({ pointer, message: 'no' })),
  });

test('the exceptions are five at most, each with its reason', () => {
  expect(Object.keys(EXCEPTIONS).length).toBeLessThanOrEqual(5);
  for (const reason of Object.values(EXCEPTIONS)) expect(reason.length).toBeGreaterThan(40);
});

describe('a refusal of what the CLI takes', () => {
  const bound = input('services: { web: { image: app, volumes: ["./a:/a"] } }');
  const outside = input('services: { web: { image: app, env_file: ../a.env } }');
  const plain = input('services: { web: { image: app, volumes: ["/a:/a"], env_file: a.env } }');

  test.each([
    ['of a bind of the caller’s disk', bound, refusal('/services/web/volumes/0'), 'disk-binds'],
    ['of a path that leads away', outside, refusal('/services/web/env_file'), 'outside-paths'],
    ['of something too large', plain, new SlipwayError('too_large', 'no'), 'bounds'],
    ['of another thing in a file with such a bind', bound, refusal('/services/web/image'), undefined],
    [
      'of a bind and another thing',
      bound,
      refusal('/services/web/volumes/0', '/services/web/image'),
      undefined,
    ],
    ['of a bind of the node’s disk', plain, refusal('/services/web/volumes/0'), undefined],
    ['of a path beside the file', plain, refusal('/services/web/env_file'), undefined],
    ['without a word about what', bound, refusal(), undefined],
    ['by the engine', bound, new SlipwayError('engine_refused', 'no'), undefined],
  ])('%s is excused only where an exception says so', (_, file, error, excuse) => {
    expect(excusedRefusal(file, error)).toBe(excuse);
  });
});

describe('binds of the caller’s disk', () => {
  const file = input('services: { web: { image: app, volumes: ["./conf:/etc/app", "/srv:/srv"] } }');
  const service = (container: object) => ({
    s_web: { Spec: { TaskTemplate: { ContainerSpec: container } } },
  });
  const empty: StackState = { services: {}, networks: {}, volumes: {}, configs: {}, secrets: {} };
  const kept = { Type: 'bind', Source: '/srv', Target: '/srv' };
  const disk = { Type: 'bind', Source: '/home/me/stack/conf', Target: '/etc/app' };
  const theirs = { ...empty, services: service({ Image: 'app', Mounts: [disk, kept] }) };
  const config = (name: string, target: string) => ({ ConfigName: name, File: { Name: target } });

  test('are set aside with the configs that ours made of them, and all else is compared', () => {
    const ours = {
      ...empty,
      services: service({ Image: 'app', Mounts: [kept], Configs: [config('s_conf', '/etc/app/a.conf')] }),
      configs: { s_conf: {} },
    };
    const aside = setDiskBindsAside(file, theirs, ours);
    expect(aside.isUsed).toBe(true);
    expect(aside.theirs.services).toEqual(service({ Image: 'app', Mounts: [kept] }));
    expect(aside.ours).toEqual(aside.theirs);
  });

  test('excuse no config that lies elsewhere, nor one that the CLI has as well', () => {
    const elsewhere = {
      ...empty,
      services: service({ Configs: [config('s_x', '/etc/application')] }),
      configs: { s_x: {} },
    };
    expect(setDiskBindsAside(file, theirs, elsewhere).ours).toEqual(elsewhere);
    const both = {
      ...empty,
      services: service({ Configs: [config('s_x', '/etc/app/x')] }),
      configs: { s_x: {} },
    };
    expect(setDiskBindsAside(file, { ...theirs, configs: { s_x: {} } }, both).ours).toEqual(both);
  });

  test('are nothing in a file without them', () => {
    const other = input('services: { web: { image: app, volumes: ["/srv:/srv", "data:/data"] } }');
    expect(setDiskBindsAside(other, theirs, empty)).toEqual({ theirs, ours: empty, isUsed: false });
  });
});
