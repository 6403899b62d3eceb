import type { IncomingHttpHeaders } from 'node:http';

const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

export type SignatureFault = { code: string; message: string; status: number };

/**
 * Is the request signed (SigV4) for this service and Region? The signature itself is not recomputed: the fake has
 * nobody's secret key. @returns why not, or undefined.
 */
export function signatureFault(
  headers: IncomingHttpHeaders,
  service: string,
  region: string,
): SignatureFault | undefined {
  const { authorization } = headers;
  if (authorization === undefined) {
    return {
      code: 'MissingAuthenticationToken',
      message: 'Request is missing Authentication Token',
      status: 403,
    };
  }
  const [, , , signedRegion, signedService, signedHeaders = ''] = SIGNED.exec(authorization) ?? [];
  if (signedRegion !== region || signedService !== service) {
    return {
      code: 'AuthFailure',
      message: `AWS was not able to validate the provided access credentials: signed for ${signedService} in ${signedRegion}, not ${service} in ${region}`,
      status: 401,
    };
  }
  const names = signedHeaders.split(';');
  if (!names.includes('host') || headers['x-amz-date'] === undefined) {
    return { code: 'AuthFailure', message: 'host and x-amz-date must be signed', status: 401 };
  }
  return undefined;
}
