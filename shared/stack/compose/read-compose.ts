import { ComposeFile } from './compose-file.ts';
import { interpolate, type Variables } from './interpolate.ts';
import { readYamlFile } from './yaml-file.ts';

/**
 * Reads a Compose file of version 3.
 * @param variables what `${NAME}` in it stands for
 * @throws SlipwayError `invalid_input` with every error at once, each with line and column; `too_large`
 */
export function readCompose(text: string, variables: Variables = {}): ComposeFile {
  const file = readYamlFile(text);
  const { data, problems } = interpolate(file.data, variables);
  const parsed = ComposeFile.safeParse(data);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw file.refuse([...problems, ...(parsed.error?.issues ?? [])]);
}
