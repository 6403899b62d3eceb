import { describe, expect, test } from 'vitest';
import { contains, says } from '../../../verify/course/checks.ts';
import { type RunOptions, runSteps, withNotes, wrap } from '../../../verify/course/run-chapter.ts';
import type { ShellAnswer } from '../../../verify/course/shell.ts';
import type { Step } from '../../../verify/course/step.ts';

/** A shell that answers what it was told to, the last answer again and again; it remembers what was typed. */
function scripted(...answers: Partial<ShellAnswer>[]) {
  const typed: string[] = [];
  const run: RunOptions['run'] = async (_, command) => {
    const answer = answers[Math.min(typed.length, answers.length - 1)];
    typed.push(command);
    return { exitCode: 0, stdout: '', stderr: '', isLate: false, ...answer };
  };
  return { typed, options: { run, hasRoutingMesh: false, pauseMilliseconds: 1 } };
}
const step = (more: Partial<Step> = {}): Step => ({
  command: 'docker node ls',
  check: says('Ready'),
  ...more,
});

describe('a command', () => {
  test('whose check is content passes', async () => {
    const { options } = scripted({ stdout: 'Ready' });
    expect(await runSteps([step()], options)).toMatchObject([{ outcome: 'pass' }]);
  });

  test('whose check is not content fails, with the reason and what it printed', async () => {
    const { options } = scripted({ stdout: 'Down\n', stderr: 'oh\n' });
    expect(await runSteps([step()], options)).toMatchObject([
      { outcome: 'fail', reason: 'does not say Ready', printed: 'Down\noh' },
    ]);
  });

  test('that says the right thing and ends badly fails', async () => {
    const { options } = scripted({ stdout: 'Ready', exitCode: 1, stderr: 'refused' });
    expect(await runSteps([step()], options)).toMatchObject([
      { outcome: 'fail', reason: 'exit code 1: refused' },
    ]);
  });

  test('past its deadline fails, whatever its check makes of what it printed', async () => {
    const { options } = scripted({ stdout: 'Ready', exitCode: 137, isLate: true });
    expect(await runSteps([step({ check: contains('Ready'), deadlineSeconds: 3 })], options)).toMatchObject([
      { outcome: 'fail', reason: 'no answer within 3 s' },
    ]);
  });

  test('whose check throws fails with what was thrown', async () => {
    const { options } = scripted({ stdout: 'no JSON' });
    const check = () => JSON.parse('no JSON');
    expect(await runSteps([step({ check })], options)).toMatchObject([
      { outcome: 'fail', reason: expect.stringContaining('JSON') },
    ]);
  });

  test('for which there is no shell fails', async () => {
    const run = () => Promise.reject(new Error('no shell on a'));
    expect(await runSteps([step()], { run, hasRoutingMesh: false })).toMatchObject([
      { outcome: 'fail', reason: 'no shell on a' },
    ]);
  });

  test('is asked again within its time, and not after', async () => {
    const soon = scripted({ stdout: 'Down' }, { stdout: 'Down' }, { stdout: 'Ready' });
    expect(await runSteps([step({ withinSeconds: 5 })], soon.options)).toMatchObject([{ outcome: 'pass' }]);
    expect(soon.typed).toHaveLength(3);
    const never = scripted({ stdout: 'Down' });
    expect(await runSteps([step({ withinSeconds: 0.05 })], never.options)).toMatchObject([
      { outcome: 'fail' },
    ]);
    const once = scripted({ stdout: 'Down' }, { stdout: 'Ready' });
    expect(await runSteps([step()], once.options)).toMatchObject([{ outcome: 'fail' }]);
  });

  test('does not begin once the run is interrupted', async () => {
    const { options, typed } = scripted({ stdout: 'Ready' });
    expect(await runSteps([step()], { ...options, signal: AbortSignal.abort() })).toEqual([]);
    expect(typed).toEqual([]);
  });
});

test('a command that an interruption ends is no failure, and none comes after it', async () => {
  const { options, typed } = scripted({ exitCode: 137 });
  const ending = new AbortController();
  const run: RunOptions['run'] = (...given) => {
    ending.abort();
    return options.run(...given);
  };
  expect(await runSteps([step(), step()], { ...options, run, signal: ending.signal })).toEqual([]);
  expect(typed).toHaveLength(1);
});

describe('what was printed before', () => {
  const init = step({
    check: says('join'),
    note: { name: 'the join command', from: /^ +(docker swarm join .*)$/m },
  });
  const join = step({ command: '‹the join command› now', check: () => undefined });

  test('stands where it is named', async () => {
    const { options, typed } = scripted({ stdout: 'so:\n    docker swarm join --token T a:2377\n' });
    await runSteps([init, join], options);
    expect(typed[1]).toBe('docker swarm join --token T a:2377 now');
  });

  test('and was not printed: both fail, and nothing half is typed', async () => {
    const { options, typed } = scripted({ stdout: 'join nothing' });
    expect(await runSteps([init, join], options)).toMatchObject([
      { outcome: 'fail', reason: 'does not print the join command' },
      { outcome: 'fail', reason: expect.stringContaining('not run') },
    ]);
    expect(typed).toHaveLength(1);
  });

  test('is not looked for in Go’s templates', () => {
    expect(withNotes("docker ps --format '{{.ID}}'", new Map())).toBe("docker ps --format '{{.ID}}'");
  });
});

describe('the routing mesh', () => {
  const steps = [step({ mesh: 'needed' }), step({ mesh: 'missing' })];

  test('where it is missing: not here, with the reason, and tested another way', async () => {
    const { options } = scripted({ stdout: 'Ready' });
    expect(await runSteps(steps, options)).toMatchObject([
      { outcome: 'not here', reason: expect.stringContaining('no IPVS') },
      { outcome: 'pass' },
    ]);
  });

  test('where it is: asked, and not another way', async () => {
    const { options, typed } = scripted({ stdout: 'Ready' });
    const results = await runSteps(steps, { ...options, hasRoutingMesh: true });
    expect(results.map(({ outcome }) => outcome)).toEqual(['pass']);
    expect(typed).toHaveLength(1);
  });
});

test('where the set-up fails, no command of the course is run, and each counts as failed', async () => {
  const { options, typed } = scripted({ stdout: 'Down' });
  const results = await runSteps([step({ isSetUp: true }), step(), step()], options);
  expect(results.map(({ outcome }) => outcome)).toEqual(['fail', 'fail', 'fail']);
  expect(typed).toHaveLength(1);
});

describe('the line that bash reads', () => {
  test('is the course’s own where nothing is to be added', () => {
    expect(wrap(step(), `echo 'a' | docker secret create b -`)).toBe(`echo 'a' | docker secret create b -`);
  });

  test('has Ctrl-C for what goes on, and a terminal for what wants one', () => {
    expect(wrap(step({ followSeconds: 4 }), 'docker service logs -f web')).toBe(
      'timeout --foreground --signal INT --kill-after 5 4 docker service logs -f web',
    );
    expect(wrap(step({ isInteractive: true }), `docker exec -ti web sh -c 'ls'`)).toBe(
      `script -qec 'docker exec -ti web sh -c '\\''ls'\\''' /dev/null`,
    );
  });
});
