import { describe, expect, it } from 'vitest';
import { clientConfigSchema, isAllowedUrl, issuerOf } from '../../../main/lib/client-config.ts';

const config = {
  apiUrl: 'https://photos.example.org/api',
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_AbCdEf',
  clientId: 'client',
  domain: 'https://photos.auth.eu-central-1.amazoncognito.com',
  callbackPorts: [47_000, 47_001],
};

describe('isAllowedUrl', () => {
  it.each([
    'https://photos.example.org',
    'https://photos.example.org:8443/base',
    'http://127.0.0.1:3000',
    'http://localhost:3000/',
  ])('allows %s', (url) => {
    expect(isAllowedUrl(url)).toBe(true);
  });

  it.each([
    'http://photos.example.org',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
    'http://10.0.0.1',
    'https://user@photos.example.org',
    'https://user:secret@photos.example.org',
    'http://127.0.0.1@photos.example.org',
    'ftp://photos.example.org',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'photos.example.org',
    '',
  ])('refuses %s', (url) => {
    expect(isAllowedUrl(url)).toBe(false);
  });
});

describe('the client configuration', () => {
  it('fills in the scopes that a library leaves out', () => {
    expect(clientConfigSchema.parse(config)).toEqual({ ...config, scopes: ['openid', 'profile', 'email'] });
  });

  it('takes base addresses with a slash at their end as the same without', () => {
    const parsed = clientConfigSchema.parse({
      ...config,
      apiUrl: `${config.apiUrl}/`,
      domain: `${config.domain}//`,
    });
    expect(parsed).toMatchObject({ apiUrl: config.apiUrl, domain: config.domain });
  });

  it.each([
    ['apiUrl', 'http://photos.example.org'],
    ['domain', 'http://photos.example.org'],
    ['issuer', 'http://photos.example.org'],
    ['callbackPorts', []],
    ['callbackPorts', [80]],
    ['callbackPorts', [47_000.5]],
    ['callbackPorts', [65_536]],
    ['scopes', []],
    ['clientId', ''],
    ['clientSecret', ''],
    ['identityProvider', ''],
    ['lang', 'German'],
    ['lang', 'de&prompt=none'],
    ['region', undefined],
  ])('refuses %s = %j and names it', (key, value) => {
    const parsed = clientConfigSchema.safeParse({ ...config, [key]: value });
    expect(parsed.error?.issues[0]?.path[0]).toBe(key);
  });

  it('derives the issuer of a pool, unless one is given', () => {
    expect(issuerOf(config)).toBe('https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf');
    expect(issuerOf({ ...config, issuer: 'http://127.0.0.1:1/pool' })).toBe('http://127.0.0.1:1/pool');
  });
});
