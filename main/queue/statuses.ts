import type { Filter, View } from '../../preload/contract/model.ts';
import type { RowCore } from './transition.ts';

export type Status = RowCore['status'];

/** A filter is one status, so that one index serves each. */
export const statusOf = {
  waiting: 'waiting',
  active: 'active',
  done: 'done',
  attention: 'blocked',
} as const satisfies Record<Exclude<Filter, 'all'>, Status>;

/** By state: what needs somebody first, what needs nobody any more last. */
const byState: readonly Status[] = ['blocked', 'active', 'waiting', 'done'];

/** The statuses to walk for a view, one after the other; null = all of them at once. */
export function statusesOf({ filter, sort }: View): readonly (Status | null)[] {
  if (filter !== 'all') return [statusOf[filter]];
  return sort === 'state' ? byState : [null];
}
