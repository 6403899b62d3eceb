/** What the API refused, in its own words. */
export class ApiError extends Error {
  readonly status: number;
  /** One of the API's closed list, `not_found` or `quorum` say; `unknown` where the answer was not the API's. */
  readonly code: string;
  /** Everything wrong with the input, each with a JSON pointer to it. */
  readonly issues: { pointer: string; message: string }[];
  /** The whole problem, facts such as `needed` and `remaining` among it. */
  readonly problem: Record<string, unknown>;

  constructor(status: number, problem: Record<string, unknown>) {
    super(typeof problem.detail === 'string' ? problem.detail : `the server answered with status ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = typeof problem.code === 'string' ? problem.code : 'unknown';
    this.issues = Array.isArray(problem.errors) ? problem.errors : [];
    this.problem = problem;
  }
}

/** No answer came from the server at all. */
export class Unreachable extends Error {
  constructor(server: string, cause: unknown) {
    super(`${server} does not answer: ${reasonOf(cause)}`, { cause });
    this.name = 'Unreachable';
  }
}

/** fetch says "fetch failed" and keeps why as its cause; of several addresses, the last tried tells. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it took too long';
  const { cause } = error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors.at(-1));
  return cause instanceof Error ? reasonOf(cause) : error.message;
}
