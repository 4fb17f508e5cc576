/** How much the queue of each account still has to do, asked when somebody looks. */
import { useEffect, useState } from 'react';
import type { OwnerTally } from '../../preload/contract/model.ts';
import { useServices } from './services.ts';

/**
 * Everybody's tally; empty until it is known, and where the engine cannot tell. Asked for again with each change of the
 * sign-in or the engine.
 */
export function useOwners(): readonly OwnerTally[] {
  const { client, auth, engine } = useServices();
  const [owners, setOwners] = useState<readonly OwnerTally[]>([]);
  useEffect(() => {
    let gone = false;
    const ask = async (): Promise<void> => {
      const reply = await client.ask('queue.owners');
      if (!gone && reply.ok) setOwners(reply.value);
    };
    void ask();
    const stops = [auth, engine].map((store) => store.subscribe(() => void ask()));
    return () => {
      gone = true;
      for (const stop of stops) stop();
    };
  }, [client, auth, engine]);
  return owners;
}

/** Photos of this account that are not proven to be stored. */
export function unfinishedOf(owners: readonly OwnerTally[], sub: string): number {
  return owners.find((owner) => owner.sub === sub)?.unfinished ?? 0;
}
