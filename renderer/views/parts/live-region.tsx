import type { ReactElement } from 'react';
import { useServices } from '../../state/services.ts';
import { useStore } from '../../state/store.ts';

/** Tells screen readers how the queue is doing, not more often than the announcer allows. */
export function LiveRegion(): ReactElement {
  const { announcer } = useServices();
  return (
    <output className="visually-hidden" data-testid="announcement">
      {useStore(announcer)}
    </output>
  );
}
