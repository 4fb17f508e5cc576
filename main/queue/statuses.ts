import type { Filter, View } from '../../preload/contract/model.ts';
import type { RowCore } from './transition.ts';

export type Status = RowCore['status'];

/** A filter is one status, so that one index serves each. */
export const statusOf = {
  waiting: 'waiting',
  active: 'active',
  done: 'done',
  attention: 'blocked',
} as const satisfies Record<Exclude<Filter, 'all' | 'history'>, Status>;

/** Where rows are found by walking: those of one status, all of the queue (null), or those that have left it. */
export type Source = Status | 'history' | null;

/** By state: what needs somebody first, what needs nobody any more last. */
const byState: readonly Status[] = ['blocked', 'active', 'waiting', 'done'];

/** What to walk for a view, one after the other. */
export function sourcesOf({ filter, sort }: View): readonly Source[] {
  if (filter === 'history') return ['history'];
  if (filter !== 'all') return [statusOf[filter]];
  return sort === 'state' ? byState : [null];
}
