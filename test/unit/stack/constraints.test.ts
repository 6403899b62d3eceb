import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unmetWords } from '../../../shared/stack/constraint-words.ts';
import { meetsConstraints, readConstraint } from '../../../shared/stack/constraints.ts';
import { aSwarmNode } from '../../support/swarm-builders.ts';

const node = aSwarmNode('n1', {
  Role: 'manager',
  Labels: { disk: 'SSD', Zone: 'a' },
  engineLabels: { rack: '7' },
  address: '10.1.2.3',
});

describe('a placement constraint', () => {
  test.each([
    'node.id == n1',
    'node.hostname==HOST-N1',
    'NODE.ROLE == Manager',
    'node.role != worker',
    'node.labels.disk == ssd',
    'node.labels.Zone == a',
    'node.labels.zone != a',
    'node.labels.lacks != x',
    'engine.labels.rack == 7',
    'node.platform.os == linux',
    'node.platform.arch == x86_64',
    'node.ip == 10.1.2.3',
    'node.ip == 10.1.0.0/16',
    'node.ip != 10.2.0.0/16',
    'node.ip != ::1',
  ])('%s is met', (constraint) => {
    expect(meetsConstraints(node, [constraint])).toBe(true);
  });

  test.each([
    'node.id == n2',
    'node.role == worker',
    'node.role != manager',
    'node.labels.disk != ssd',
    'node.labels.lacks == x',
    'engine.labels.disk == ssd',
    'node.platform.arch == aarch64',
    'node.ip == 10.2.0.0/16',
    'node.ip != 10.1.0.0/16',
    // What no swarm compares nobody meets, not even by not being it.
    'node.colour == red',
    'node.colour != red',
    'node.ip != nonsense',
    'node.ip == 10.0.0.0/99',
  ])('%s is not', (constraint) => {
    expect(meetsConstraints(node, [constraint])).toBe(false);
  });

  test('and its opposite: a node with a fact meets just one of them', () => {
    const key = fc.constantFrom('node.id', 'node.hostname', 'node.role', 'node.labels.x', 'node.platform.os');
    fc.assert(
      fc.property(key, fc.stringMatching(/^[a-z0-9-]{1,12}$/), (fact, wanted) => {
        const meets = (operator: string) => meetsConstraints(node, [`${fact}${operator}${wanted}`]);
        expect(meets('==')).not.toBe(meets(' != '));
      }),
    );
  });

  test('is read with or without spaces', () => {
    expect(readConstraint('node.role!=worker')).toEqual({ key: 'node.role', equal: false, wanted: 'worker' });
    expect(readConstraint(' node.role ')).toEqual({ key: 'node.role', equal: true, wanted: '' });
  });
});

describe('constraints that no node meets', () => {
  const nodes = [
    aSwarmNode('m1', { Role: 'manager', Labels: { disk: 'hdd' } }),
    aSwarmNode('m2', { Role: 'manager' }),
    aSwarmNode('w1', { Labels: { disk: 'hdd' } }),
  ];

  test('are named with what the nodes have instead', () => {
    expect(unmetWords(['node.labels.disk == ssd', 'node.role == manager'], nodes)).toBe(
      'no node meets node.labels.disk == ssd: host-m1 and host-w1 have hdd, host-m2 has none; to set it, docker node update --label-add disk=ssd host-m1',
    );
    expect(unmetWords(['node.labels.gpu==1'], nodes)).toContain('no node has the label gpu');
    expect(unmetWords(['node.hostname == m1'], nodes)).toBe(
      'no node meets node.hostname == m1: host-m1 has host-m1, host-m2 has host-m2, host-w1 has host-w1',
    );
    expect(unmetWords(['node.platform.os != linux'], nodes)).toContain(
      'host-m1, host-m2 and host-w1 have linux',
    );
    const same = [aSwarmNode('m1', { Labels: { disk: 'hdd' } })];
    expect(unmetWords(['node.labels.disk != hdd'], same)).toContain('--label-rm disk host-m1');
    expect(unmetWords(['node.colour == red'], nodes)).toContain('nodes have no node.colour');
  });

  test('may each be met, but by no node together', () => {
    expect(unmetWords(['node.hostname == host-w1', 'node.role == manager'], nodes)).toBe(
      'no node meets all of them: node.hostname == host-w1 is met by host-w1, node.role == manager is met by host-m1 and host-m2',
    );
  });

  test('are none where a node meets them, or there is none to ask', () => {
    expect(unmetWords(['node.role == worker'], nodes)).toBeUndefined();
    expect(unmetWords(['node.role == nobody'], [])).toBeUndefined();
  });

  test('of many nodes name four', () => {
    const many = Array.from({ length: 9 }, (_, index) => aSwarmNode(`n${index}`));
    expect(unmetWords(['node.role == manager'], many)).toContain(
      'host-n0, host-n1, host-n2, host-n3 and 5 more have worker',
    );
  });
});
