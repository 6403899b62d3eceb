// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Compose writes its variables
import { describe, expect, test } from 'vitest';
import { externalsOf, hasDiskBind, leadsAway, mayClash, parseLoosely } from '../../verify/compose-hints.ts';

describe('what is told of a file loosely', () => {
  test('are the things it says are there, in each spelling, variables filled in', () => {
    const data = parseLoosely(`
networks: { a: { external: true }, b: { external: true, name: "net-\${X}" }, c: { external: { name: old } }, d: { external: false }, e: }
secrets: { s: { external: true, name: "\${Y:-fallback}" } }
configs: { k: { file: x } }
volumes: { v: { external: true } }
`);
    expect(externalsOf(data, { X: 'one' })).toEqual([
      { kind: 'networks', name: 'a' },
      { kind: 'networks', name: 'net-one' },
      { kind: 'networks', name: 'old' },
      { kind: 'secrets', name: 'fallback' },
    ]);
  });

  test.each([
    ['volumes: ["./a:/a"]', true],
    ['volumes: ["../a:/a"]', true],
    ['volumes: ["~/a:/a"]', true],
    ['volumes: [{ type: bind, source: ./a, target: /a }]', true],
    ['volumes: ["/a:/a", "a:/a", "/only"]', false],
    ['volumes: 3', false],
  ])('%s binds the caller’s disk: %s', (volumes, expected) => {
    expect(hasDiskBind(parseLoosely(`services: { web: { ${volumes} } }`))).toBe(expected);
  });

  test.each([
    ['services: { web: { env_file: ../x } }', true],
    ['services: { web: { env_file: [a, /etc/passwd] } }', true],
    ['secrets: { s: { file: ~/s } }', true],
    ['configs: { s: { file: ./a/../b } }', false],
  ])('%s leads away from its folder: %s', (text, expected) => {
    expect(leadsAway(parseLoosely(text))).toBe(expected);
  });

  test.each([
    ['services: { web: { ports: [80] } }', { ports: true, names: false }],
    ['networks: { a: { name: b } }', { ports: false, names: true }],
    ['networks:\n  a:\n    name: b', { ports: false, names: true }],
    ['networks: { a: { external: true } }', { ports: false, names: true }],
    ['services: { web: { image: app } }', { ports: false, names: false }],
  ])('%s gets into another’s way: %j', (text, expected) => {
    expect(mayClash(text)).toEqual(expected);
  });

  test.each(['a: [', '\tx', '&a [*a]', 'a: *b', '\u0000'])('%j breaks nothing', (text) => {
    const data = parseLoosely(text);
    expect([externalsOf(data, {}), hasDiskBind(data), leadsAway(data)]).toEqual([[], false, false]);
  });
});
