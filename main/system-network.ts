/** What Chromium knows of the network, for the engine, which has none of it. */
import type { Certificate, Session } from 'electron';
import type { NetworkCalls } from './lib/engine-protocol.ts';
import type { Handlers } from './lib/rpc.ts';
import { withDeadline } from './lib/signals.ts';

type ChromiumSession = Pick<Session, 'forceReloadProxyConfig' | 'resolveProxy' | 'setCertificateVerifyProc'>;

/** A server that does not answer by then is as good as refused. */
const knockMs = 10_000;
/** Of one host; its servers may have several chains, an attacker's names are without end. */
const maxIssuers = 20;
const maxHosts = 100;

/**
 * Answers from the system's proxy settings or a PAC script, and from Chromium's judgement of certificates.
 *
 * [Note: The first answer] Just after start-up Chromium may not have read its proxy settings yet, and then says DIRECT
 * for whatever it is asked (Electron 33, about one start in ten on a busy machine). Asked to read them anew, it answers
 * when it has.
 *
 * @param fetch by the same session.
 */
export function createSystemNetwork(
  session: ChromiumSession,
  fetch: typeof globalThis.fetch,
): Handlers<Omit<NetworkCalls, 'network.credentials'>> {
  let settingsRead: Promise<void> | null = null;
  const issuersOf = watchVerdicts(session);
  return {
    'network.routes': async (url) => {
      settingsRead ??= session.forceReloadProxyConfig();
      await settingsRead;
      return session.resolveProxy(url);
    },
    'network.trust': async (url) => {
      await knock(fetch, url);
      return issuersOf(new URL(url).hostname);
    },
  };
}

/**
 * Goes as far as the server's door. What it answers is of no matter, nor whether: Chromium has seen the proxy and the
 * certificate by then.
 */
export async function knock(fetch: typeof globalThis.fetch, url: string): Promise<void> {
  await withDeadline([], { ms: knockMs }, (signal) =>
    fetch(url, { method: 'HEAD', redirect: 'manual', signal }),
  ).catch(() => undefined);
}

/**
 * Notes the issuers of every chain that Chromium finds good, as it builds them: with the root, which no server sends.
 * Its verdict stays as it is.
 */
function watchVerdicts(session: ChromiumSession): (hostname: string) => string[] {
  const accepted = new Map<string, Set<string>>();
  session.setCertificateVerifyProc(({ hostname, errorCode, validatedCertificate }, callback) => {
    if (errorCode === 0) {
      const pems = accepted.get(hostname) ?? new Set();
      accepted.delete(hostname);
      accepted.set(hostname, pems);
      for (const pem of issuerPems(validatedCertificate)) pems.add(pem);
      while (pems.size > maxIssuers) pems.delete([...pems][0] ?? '');
      const [oldest] = accepted.keys();
      if (accepted.size > maxHosts && oldest !== undefined) accepted.delete(oldest);
    } else {
      accepted.delete(hostname);
    }
    // -3: as Chromium says.
    callback(-3);
  });
  return (hostname) => [...(accepted.get(hostname.replace(/^\[(.*)\]$/, '$1')) ?? [])];
}

function issuerPems(leaf: Certificate): string[] {
  const pems: string[] = [];
  for (
    let at: Certificate | undefined = leaf.issuerCert;
    at !== undefined && pems.length < 10;
    at = at.issuerCert
  )
    if (!pems.includes(at.data)) pems.push(at.data);
  // One that the person trusts by itself has no issuer.
  return pems.length > 0 ? pems : [leaf.data];
}
