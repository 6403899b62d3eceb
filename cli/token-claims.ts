/** What a token says of its holder, to be shown; only the server can tell whether it is true. */
export function readClaims(token: string): { subject?: string; role?: string; expiresAt?: string } {
  try {
    const text = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { sub, role, exp } = JSON.parse(text) as Record<string, unknown>;
    return {
      ...(typeof sub === 'string' ? { subject: sub } : {}),
      ...(typeof role === 'string' ? { role } : {}),
      ...(typeof exp === 'number' ? { expiresAt: new Date(exp * 1000).toISOString() } : {}),
    };
  } catch {
    return {};
  }
}
