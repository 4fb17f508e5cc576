/**
 * Certificate authorities that the operating system knows and Node does not.
 *
 * [Note: Chromium judges, Node verifies] Node brings its own list of authorities; those that an organisation installs
 * are in the system's store, which Chromium reads on every platform. When Node refuses a chain, main has Chromium judge
 * the server, and hands over the issuers of the chain that Chromium found good. They count for that server alone, and
 * Node verifies the connection against them in full: nothing is ever waved through.
 */
import tls from 'node:tls';

export interface Trust {
  /** The context with which to meet a server; undefined where Node's own list will do. */
  contextFor(server: string): tls.SecureContext | undefined;
  /**
   * Asks about a server that Node refused; true when it is worth another try.
   *
   * @param refused the context with which it was met.
   */
  ask(url: string, server: string, refused: tls.SecureContext | undefined): Promise<boolean>;
  /** The network has changed, or the computer was away for long: every judgement is asked for again. */
  forget(): void;
}

/** A refused server is not asked about more often than that: each time costs a request. */
const refusedMs = 30_000;

/**
 * @param judge PEM certificates that vouch for the server; none where the system refuses it too.
 * @param now Unix milliseconds.
 */
export function createTrust(judge: (url: string) => Promise<string[]>, now: () => number): Trust {
  const contexts = new Map<string, tls.SecureContext>();
  const judged = new Map<string, string>();
  const refusedUntil = new Map<string, number>();
  const pending = new Map<string, Promise<boolean>>();

  const askNow = async (url: string, server: string): Promise<boolean> => {
    const found = await judge(url);
    const pems = found.join('\n');
    // The same again is what Node just refused.
    if (found.length === 0 || pems === judged.get(server)) {
      refusedUntil.set(server, now() + refusedMs);
      return false;
    }
    judged.set(server, pems);
    contexts.set(server, tls.createSecureContext({ ca: [...tls.rootCertificates, ...found] }));
    return true;
  };

  return {
    contextFor: (server) => contexts.get(server),
    ask: (url, server, refused) => {
      // Somebody else has asked meanwhile.
      if (contexts.get(server) !== refused) return Promise.resolve(true);
      if (now() < (refusedUntil.get(server) ?? 0)) return Promise.resolve(false);
      const running =
        pending.get(server) ??
        askNow(url, server).finally(() => {
          pending.delete(server);
        });
      pending.set(server, running);
      return running;
    },
    forget: () => {
      for (const known of [contexts, judged, refusedUntil]) known.clear();
    },
  };
}
