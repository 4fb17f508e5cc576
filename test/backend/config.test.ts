import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../backend/config.ts';

const complete = {
  PORT: '8080',
  PUBLIC_URL: 'https://photos.example.org',
  CLIENT_ID: '4abc',
  COGNITO_DOMAIN: 'https://photos.auth.eu-central-1.amazoncognito.com',
  REGION: 'eu-central-1',
  USER_POOL_ID: 'eu-central-1_AbCdEfGhI',
  CALLBACK_PORTS: '17501,17502',
  DATABASE_URL: 'postgres://tintype@db/tintype',
  S3_BUCKET: 'photos-example',
  S3_REGION: 'eu-central-1',
  S3_CHECKSUM: 'SHA256',
  GRANT_ROLE_ARN: 'arn:aws:iam::123456789012:role/tintype-upload',
};

function faultsOf(change: Record<string, string | undefined>): string[] {
  try {
    readConfig({ ...complete, ...change });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.split('\n');
  }
}

describe('the configuration', () => {
  it('knows the app’s way to the store where it is another one than the backend’s', () => {
    const inside = { S3_ENDPOINT: 'https://store.inside.example.org' };
    const outside = { S3_PUBLIC_ENDPOINT: 'https://store.example.org' };
    expect(readConfig({ ...complete, ...inside }).store.publicEndpoint).toBe(inside.S3_ENDPOINT);
    expect(readConfig({ ...complete, ...inside, ...outside }).store).toMatchObject({
      endpoint: inside.S3_ENDPOINT,
      publicEndpoint: outside.S3_PUBLIC_ENDPOINT,
    });
  });

  it('is taken when it is complete, with sensible defaults', () => {
    expect(readConfig(complete)).toMatchObject({
      port: 8080,
      host: '0.0.0.0',
      issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI',
      callbackPorts: [17501, 17502],
      database: { kind: 'postgres' },
      store: { forcePathStyle: false, endpoint: undefined, maxBytes: 50 * 2 ** 30, grantSeconds: 3600 },
    });
  });

  it('tells the app what to ask for at sign-in', () => {
    expect(readConfig(complete)).toMatchObject({ scopes: ['openid', 'profile', 'email'] });
    const told = { SCOPES: 'openid email photos/write', IDENTITY_PROVIDER: 'Corp', LOGIN_LANG: 'pt-BR' };
    expect(readConfig({ ...complete, ...told })).toMatchObject({
      scopes: ['openid', 'email', 'photos/write'],
      identityProvider: 'Corp',
      loginLang: 'pt-BR',
    });
    expect(faultsOf({ SCOPES: 'email' })[0]).toContain('SCOPES must be scopes');
    expect(faultsOf({ LOGIN_LANG: 'German' })[0]).toContain('LOGIN_LANG must be a language');
  });

  it('listens on the machine alone when that is where it is reached', () => {
    expect(readConfig({ ...complete, PUBLIC_URL: 'http://127.0.0.1:8080' }).host).toBe('127.0.0.1');
    expect(readConfig({ ...complete, PORT: '0', PUBLIC_URL: undefined }).host).toBe('127.0.0.1');
    expect(readConfig({ ...complete, HOST: '10.0.0.5' }).host).toBe('10.0.0.5');
  });

  it.each(Object.keys(complete))('names %s when it is missing or empty', (name) => {
    for (const value of [undefined, '']) {
      const [fault, ...others] = faultsOf({ [name]: value });
      expect(fault).toContain(name);
      expect(others).toEqual([]);
    }
  });

  it('tells all faults at once', () => {
    expect(faultsOf({ PORT: 'x', S3_BUCKET: undefined, REGION: undefined })).toHaveLength(3);
  });

  it.each([
    ['PORT', '70000'],
    ['PUBLIC_URL', 'http://photos.example.org'],
    ['PUBLIC_URL', 'https://photos.example.org/'],
    ['PUBLIC_URL', 'https://me:secret@photos.example.org'],
    ['COGNITO_DOMAIN', 'photos.auth.example'],
    ['USER_POOL_ID', 'pool'],
    ['CALLBACK_PORTS', '17501;17502'],
    ['CALLBACK_PORTS', '80'],
    ['CALLBACK_PORTS', '99999'],
    ['DATABASE_URL', 'mysql://db'],
    ['PGLITE_DIR', '/tmp/as-well'],
    ['S3_BUCKET', 'Not A Bucket'],
    ['S3_ENDPOINT', 'http://store.example.org'],
    ['S3_PUBLIC_ENDPOINT', 'http://store.example.org'],
    ['S3_FORCE_PATH_STYLE', 'yes'],
    ['S3_CHECKSUM', 'CRC32'],
    ['SSE_KMS_KEY_ID', 'alias/photos'],
    ['GRANT_ROLE_ARN', 'tintype-upload'],
    ['MAX_BYTES', '5497558138881'],
    ['GRANT_SECONDS', '60'],
  ])('refuses %s=%s with a sentence that names it', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringContaining(name)]);
  });

  it('knows that KMS keys and MD5 do not go together', () => {
    const [fault] = faultsOf({
      S3_CHECKSUM: 'MD5',
      SSE_KMS_KEY_ID: 'arn:aws:kms:eu-central-1:123456789012:key/1',
    });
    expect(fault).toContain('S3_CHECKSUM=SHA256');
  });
});
