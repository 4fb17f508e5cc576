/**
 * The life of a row: the one function that moves it from state to state.
 *
 * [Note: Steps are what is left to do] A row's `step` names the next piece of work, whether somebody is at it
 * (`active`) or not (`waiting`). A crash therefore needs no repair beyond active → waiting, and every step can be
 * done twice without harm: hashing reads, a lookup asks, a PUT carries If-None-Match, a confirmation is idempotent.
 */
import type { BlockReason, Step, WaitReason } from '../../preload/contract/model.ts';
import { assertNever } from '../lib/assert-never.ts';

export interface RowCore {
  status: 'waiting' | 'active' | 'done' | 'blocked';
  step: Step;
  /** A WaitReason or BlockReason; '' otherwise. */
  reason: WaitReason | BlockReason | '';
  /** Unix milliseconds; 0 = as soon as its turn comes. */
  nextTryAt: number;
  /** Failed tries of the present step. */
  attempts: number;
  /** How often the bytes turned out not to be what they should: not forgotten by progress, only by a person. */
  strikes: number;
}

export type RowEvent =
  /** A worker takes the row. */
  | { type: 'claimed' }
  /** The step is done; the row waits for its next one. */
  | { type: 'advanced'; to: Exclude<Step, 'inspecting'> }
  /** The step is done, and its worker's neighbour goes on with the next one at once. */
  | { type: 'handed'; to: Exclude<Step, 'inspecting'> }
  /** The backend has confirmed the stored object, or already had the photo. */
  | { type: 'stored' }
  /** Try the step again: `penalty` says whether this counts as an attempt. */
  | { type: 'failed'; reason: WaitReason; nextTryAt: number; penalty: boolean }
  /** It waits for another row, or for a volume, and not for a time. Whatever it waits for sets it free. */
  | { type: 'parked'; reason: WaitReason }
  /** What was known of the file no longer holds: start over. `strike` says that somebody's bytes were wrong. */
  | { type: 'restarted'; reason: WaitReason; nextTryAt: number; strike: boolean }
  | { type: 'blocked'; reason: BlockReason }
  /** The worker gives the row back untouched (pause, quit, crash). */
  | { type: 'released'; reason: WaitReason }
  /** A person asks for another try. */
  | { type: 'retried' }
  /** A person wants a photo uploaded although the library has it. */
  | { type: 'insisted' };

export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
  constructor(row: RowCore, event: RowEvent) {
    super(`${event.type} cannot happen to a row that is ${row.status} at ${row.step}`);
  }
}

/** @throws IllegalTransition when the event cannot happen to a row in this state. */
export function transition(row: RowCore, event: RowEvent): RowCore {
  const active = row.status === 'active';
  switch (event.type) {
    case 'claimed':
      if (row.status !== 'waiting') break;
      return { ...row, status: 'active', reason: '', nextTryAt: 0 };
    case 'advanced':
      if (!active) break;
      return { ...row, status: 'waiting', step: event.to, reason: 'ready', nextTryAt: 0, attempts: 0 };
    case 'handed':
      if (!active) break;
      return { ...row, step: event.to, attempts: 0 };
    case 'stored':
      if (!active) break;
      return { ...row, status: 'done', reason: '', nextTryAt: 0 };
    case 'failed':
      if (!active) break;
      return {
        ...row,
        status: 'waiting',
        reason: event.reason,
        nextTryAt: event.nextTryAt,
        attempts: row.attempts + (event.penalty ? 1 : 0),
      };
    case 'parked':
      if (!active) break;
      return { ...row, status: 'waiting', reason: event.reason, nextTryAt: 0 };
    case 'restarted':
      if (!active) break;
      return {
        status: 'waiting',
        step: 'inspecting',
        reason: event.reason,
        nextTryAt: event.nextTryAt,
        attempts: 0,
        strikes: row.strikes + (event.strike ? 1 : 0),
      };
    case 'blocked':
      if (!active) break;
      return { ...row, status: 'blocked', reason: event.reason, nextTryAt: 0 };
    case 'released':
      if (!active) break;
      return { ...row, status: 'waiting', reason: event.reason, nextTryAt: 0 };
    case 'retried':
      if (row.status !== 'waiting' && row.status !== 'blocked') break;
      // A blocked row starts over: whatever blocked it may have changed the file.
      return {
        status: 'waiting',
        step: row.status === 'blocked' ? 'inspecting' : row.step,
        reason: 'ready',
        nextTryAt: 0,
        attempts: 0,
        strikes: 0,
      };
    case 'insisted':
      if (row.status !== 'done') break;
      return {
        status: 'waiting',
        step: 'inspecting',
        reason: 'ready',
        nextTryAt: 0,
        attempts: 0,
        strikes: 0,
      };
    default:
      return assertNever(event);
  }
  throw new IllegalTransition(row, event);
}
