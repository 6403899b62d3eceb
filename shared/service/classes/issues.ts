import { type InputIssue, SlipwayError } from '../../core/errors.ts';

interface IssueContext {
  addIssue(issue: { code: 'custom'; path: PropertyKey[]; message: string }): void;
}

/** Tells a schema what a reader of ours found wrong. */
export function addIssue(context: IssueContext, { pointer, message }: InputIssue): void {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  context.addIssue({ code: 'custom', path, message });
}

/** @throws SlipwayError `invalid_input` with all of them, where there are any. */
export function refuseIssues(issues: InputIssue[]): void {
  if (issues.length === 0) return;
  const words = issues.slice(0, 3).map(({ pointer, message }) => `${pointer.slice(1)} ${message}`);
  const more = issues.length > 3 ? `; and ${issues.length - 3} more` : '';
  throw new SlipwayError('invalid_input', `${words.join('; ')}${more}`, { issues });
}
