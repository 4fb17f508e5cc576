import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchConfig, loadConfig, saveConfig } from '../../main/config.ts';
import type { ClientConfig } from '../../main/lib/client-config.ts';
import { problemOf } from '../../main/lib/rpc.ts';
import { ProxyAuthNeeded } from '../../main/network/proxy-errors.ts';
import type { Problem } from '../../preload/contract/model.ts';
import { deferred } from '../support/deferred.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { writeFile } from '../support/files.ts';
import { closedPort, json, serve, type Handler } from '../support/http-server.ts';
import { tempDir } from '../support/temp-dir.ts';

function config(region: string): ClientConfig {
  return {
    apiUrl: 'https://photos.example.org',
    region,
    userPoolId: `${region}_pool`,
    clientId: 'client',
    domain: 'https://auth.example.org',
    callbackPorts: [47_000],
    scopes: ['openid'],
  };
}

function problemIn(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    return problemOf(error);
  }
  throw new Error('nothing failed');
}

describe('loadConfig', () => {
  function sources() {
    const dir = tempDir();
    const places = { userDataDir: path.join(dir, 'user'), resourcesDir: path.join(dir, 'resources') };
    const write = (file: string, content: unknown): string =>
      writeFile(path.join(dir, file), JSON.stringify(content));
    return { dir, places, write };
  }

  it('takes the named file first, then the user’s folder, then what came with the app', () => {
    const { places, write } = sources();
    expect(loadConfig({ named: undefined, ...places })).toBeNull();
    write('resources/client-config.json', config('packaged'));
    expect(loadConfig({ named: undefined, ...places })?.region).toBe('packaged');
    saveConfig(config('user'), places.userDataDir);
    expect(loadConfig({ named: undefined, ...places })?.region).toBe('user');
    const named = write('elsewhere.json', config('named'));
    expect(loadConfig({ named, ...places })?.region).toBe('named');
  });

  it('does not fall back when the named file is missing: somebody meant that one', () => {
    const { dir, places } = sources();
    saveConfig(config('user'), places.userDataDir);
    const named = path.join(dir, 'gone.json');
    expect(problemIn(() => loadConfig({ named, ...places }))).toEqual({
      code: 'config_missing',
      detail: named,
    });
  });

  it('names the file and the field that is wrong', () => {
    const { places, write } = sources();
    const named = write('wrong.json', { ...config('x'), apiUrl: 'http://photos.example.org' });
    const problem = problemIn(() => loadConfig({ named, ...places }));
    expect(problem.code).toBe('config_invalid');
    expect(problem.detail).toContain(named);
    expect(problem.detail).toContain('apiUrl');
    fs.writeFileSync(named, '{ broken');
    expect(problemIn(() => loadConfig({ named, ...places }))).toMatchObject({
      code: 'config_invalid',
      detail: expect.stringContaining(named) as unknown,
    });
    expect(
      problemIn(() => loadConfig({ named: places.userDataDir.replace(/user$/, ''), ...places })).code,
    ).toBe('config_invalid');
  });

  it('reads back what was saved, readable by its owner alone, with nothing left beside it', () => {
    const { places } = sources();
    saveConfig({ ...config('a'), clientSecret: 'secret' }, places.userDataDir);
    saveConfig({ ...config('b'), clientSecret: 'secret' }, places.userDataDir);
    expect(loadConfig({ named: undefined, ...places })).toEqual({ ...config('b'), clientSecret: 'secret' });
    expect(fs.readdirSync(places.userDataDir)).toEqual(['client-config.json']);
    expect(fs.statSync(path.join(places.userDataDir, 'client-config.json')).mode & 0o777).toBe(0o600);
  });
});

