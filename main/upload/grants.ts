/** The upload grant in force: renewed before it expires and when the store refuses it, by one request at a time. */
import type { Grant } from './backend-client.ts';

/** A request must be signed well before its grant ends: a part may take minutes. */
const renewBeforeMs = 5 * 60_000;

export interface Grants {
  /** The grant in force; asks the backend when there is none or it ends soon. */
  current(): Promise<Grant>;
  /** The store refused this grant: the next `current()` asks for another one. */
  discard(grant: Grant): void;
  /** After a sleep, or in another network: the next `current()` asks for another one, whatever the clock says. */
  renew(): void;
}

export function createGrants(fetchGrant: () => Promise<Grant>, now: () => number): Grants {
  let grant: Grant | null = null;
  let pending: Promise<Grant> | null = null;
  return {
    current: () => {
      if (grant !== null && grant.credentials.expiration - now() > renewBeforeMs)
        return Promise.resolve(grant);
      pending ??= fetchGrant()
        .then((fresh) => (grant = fresh))
        .finally(() => {
          pending = null;
        });
      return pending;
    },
    discard: (refused) => {
      if (grant === refused) grant = null;
    },
    renew: () => {
      grant = null;
    },
  };
}
