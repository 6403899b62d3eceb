import { z } from 'zod';
import type { InputIssue } from '../../../shared/core/errors.ts';
import { SlipwayError } from '../../../shared/core/errors.ts';
import type { SwarmFileSpec } from '../../../shared/ports/engine.ts';
import { dataOf, FileRequest } from '../../../shared/service/swarm/file-request.ts';
import { FileView } from '../../../shared/service/swarm/file-view.ts';
import { createFile, type FileWord, listFiles, removeFile } from '../../../shared/service/swarm/files.ts';
import { FileName } from '../../../shared/service/swarm/names.ts';
import { operate } from '../operate.ts';
import type { Api, RawBody } from '../operation.ts';
import { EVERYBODY, json, LabPath, pageOf, paging, SWARM_REFUSES } from './parameters.ts';

export const BYTES = 'application/octet-stream';
/** http-api.md: of a secret or config. */
export const MOST_FILE_BODY_BYTES = 720 * 1024;

/** What secrets and configs have in common. */
export function addFileRoutes(api: Api, word: FileWord): void {
  const { deps } = api;
  const path = `/v1/labs/{lab}/${word}s`;
  const Word = word === 'secret' ? 'Secret' : 'Config';
  const tag = 'Secrets and configs';
  operate(
    api,
    {
      method: 'get',
      path,
      id: `list${Word}s`,
      tag,
      summary: `${Word}s of a lab’s swarm, whoever made them: not what is in them`,
      access: EVERYBODY,
      params: LabPath,
      query: paging,
      answers: { 200: { description: 'By name', content: json(pageOf(FileView)) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, query, context }) =>
      context.json(await listFiles(deps, caller, params.lab, word, query)),
  );

  operate(
    api,
    {
      method: 'post',
      path,
      id: `create${Word}`,
      tag,
      summary: `Make a ${word}, as docker ${word} create does`,
      description: 'Text or base64 in JSON, or the bytes themselves with the name in the query.',
      access: EVERYBODY,
      params: LabPath,
      query: z.strictObject({ name: FileName.optional().describe(`Of a body of ${BYTES}`) }),
      body: FileRequest,
      rawBody: { types: [BYTES], limitBytes: MOST_FILE_BODY_BYTES },
      repeatable: true,
      answers: { 201: { description: 'It is made', content: json(FileView) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, query, body, raw, key, context }) => {
      const spec = specOf(body, raw, query.name);
      const write = { caller, labId: params.lab, method: 'POST', path: context.req.path, body: spec, key };
      const file = await createFile(deps, write, word, spec);
      context.header('Location', `/v1/labs/${params.lab}/${word}s/${file.name}`);
      return context.json(file, 201);
    },
  );

  operate(
    api,
    {
      method: 'delete',
      path: `${path}/{${word}}`,
      id: `remove${Word}`,
      tag,
      summary: `Remove a ${word} that no service uses`,
      access: EVERYBODY,
      params: LabPath.extend({ [word]: z.string().describe(`The ${word}’s name or id`) }),
      repeatable: true,
      answers: { 204: { description: 'It is removed' } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, key, context }) => {
      const { lab: labId, [word]: nameOrId = '' } = params as Record<string, string>;
      const write = { caller, labId: labId ?? '', method: 'DELETE', path: context.req.path, key };
      await removeFile(deps, write, word, nameOrId);
      return context.body(null, 204);
    },
  );
}

function specOf(
  body: z.output<typeof FileRequest>,
  raw: RawBody | undefined,
  name: string | undefined,
): SwarmFileSpec {
  if (raw === undefined) {
    if (name !== undefined) throw refused('/name', 'is for a body of bytes: with JSON, put it into the body');
    return { Name: body.name, Labels: body.labels ?? {}, Data: dataOf(body) };
  }
  if (name === undefined) throw refused('/name', 'is missing; with a body of bytes, send it as ?name=');
  return { Name: name, Labels: {}, Data: raw.bytes.toString('base64') };
}

function refused(pointer: string, message: string): SlipwayError {
  const issue: InputIssue = { pointer, message };
  return new SlipwayError('invalid_input', `${pointer.slice(1)} ${message}`, { issues: [issue] });
}
