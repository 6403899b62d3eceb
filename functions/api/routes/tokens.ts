import { grantToken, IssuedToken, TokenRequest } from '../../../shared/service/grant-token.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';

export function addTokenRoutes(api: Api): void {
  operate(
    api,
    {
      method: 'post',
      path: '/v1/tokens',
      id: 'createToken',
      tag: 'Tokens',
      summary: 'A bearer token for somebody',
      description: 'An operator makes any; an instructor those of their students. It is shown this once.',
      access: ['instructor', 'operator'],
      body: TokenRequest,
      answers: {
        201: { description: 'The token', content: { 'application/json': IssuedToken } },
      },
    },
    async ({ caller, body, context }) => context.json(await grantToken(api.deps, caller, body), 201),
  );
}
