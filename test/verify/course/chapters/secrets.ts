import { all, anId, holds, lacks, prints, replicas, rows, says } from '../checks.ts';
import type { Chapter, Step } from '../step.ts';
import { inTask } from './in-task.ts';

const FIRST = 'LINUXtips-01';
const MACHINES = [FIRST, 'LINUXtips-02', 'LINUXtips-03'];

/** In the one task of app, on whichever node it is. */
const inApp = (command: string, check: Step['check']): Step => ({
  on: FIRST,
  command: inTask('app', command),
  withinSeconds: 30,
  check,
});

/** Ch. 14: secrets, mounted with mode and owner, and rotated. */
export const secrets: Chapter = {
  name: 'secrets',
  title: 'secrets (ch. 14)',
  template: 'secrets',
  files: {
    'minha_secret.txt': 'minha secret do arquivo\n',
    // The course builds it before; that it ends when it is told to is all that it does.
    'minha_app/Dockerfile': `FROM busybox\nCMD ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"]\n`,
  },
  steps: [
    ...MACHINES.map(
      (on): Step => ({
        on,
        command: 'docker image build -t minha_app:1.0 minha_app',
        isSetUp: true,
        check: says('Successfully tagged minha_app:1.0'),
      }),
    ),
    { on: FIRST, command: `echo 'minha secret' | docker secret create minha_secret -`, check: anId },
    { on: FIRST, command: 'docker secret create minha_secret_arquivo minha_secret.txt', check: anId },
    {
      on: FIRST,
      command: 'docker secret inspect minha_secret',
      check: all(
        holds({ '0.Spec.Name': 'minha_secret', '0.Spec.Data': undefined }),
        lacks('minha secret', Buffer.from('minha secret').toString('base64').slice(0, 12)),
      ),
    },
    {
      on: FIRST,
      command: 'docker secret ls',
      check: all(rows(2), says(/ minha_secret +/, / minha_secret_arquivo +/)),
    },
    { on: FIRST, command: 'docker secret rm minha_secret', check: prints('minha_secret') },
    { on: FIRST, command: 'docker secret rm minha_secret_arquivo', check: prints('minha_secret_arquivo') },
    { on: FIRST, command: 'docker secret ls', check: rows(0) },
    { on: FIRST, command: `echo 'senha_do_banco' | docker secret create db_pass -`, check: anId },
    {
      on: FIRST,
      command: 'docker service create --name app --detach=false --secret db_pass minha_app:1.0',
      deadlineSeconds: 120,
      check: anId,
    },
    { on: FIRST, command: 'docker service ls', check: replicas({ app: '1/1' }) },
    inApp('cat /run/secrets/db_pass', prints('senha_do_banco')),
    inApp('grep /run/secrets /proc/mounts', says(/^tmpfs \/run\/secrets/m)),
    { on: FIRST, command: 'docker service rm app', check: prints('app') },
    {
      on: FIRST,
      command:
        'docker service create --detach=false --name app --secret source=db_pass,target=password,uid=2000,gid=3000,mode=0400 minha_app:1.0',
      deadlineSeconds: 120,
      check: anId,
    },
    inApp('ls -lhart /run/secrets/', says(/^-r-------- +1 2000 +3000 +\d+ .* password$/m)),
    inApp('cat /run/secrets/password', prints('senha_do_banco')),
    { on: FIRST, command: `echo 'nova_senha' | docker secret create db_pass_1 -`, check: anId },
    {
      on: FIRST,
      command:
        'docker service update --secret-rm db_pass --detach=false --secret-add source=db_pass_1,target=password app',
      deadlineSeconds: 120,
      check: says(/converged/),
    },
    inApp('cat /run/secrets/password', prints('nova_senha')),
    { on: FIRST, command: 'docker secret rm db_pass', check: prints('db_pass') },
    { on: FIRST, command: 'docker secret ls', check: all(rows(1), says(/ db_pass_1 +/)) },
    { on: FIRST, command: 'docker service rm app', check: prints('app') },
  ],
};
