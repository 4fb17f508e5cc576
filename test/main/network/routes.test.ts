import { describe, expect, it } from 'vitest';
import { createRouteBook } from '../../../main/network/route-book.ts';
import { addressOf, parseRoutes, type Route } from '../../../main/network/routes.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('parseRoutes', () => {
  it.each<[string, Route[]]>([
    ['DIRECT', [{ kind: 'direct' }]],
    ['', [{ kind: 'direct' }]],
    ['PROXY proxy.example:8080', [{ kind: 'http', host: 'proxy.example', port: 8080 }]],
    ['PROXY proxy.example', [{ kind: 'http', host: 'proxy.example', port: 80 }]],
    ['HTTPS proxy.example', [{ kind: 'https', host: 'proxy.example', port: 443 }]],
    ['PROXY [2001:db8::1]:3128', [{ kind: 'http', host: '2001:db8::1', port: 3128 }]],
    ['SOCKS old.example', [{ kind: 'socks', version: 4, host: 'old.example', port: 1080 }]],
    ['socks5 new.example:9', [{ kind: 'socks', version: 5, host: 'new.example', port: 9 }]],
    [
      'PROXY a:1; PROXY b:2 ;DIRECT',
      [{ kind: 'http', host: 'a', port: 1 }, { kind: 'http', host: 'b', port: 2 }, { kind: 'direct' }],
    ],
    ['QUIC a:1; PROXY b:2', [{ kind: 'http', host: 'b', port: 2 }]],
  ])('reads %j', (list, routes) => {
    expect(parseRoutes(list)).toEqual(routes);
  });

  it('goes direct only where it says so', () => {
    expect(parseRoutes('QUIC a:1')).toEqual([]);
    expect(parseRoutes('PROXY')).toEqual([]);
  });
});

it('names a proxy by its address', () => {
  expect([addressOf({ host: 'a', port: 1 }), addressOf({ host: '::1', port: 2 })]).toEqual([
    'a:1',
    '[::1]:2',
  ]);
});

describe('the route book', () => {
  const a: Route = { kind: 'http', host: 'a', port: 1 };
  const b: Route = { kind: 'http', host: 'b', port: 2 };
  const setUp = (...answers: (Route[] | Error)[]) => {
    const clock = fakeClock();
    const asked: string[] = [];
    const book = createRouteBook((origin) => {
      asked.push(origin);
      const answer = answers[asked.length - 1] ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    }, clock.now);
    return { clock, asked, book };
  };

  it('asks once a minute for each origin, and again when the network has changed', async () => {
    const { clock, asked, book } = setUp([a], [b], [b], [a]);
    expect(await book.to('https://x')).toEqual([a]);
    expect(await book.to('https://x')).toEqual([a]);
    expect(await book.to('https://y')).toEqual([b]);
    clock.advance(60_000);
    expect(await book.to('https://x')).toEqual([b]);
    book.forget();
    expect(await book.to('https://x')).toEqual([a]);
    expect(asked).toEqual(['https://x', 'https://y', 'https://x', 'https://x']);
  });

  it('puts the way that worked first', async () => {
    const { book } = setUp([a, b]);
    await book.to('https://x');
    book.worked('https://x', b);
    expect(await book.to('https://x')).toEqual([b, a]);
    book.worked('https://x', { kind: 'direct' });
    expect(await book.to('https://x')).toEqual([b, a]);
  });

  it('keeps no failure', async () => {
    const { book } = setUp(new Error('engine'), [a]);
    await expect(book.to('https://x')).rejects.toThrow('engine');
    expect(await book.to('https://x')).toEqual([a]);
  });
});
