import { isSlipwayError, SlipwayError } from '../../core/errors.ts';

/** What an engine says, and what that is in the API's codes; the first that fits. `reason` is the engine's, in short. */
const MEANINGS: { says: RegExp; means: (reason: string) => SlipwayError }[] = [
  {
    says: /update out of sequence/i,
    means: () => new SlipwayError('version_conflict', 'it was changed by somebody else just now; ask again'),
  },
  {
    says: /in use by the following service/i,
    means: (reason) => new SlipwayError('conflict', `${reason}; take it out of them first`),
  },
  {
    says: /already in use by service/i,
    means: (reason) => new SlipwayError('conflict', `${reason}; publish another one, or remove that service`),
  },
  {
    says: /does not have a previous spec/i,
    means: () => new SlipwayError('conflict', 'it was never updated, so there is nothing to roll back to'),
  },
  {
    says: /name conflicts|already exists/i,
    means: (reason) => new SlipwayError('conflict', `${reason}; choose another name, or change that one`),
  },
  {
    says: /does not have a leader|too few managers/i,
    means: () =>
      new SlipwayError('conflict', 'the swarm has lost its majority of managers: start those that are down', {
        retryable: true,
      }),
  },
  {
    says: /not a swarm manager|not part of a swarm/i,
    means: () =>
      new SlipwayError('conflict', 'the machine that was asked manages no swarm any more; ask again', {
        retryable: true,
      }),
  },
  {
    says: /deadline ?exceeded|code = (?:Unavailable|Canceled)/i,
    means: (reason) => new SlipwayError('engine_unreachable', `the swarm did not answer in time: ${reason}`),
  },
  { says: /network \S+ not found/, means: invalid },
  { says: /code = FailedPrecondition/, means: (reason) => new SlipwayError('conflict', reason) },
  { says: /code = NotFound|is ambiguous/, means: (reason) => new SlipwayError('not_found', reason) },
  { says: /code = (?:InvalidArgument|ResourceExhausted)/, means: invalid },
];

/**
 * Waits for an engine's answer to what a client asked, and tells a refusal in the API's own codes: what a client sent
 * is no fault of the engine's. What fits nothing stays `engine_refused`.
 */
export async function inOurWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw isSlipwayError(error, 'engine_refused') ? translated(error) : error;
  }
}

function translated(error: SlipwayError): SlipwayError {
  const { status, reason } = error.facts as { status?: number; reason?: string };
  const said = reason ?? error.message;
  const short = said.replace(/^(?:rpc error: code = \w+ desc = )+/, '');
  const meaning = MEANINGS.find(({ says }) => says.test(said));
  if (meaning !== undefined) return meaning.means(short);
  if (status === 404) return new SlipwayError('not_found', short);
  if (status === 409) return new SlipwayError('conflict', short);
  return status !== undefined && status >= 400 && status < 500 ? invalid(short) : error;
}

function invalid(reason: string): SlipwayError {
  const message = `the swarm does not take this: ${reason}`;
  return new SlipwayError('invalid_input', message, { issues: [{ pointer: '', message }] });
}
