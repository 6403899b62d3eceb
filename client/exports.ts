/** What the package gives to who imports it. */
export { ApiError, Unreachable } from './api-error.ts';
export {
  type Answer,
  type Client,
  type ClientOptions,
  createClient,
  type Input,
  type OperationId,
} from './client.ts';
export type * from './operations.ts';
export type { ServerEvent } from './server-events.ts';