describe('fetchConfig', () => {
  const offer: Handler = (request, response) => {
    if (request.url?.endsWith('/v1/client-config') === true) json(response, 200, config('offered'));
    else json(response, 404, { code: 'not_found' });
  };
  const problemOfAddress = (address: string): Promise<Problem> =>
    fetchConfig(address, fetch).then(() => {
      throw new Error('it was taken');
    }, problemOf);

  it('fetches what a library offers, however its address is typed', async () => {
    const { url, requests } = await serve(offer);
    for (const address of [url, `${url}/`, `  ${url}// `, `${url}/base`, url.replace('http', 'HTTP')]) {
      expect((await fetchConfig(address, fetch)).region).toBe('offered');
    }
    expect(new Set(requests)).toEqual(new Set(['GET /v1/client-config', 'GET /base/v1/client-config']));
  });

  it('means https when no scheme is typed', async () => {
    const asked: string[] = [];
    const stop: typeof fetch = (input) => {
      asked.push(new Request(input).url);
      return Promise.resolve(Response.json(config('offered')));
    };
    await fetchConfig('photos.example.org', stop);
    await fetchConfig('photos.example.org:8443/library/', stop);
    expect(asked).toEqual([
      'https://photos.example.org/v1/client-config',
      'https://photos.example.org:8443/library/v1/client-config',
    ]);
  });

  it.each(['ftp://photos.example.org', 'not an address', '   ', 'a@b.example', 'https://'])(
    'refuses %j before it asks anybody',
    async (address) => {
      expect((await problemOfAddress(address)).code).toBe('config_address_invalid');
    },
  );

  it('refuses plain http', async () => {
    expect((await problemOfAddress('http://photos.example.org')).code).toBe('config_not_https');
  });

  it('does not repeat a password that somebody typed', async () => {
    const problem = await problemOfAddress('https://ada:hush@photos.example.org');
    expect(problem).toEqual({ code: 'config_address_invalid', detail: 'photos.example.org' });
  });

  it('says when nobody is there', async () => {
    expect(await problemOfAddress(`http://127.0.0.1:${await closedPort()}`)).toEqual({
      code: 'config_unreachable',
      detail: 'ECONNREFUSED',
    });
    expect((await problemOfAddress('library.invalid')).code).toBe('config_no_such_host');
  });

  it('gives up on a server that takes the call and says nothing', async () => {
    const clock = fakeClock();
    const called = deferred<void>();
    const { url } = await serve(() => {
      called.resolve();
    });
    const problem = fetchConfig(url, fetch, clock).catch(problemOf);
    await called.promise;
    clock.advance(15_000);
    expect(await problem).toMatchObject({ code: 'config_unreachable' });
    expect(clock.pending).toBe(0);
  });

  it.each<[string, Error]>([
    ['config_certificate', new Error('net::ERR_CERT_AUTHORITY_INVALID')],
    ['config_proxy', new Error('net::ERR_TUNNEL_CONNECTION_FAILED')],
    ['config_proxy', new Error('net::ERR_PROXY_CONNECTION_FAILED')],
    ['config_no_such_host', new Error('net::ERR_NAME_NOT_RESOLVED')],
    ['config_not_https', new Error('net::ERR_SSL_PROTOCOL_ERROR')],
    ['config_not_https', new Error('net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH')],
    ['config_unreachable', new Error('net::ERR_CONNECTION_REFUSED')],
    ['config_unreachable', new Error('net::ERR_INTERNET_DISCONNECTED')],
    ['config_proxy_password', new ProxyAuthNeeded('proxy.example:8080', 'office')],
  ])('says %s by the name that Chromium’s network gives', async (code, error) => {
    const failing = (): Promise<Response> => Promise.reject(error);
    const problem = await fetchConfig('library.invalid', failing).catch(problemOf);
    expect(problem).toMatchObject({ code });
  });

  it.each<[string, Handler]>([
    [
      'a page',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>'),
    ],
    ['other JSON', (_request, response) => json(response, 200, { hello: 'world' })],
    [
      'a redirect, as of a captive portal',
      (_request, response) => response.writeHead(302, { location: 'https://portal.invalid/' }).end(),
    ],
    [
      'a page without end',
      (_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(' '.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
    ],
    ['404', (_request, response) => json(response, 404, {})],
    ['500', (_request, response) => json(response, 500, {})],
    [
      'an address that is not safe',
      (_request, response) => json(response, 200, { ...config('x'), domain: 'http://x.org' }),
    ],
  ])('says when something else is there: %s', async (_what, handler) => {
    const { url } = await serve(handler);
    expect((await problemOfAddress(url)).code).toBe('config_not_tintype');
  });
});
