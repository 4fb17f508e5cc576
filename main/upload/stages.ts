/** How much each stage of the pipeline works on at once, and how much may stand before it. */
import type { Step } from '../../preload/contract/model.ts';
import type { StageOptions } from './pipeline.ts';

const lookupBatch = 500;
const confirmBatch = 100;
const confirmsAtOnce = 3;
/**
 * A batch may gather that long: it saves requests and is not noticed. While enough is there to be sent nobody waits
 * for it at all; a request and a durable write for each photo would cost as much as its hash.
 */
const gathersMs = { waitedFor: 50, unhurried: 250 };
/** What may be handed on to be sent, beside what is under way: so many rows, and bytes or seconds of them. */
const sendAhead = { rows: 300, bytes: 8 * 1024 * 1024, seconds: 2 };

export interface StagesDeps {
  /** Files hashed at a time. */
  inspections: number;
  /** Requests with bytes at a time. */
  transfers: () => number;
  /** Bytes per second. */
  speed: () => number;
  run: Readonly<Record<Step, StageOptions['run']>>;
}

/** The stages of each step: of those that take long, one for photos and one for large files. */
export function stagesOf({
  inspections,
  transfers,
  speed,
  run,
}: StagesDeps): Record<Step, readonly StageOptions[]> {
  const singly = { together: false, lingerMs: () => 0 } as const;
  const inspecting = { ...singly, service: null, run: run.inspecting } as const;
  const sending = { ...singly, service: 'store', run: run.sending } as const;
  const batched = {
    lane: 'small',
    together: true,
    lingerMs: (toSend: number) => (toSend > transfers() ? gathersMs.unhurried : gathersMs.waitedFor),
    service: 'backend',
  } as const;
  return {
    inspecting: [
      // The workers take several at a time, so that none waits for the next message.
      { ...inspecting, lane: 'small', rows: () => 16 * inspections, low: () => 8 * inspections },
      // One large file at a time leaves a worker to the photos.
      { ...inspecting, lane: 'large', rows: () => 1, low: () => 0 },
    ],
    checking: [
      {
        ...batched,
        rows: () => lookupBatch,
        low: () => 0,
        ahead: { rows: lookupBatch, bytes: () => Infinity },
        run: run.checking,
      },
    ],
    sending: [
      {
        ...sending,
        lane: 'small',
        // Some wait at the slots, so that none of those stands empty while the queue is asked.
        rows: () => 3 * transfers(),
        low: () => 2 * transfers(),
        // What shows as being uploaded should be soon.
        ahead: { rows: sendAhead.rows, bytes: () => Math.max(sendAhead.bytes, sendAhead.seconds * speed()) },
      },
      { ...sending, lane: 'large', rows: () => 2, low: () => 1 },
    ],
    confirming: [
      {
        ...batched,
        // The next batches gather while the backend looks at the first.
        rows: () => confirmsAtOnce * confirmBatch,
        low: () => (confirmsAtOnce - 1) * confirmBatch,
        most: confirmBatch,
        ahead: { rows: confirmsAtOnce * confirmBatch, bytes: () => Infinity },
        run: run.confirming,
      },
    ],
  };
}
