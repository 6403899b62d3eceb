import { expect, test } from 'vitest';
import { SlipwayError } from '../../../../shared/core/errors.ts';
import { inOurWords } from '../../../../shared/service/swarm/engine-words.ts';

const refusal = (status: number, reason: string) =>
  new SlipwayError('engine_refused', `Docker Engine m1: ${status} ${reason}`, { facts: { status, reason } });
const rpc = (code: string, words: string) => `rpc error: code = ${code} desc = ${words}`;

test.each([
  [500, rpc('Unknown', 'update out of sequence'), 'version_conflict', true],
  [400, rpc('InvalidArgument', "secret 'a' is in use by the following service: web"), 'conflict', false],
  [400, rpc('InvalidArgument', "port '80' is already in use by service 'web' (x)"), 'conflict', false],
  [400, rpc('FailedPrecondition', 'service x does not have a previous spec'), 'conflict', false],
  [409, rpc('AlreadyExists', 'name conflicts with an existing object'), 'conflict', false],
  [500, rpc('Unknown', 'The swarm does not have a leader.'), 'conflict', true],
  [503, 'This node is not a swarm manager. Use "docker swarm init"', 'conflict', true],
  [500, rpc('DeadlineExceeded', 'context deadline exceeded'), 'engine_unreachable', true],
  [404, 'network none not found', 'invalid_input', false],
  [404, 'service web not found', 'not_found', false],
  [500, 'service a is ambiguous (2 matches found)', 'not_found', false],
  [500, rpc('InvalidArgument', 'ContainerSpec: odd'), 'invalid_input', false],
  [403, 'network bridge cannot be used with services', 'invalid_input', false],
  [409, 'something else', 'conflict', false],
  [500, 'the disk is full', 'engine_refused', false],
])('an engine’s %i %s is %s', async (status, reason, code, retryable) => {
  const told = await inOurWords(Promise.reject(refusal(status, reason))).catch((error: unknown) => error);
  expect(told).toMatchObject({ code, retryable });
  if (code !== 'engine_refused') expect((told as Error).message).not.toMatch(/rpc error|Docker Engine m1/);
});

test('what is no refusal passes as it is', async () => {
  const lost = new SlipwayError('engine_unreachable', 'no answer');
  await expect(inOurWords(Promise.reject(lost))).rejects.toBe(lost);
  expect(await inOurWords(Promise.resolve(5))).toBe(5);
});
