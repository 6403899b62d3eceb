import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  cgroupParent,
  removeCgroups,
  removeEmptyCgroups,
} from '../../../../shared/adapters/docker/cgroups.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cgroups-'));
  for (const path of [
    'memory/slipway/d/lab/m1/c1/deep',
    'memory/slipway/d/lab/m2',
    'cpu,cpuacct/slipway/d/lab/m1/c1',
    'pids',
  ]) {
    await mkdir(join(root, path), { recursive: true });
  }
  await symlink('cpu,cpuacct', join(root, 'cpu'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const there = (path: string) => existsSync(join(root, path));

test('a machine’s cgroups go in every controller, its neighbour’s stay', async () => {
  await removeCgroups(cgroupParent('d', 'lab', 'm1'), root);
  expect(there('memory/slipway/d/lab/m1')).toBe(false);
  expect(there('cpu,cpuacct/slipway/d/lab/m1')).toBe(false);
  expect(there('memory/slipway/d/lab/m2')).toBe(true);
  await removeCgroups(cgroupParent('d', 'lab', 'm1'), root);
});

test('the tops go when they are empty, and only then', async () => {
  await removeEmptyCgroups(cgroupParent('d'), root);
  expect(there('memory/slipway/d/lab/m2')).toBe(true);
  await removeCgroups(cgroupParent('d', 'lab'), root);
  await removeEmptyCgroups(cgroupParent('d'), root);
  expect(there('memory/slipway')).toBe(false);
  expect(there('cpu,cpuacct/slipway')).toBe(false);
  expect(there('memory')).toBe(true);
});

test('where there is no such tree there is nothing to do', async () => {
  await removeCgroups(cgroupParent('d', 'lab', 'm1'), join(root, 'none'));
});

test('what stays busy is told, retryably, after a bounded wait', async () => {
  // A file stands for processes: the folder cannot be removed while it is there.
  await writeFile(join(root, 'memory/slipway/d/lab/m2/tasks'), '1');
  await expect(removeCgroups(cgroupParent('d', 'lab', 'm2'), root)).rejects.toMatchObject({
    code: 'driver_failed',
    retryable: true,
  });
});

test('what is busy for a moment is waited for', async () => {
  const file = join(root, 'memory/slipway/d/lab/m2/tasks');
  await writeFile(file, '1');
  setTimeout(() => void rm(file), 200);
  await removeCgroups(cgroupParent('d', 'lab', 'm2'), root);
  expect(there('memory/slipway/d/lab/m2')).toBe(false);
});
