import { describe, expect, it } from 'vitest';
import { assertBrowserUrl } from '../../../main/auth/browser-url.ts';

const domain = 'https://photos.auth.eu-central-1.amazoncognito.com';

describe('assertBrowserUrl', () => {
  it('lets the configured host through', () => {
    expect(() => assertBrowserUrl(`${domain}/oauth2/authorize?x=1`, domain)).not.toThrow();
    expect(() => assertBrowserUrl('http://127.0.0.1:9000/logout', 'http://127.0.0.1:9000')).not.toThrow();
  });

  it.each([
    'https://evil.example/oauth2/authorize',
    `${domain}.evil.example/`,
    `https://user@${domain.slice(8)}/`,
    `${domain}:8443/`,
    domain.replace('https', 'http'),
    'file:///etc/passwd',
    'javascript:alert(1)',
    '$(calc.exe)',
    '',
  ])('refuses %s', (url) => {
    expect(() => assertBrowserUrl(url, domain)).toThrow(
      expect.objectContaining({ code: 'browser_url_refused' }),
    );
  });
});
