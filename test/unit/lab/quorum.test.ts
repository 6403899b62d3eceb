import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeStatus } from '../../../shared/lab/lab.ts';
import { hasQuorum, quorumAfterLoss } from '../../../shared/lab/quorum.ts';
import { aNode } from '../../support/builders.ts';

const manager = (hostname: string, overrides: Partial<NodeStatus> = {}) =>
  aNode(hostname, { role: 'manager', reachability: 'reachable', ...overrides });

const nodes = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 9 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc
          .record({ isManager: fc.boolean(), isUp: fc.boolean() })
          .map(({ isManager, isUp }) =>
            isManager
              ? manager(name, isUp ? {} : { state: 'down', reachability: 'unreachable' })
              : aNode(name),
          ),
      ),
    ),
  );

describe('quorum after a loss', () => {
  test('two managers tolerate none, three tolerate one, in words', () => {
    const two = [manager('a'), manager('b'), aNode('c')];
    expect(quorumAfterLoss(two, ['b'])).toMatchObject({ ok: false, managers: 2, needed: 2, remaining: 1 });
    expect(quorumAfterLoss(two, ['b']).message).toContain('2 of 2 needed, 1 would remain');
    const three = [...two, manager('d')];
    expect(quorumAfterLoss(three, ['b'])).toMatchObject({ ok: true, needed: 2, remaining: 2 });
    expect(quorumAfterLoss(three, ['a', 'b']).message).toContain('2 of 3 needed, 1 would remain');
  });

  test('a manager that is down already does not count as remaining', () => {
    const swarm = [manager('a'), manager('b'), manager('c', { state: 'down', reachability: 'unreachable' })];
    expect(quorumAfterLoss(swarm, ['a'])).toMatchObject({ ok: false, needed: 2, remaining: 1 });
  });

  test('where no manager is known, none can be lost', () => {
    expect(quorumAfterLoss([], ['a'])).toMatchObject({ ok: true, managers: 0 });
    expect(hasQuorum([])).toBe(false);
  });

  test('losing workers, or nobody, is always allowed', () => {
    fc.assert(
      fc.property(nodes, (all) => {
        const workers = all.filter(({ role }) => role === 'worker').map(({ hostname }) => hostname);
        expect(quorumAfterLoss(all, workers).ok).toBe(true);
        expect(quorumAfterLoss(all, []).ok).toBe(true);
      }),
    );
  });

  test('what is allowed leaves a majority, and what is refused would not', () => {
    fc.assert(
      fc.property(nodes, fc.array(fc.nat(8)), (all, picks) => {
        const losing = picks.flatMap((pick) => all[pick]?.hostname ?? []);
        const verdict = quorumAfterLoss(all, losing);
        const without = all.map((node) =>
          losing.includes(node.hostname) ? { ...node, state: 'down' as const } : node,
        );
        const losesManager = all.some(
          ({ role, hostname }) => role === 'manager' && losing.includes(hostname),
        );
        if (losesManager) expect(verdict.ok).toBe(hasQuorum(without));
        expect(verdict.remaining).toBeLessThanOrEqual(verdict.managers);
        if (verdict.managers > 0) expect(verdict.needed * 2).toBeGreaterThan(verdict.managers);
      }),
    );
  });

  test('losing more never turns a refusal into a yes', () => {
    fc.assert(
      fc.property(nodes, fc.nat(8), fc.nat(8), (all, one, other) => {
        const [a, b] = [all[one]?.hostname ?? '', all[other]?.hostname ?? ''];
        if (!quorumAfterLoss(all, [a]).ok) expect(quorumAfterLoss(all, [a, b]).ok).toBe(false);
      }),
    );
  });
});
