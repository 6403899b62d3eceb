import { grantToken, IssuedToken, TokenRequest } from '../../../shared/service/grant-token.ts';
import { rotateSigningKey, SigningKeyNames } from '../../../shared/service/rotate-signing-key.ts';
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

  operate(
    api,
    {
      method: 'post',
      path: '/v1/tokens/rotate',
      id: 'rotateSigningKey',
      tag: 'Tokens',
      summary: 'A new key that tokens are signed with',
      description:
        'Tokens of the key before are taken until the next rotation, so one rotation logs nobody out, and two make an end of all older tokens. The operator’s own key is renewed within the hour.',
      access: ['operator'],
      answers: {
        200: {
          description: 'The names of the keys',
          content: { 'application/json': SigningKeyNames },
        },
      },
    },
    async ({ context }) => context.json(await rotateSigningKey(api.deps)),
  );
}
