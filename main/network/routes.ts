/** The ways to a server, as the system's proxy settings or a PAC file give them. */

export type Route =
  | { kind: 'direct' }
  /** A proxy that is spoken to in HTTP, over plain TCP or over TLS. */
  | { kind: 'http' | 'https'; host: string; port: number }
  | { kind: 'socks'; version: 4 | 5; host: string; port: number };

/** How far a list's entry says nothing of its port (Chromium, net/docs/proxy.md, "Proxy server schemes"). */
const kinds = {
  PROXY: { kind: 'http', port: 80 },
  HTTP: { kind: 'http', port: 80 },
  HTTPS: { kind: 'https', port: 443 },
  SOCKS: { kind: 'socks', version: 4, port: 1080 },
  SOCKS4: { kind: 'socks', version: 4, port: 1080 },
  SOCKS5: { kind: 'socks', version: 5, port: 1080 },
} as const;

/**
 * Reads what `FindProxyForURL` returns, and Chromium's `resolveProxy` with it: `PROXY a:8080; SOCKS5 b; DIRECT`.
 * An entry that we cannot use (`QUIC`) is left out; a list of nothing else is empty, and not direct.
 */
export function parseRoutes(list: string): Route[] {
  if (list.trim() === '') return [{ kind: 'direct' }];
  return list.split(';').flatMap((entry): Route[] => {
    const [, type = '', address = ''] = /^\s*(\w+)(?:\s+(\S+))?\s*$/.exec(entry) ?? [];
    const name = type.toUpperCase();
    if (name === 'DIRECT') return [{ kind: 'direct' }];
    if (!Object.hasOwn(kinds, name)) return [];
    const scheme = kinds[name as keyof typeof kinds];
    // `[::1]:8080`, `proxy.example:8080`, `proxy.example`
    const [, six, name4, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address) ?? [];
    const host = six ?? name4;
    return host === undefined
      ? []
      : [{ ...scheme, host, port: port === undefined ? scheme.port : Number(port) }];
  });
}

/** A proxy's address for people and as a key; an IPv6 address in brackets. */
export function addressOf({ host, port }: { host: string; port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
