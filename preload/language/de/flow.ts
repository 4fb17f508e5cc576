/** German: photos on their way in, and bytes on their way out. */
import type * as english from '../en/flow.ts';
import type { Messages } from '../messages.ts';

export const traffic: Messages<typeof english.traffic> = {
  label: 'Tempo der letzten {seconds, number} Sekunden: jetzt {now}, höchstens {most}',
};
