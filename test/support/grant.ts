import type { Grant } from '../../main/upload/backend-client.ts';

/** A grant for a store at this address; its credentials are good for an hour. */
export function testGrant(endpoint: string, overrides: Partial<Grant> = {}): Grant {
  return {
    bucket: 'library',
    region: 'eu-central-1',
    endpoint,
    forcePathStyle: true,
    keyPrefix: 'users/ada/photos/',
    checksum: 'SHA256',
    maxBytes: 5 * 1024 ** 3,
    credentials: {
      accessKeyId: 'AKIATEST',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: Date.now() + 3_600_000,
    },
    ...overrides,
  };
}
