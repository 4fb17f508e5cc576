/** A delay line in a process of its own: it shares no event loop with anything that is measured. Driven by messages. */
import { openDelayLine, type DelayLine, type Relay } from './delay-line.ts';

export type DelayOrder =
  | { kind: 'open'; relays: Relay[]; roundTripMs: number }
  | { kind: 'roundTrip'; ms: number }
  | { kind: 'connections' };

let line: DelayLine | undefined;
process.on('message', (order: DelayOrder) => void obey(order));
// However its parent comes to its end.
process.on('disconnect', () => process.exit(0));

/** Answers every order: with the connections so far. */
async function obey(order: DelayOrder): Promise<void> {
  switch (order.kind) {
    case 'open':
      line = await openDelayLine(order.relays, order.roundTripMs);
      break;
    case 'roundTrip':
      line?.setRoundTrip(order.ms);
      break;
    case 'connections':
      break;
  }
  process.send?.(line?.connections() ?? {});
}
