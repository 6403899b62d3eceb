import { describe, expect, test } from 'vitest';
import type { Engine, SwarmFile, SwarmFileSpec } from '../../shared/ports/engine.ts';
import { type EngineGround, firstEngine, STACK, serviceSpec } from './engine-ground.ts';

interface FileCalls {
  kind: 'secret' | 'config';
  list(filter?: { stack?: string }): Promise<SwarmFile[]>;
  create(spec: SwarmFileSpec): Promise<{ id: string }>;
  update(id: string, version: number, spec: SwarmFileSpec): Promise<void>;
  remove(id: string): Promise<void>;
}

function secretsOf(engine: Engine): FileCalls {
  return {
    kind: 'secret',
    list: (filter) => engine.secrets(filter),
    create: (spec) => engine.createSecret(spec),
    update: (...given) => engine.updateSecret(...given),
    remove: (id) => engine.removeSecret(id),
  };
}

function configsOf(engine: Engine): FileCalls {
  return {
    kind: 'config',
    list: (filter) => engine.configs(filter),
    create: (spec) => engine.createConfig(spec),
    update: (...given) => engine.updateConfig(...given),
    remove: (id) => engine.removeConfig(id),
  };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const LIMITS = { secret: 512_000, config: 1_024_000 };

/** A swarm's secrets and configs, once there is a swarm whose manager `ground` has first. */
export function engineFilesContract(ground: () => EngineGround): void {
  describe.each([
    ['secret', secretsOf],
    ['config', configsOf],
  ] as const)('a %s', (kind, callsOf) => {
    const engine = () => firstEngine(ground());
    const calls = () => callsOf(engine());
    const spec = { Name: `contract_${kind}`, Labels: { ...STACK, made: 'once' }, Data: base64('hunter2') };
    const find = async () => {
      const found = (await calls().list()).find(({ Spec }) => Spec.Name === spec.Name);
      if (found === undefined) throw new Error(`${spec.Name} is gone`);
      return found;
    };

    test('is listed by its stack, with its moment, and its data only where that is no secret', async () => {
      const before = Date.now();
      const { id } = await calls().create(spec);
      expect(await calls().list({ stack: 'other' })).toEqual([]);
      const [file, ...more] = await calls().list({ stack: 'contract' });
      expect(more).toEqual([]);
      expect(file).toMatchObject({ ID: id, Spec: { Name: spec.Name, Labels: spec.Labels } });
      expect(Math.abs(Date.parse(file?.CreatedAt ?? '') - before)).toBeLessThan(60_000);
      expect(file?.UpdatedAt).toBe(file?.CreatedAt);
      expect(file?.Spec.Data).toBe(kind === 'secret' ? undefined : spec.Data);
      expect(JSON.stringify(await calls().list()).includes(spec.Data)).toBe(kind === 'config');
    });

    test('has a name of its own', async () => {
      await expect(calls().create(spec)).rejects.toMatchObject({
        code: 'engine_refused',
        facts: { status: 409, reason: expect.stringContaining(`${kind} ${spec.Name} already exists`) },
      });
    });

    test('takes other labels with the same data or with none, under its version alone', async () => {
      const first = await find();
      await calls().update(first.ID, first.Version.Index, { ...spec, Labels: { ...STACK, made: 'twice' } });
      await expect(calls().update(first.ID, first.Version.Index, spec)).rejects.toMatchObject({
        message: expect.stringContaining('update out of sequence'),
      });
      const second = await find();
      expect(second.Spec.Labels).toEqual({ ...STACK, made: 'twice' });
      expect(second.Version.Index).toBeGreaterThan(first.Version.Index);
      const { Data, ...bare } = spec;
      await calls().update(second.ID, second.Version.Index, bare);
      expect((await find()).Spec.Labels).toEqual(spec.Labels);
      expect((await find()).Spec.Data).toBe(kind === 'secret' ? undefined : Data);
    });

    test.each([
      ['data', { ...spec, Data: base64('other') }],
      ['name', { ...spec, Name: 'contract_other' }],
    ])('never takes another %s', async (_, other) => {
      const { ID, Version } = await find();
      await expect(calls().update(ID, Version.Index, other)).rejects.toMatchObject({
        code: 'engine_refused',
        facts: { status: 400, reason: expect.stringContaining('only updates to Labels are allowed') },
      });
    });

    test.each(['-name', 'a name', 'name.', 'a'.repeat(65), ''])(
      'is not made with the name %j',
      async (Name) => {
        await expect(calls().create({ ...spec, Name })).rejects.toMatchObject({
          facts: { status: 400, reason: expect.stringMatching(/invalid name|name must be provided/) },
        });
      },
    );

    test('is not made empty, too big, or of what is no base64', async () => {
      const limit = LIMITS[kind];
      for (const size of [0, limit]) {
        const Data = Buffer.alloc(size).toString('base64');
        await expect(calls().create({ ...spec, Name: 'contract_size', Data })).rejects.toMatchObject({
          facts: { status: 400, reason: expect.stringContaining(`less than ${limit} bytes`) },
        });
      }
      await expect(
        calls().create({ ...spec, Name: 'contract_text', Data: 'no base64!' }),
      ).rejects.toMatchObject({ facts: { status: 400, reason: expect.stringContaining('base64') } });
      const Data = Buffer.alloc(limit - 1, 'x').toString('base64');
      const { id } = await calls().create({ ...spec, Name: 'contract_size', Data });
      await calls().remove(id);
    });

    test('is kept while a service has it, whom the refusal names, and goes afterwards', async () => {
      const { ID } = await find();
      const File = { Name: 'given', UID: '0', GID: '0', Mode: 0o444 };
      const reference =
        kind === 'secret'
          ? { Secrets: [{ SecretID: ID, SecretName: spec.Name, File }] }
          : { Configs: [{ ConfigID: ID, ConfigName: spec.Name, File }] };
      const user = serviceSpec(`contract_user-of-${kind}`, ground().image, 0);
      user.TaskTemplate.ContainerSpec = { Image: ground().image, ...reference };
      const service = await engine().createService(user);
      await expect(calls().remove(ID)).rejects.toMatchObject({
        facts: { status: 400, reason: expect.stringMatching(new RegExp(`in use by .*${user.Name}`)) },
      });
      await engine().removeService(service.id);
      await calls().remove(ID);
      expect(await calls().list({ stack: 'contract' })).toEqual([]);
      await expect(calls().remove(ID)).rejects.toMatchObject({ facts: { status: 404 } });
      await expect(calls().update(ID, 1, spec)).rejects.toMatchObject({ facts: { status: 404 } });
      await expect(engine().createService(user)).rejects.toMatchObject({
        facts: { status: 400, reason: expect.stringContaining(`${kind} not found`) },
      });
    });
  });
}
