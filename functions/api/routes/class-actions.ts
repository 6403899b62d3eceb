import { z } from 'zod';
import type { ApiDeps } from '../../../shared/ports/deps.ts';
import type { ClassAsk } from '../../../shared/service/classes/act-on-class.ts';
import { Outcomes } from '../../../shared/service/classes/act-on-each.ts';
import { ClassView, viewClass } from '../../../shared/service/classes/class-view.ts';
import {
  By,
  deleteLabs,
  extendLabs,
  startLabs,
  stopLabs,
} from '../../../shared/service/classes/power-class.ts';
import { rebuildLabs } from '../../../shared/service/classes/rebuild-labs.ts';
import { MessageRequest, sendMessage } from '../../../shared/service/classes/send-message.ts';
import { StudentChoice } from '../../../shared/service/classes/student-choice.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { ClassPath, json, TEACHERS } from './parameters.ts';

const tag = 'Classes';

const RESUME =
  'Answered for each student. What 20 s do not reach is `not_reached`: ask the same again, under the same Idempotency-Key, and only what is left is done.';

const Chosen = z.strictObject({ students: StudentChoice });

interface Verb {
  id: string;
  summary: string;
  description: string;
  body: z.ZodType<{ students?: string[] | undefined; by?: string | undefined }>;
  act(deps: ApiDeps, ask: ClassAsk, by: string | undefined): Promise<Outcomes>;
}

const VERBS: Record<string, Verb> = {
  start: {
    id: 'startClass',
    summary: 'Switch labs on',
    description: `One that is off between sessions runs for \`by\`: without it to the end of the session that is on, or for four hours. ${RESUME}`,
    body: Chosen.extend({ by: By.optional() }).default({}),
    act: startLabs,
  },
  stop: {
    id: 'stopClass',
    summary: 'Switch labs off; their disks stay',
    description: RESUME,
    body: Chosen.default({}),
    act: stopLabs,
  },
  extend: {
    id: 'extendClass',
    summary: 'Let labs live, or run, longer',
    description: `Without an Idempotency-Key, asked twice is extended twice. ${RESUME}`,
    body: Chosen.extend({ by: By }),
    act: (deps, ask, by = 'PT0S') => extendLabs(deps, ask, by),
  },
  rebuild: {
    id: 'rebuildClass',
    summary: 'New labs in place of the ones there are',
    description: `In a session also for students who have none. Without an Idempotency-Key, asked twice is rebuilt twice. ${RESUME}`,
    body: Chosen.default({}),
    act: rebuildLabs,
  },
  'delete-labs': {
    id: 'deleteClassLabs',
    summary: 'Tear labs down; the class stays, and its next session makes new ones',
    description: RESUME,
    body: Chosen.default({}),
    act: deleteLabs,
  },
};

export function addClassActionRoutes(api: Api): void {
  for (const [verb, what] of Object.entries(VERBS)) addVerb(api, verb, what);
  const { deps } = api;
  operate(
    api,
    {
      method: 'post',
      path: '/v1/classes/{class}/messages',
      id: 'sendMessage',
      tag,
      summary: 'Tell all labs of the class something',
      description:
        'It shows in each lab’s timeline and in the command; labs made later are told the last ten. Where some were `not_reached`, ask the same again under the same Idempotency-Key.',
      access: TEACHERS,
      params: ClassPath,
      body: MessageRequest,
      repeatable: true,
      answers: {
        202: {
          description: 'It is being told',
          content: json(ClassView.extend({ told: Outcomes.shape.counts }).meta({ id: 'ClassTold' })),
        },
      },
      refuses: ['not_found', 'conflict', 'version_conflict'],
    },
    async ({ caller, params, body, key, context }) => {
      const ask = { caller, classId: params.class, method: 'POST', path: context.req.path, body, key };
      const { found, told } = await sendMessage(deps, ask, body.text);
      context.header('Location', `/v1/classes/${found.id}`);
      return context.json({ ...viewClass(deps, found), told: told.counts }, 202);
    },
  );
}

function addVerb(api: Api, verb: string, { id, summary, description, body: taken, act }: Verb): void {
  operate(
    api,
    {
      method: 'post',
      path: `/v1/classes/{class}/${verb}`,
      id,
      tag,
      summary,
      description,
      access: TEACHERS,
      params: ClassPath,
      body: taken,
      repeatable: true,
      answers: { 200: { description: 'What became of each', content: json(Outcomes) } },
      refuses: ['not_found', 'conflict'],
    },
    async ({ caller, params, body, key, context }) => {
      const { students, by } = body;
      const ask = {
        caller,
        classId: params.class,
        method: 'POST',
        path: context.req.path,
        body,
        key,
        students,
      };
      return context.json(await act(api.deps, ask, by), 200);
    },
  );
}
