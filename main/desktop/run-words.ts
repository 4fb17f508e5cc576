import type { Filter, RunReport } from '../../preload/contract/model.ts';
import type { Translator } from '../../preload/language/translator.ts';

export interface RunWords {
  title: string;
  /** `1,190 uploaded, 8 were there already, 6 need attention`: only what there was. */
  body: string;
  /** What somebody wants to see who clicks it. */
  filter: Filter;
}

/** What a run came to, for a notification. */
export function runWords(
  { stored, duplicates, attention, waiting }: RunReport,
  { say, joinList }: Translator,
): RunWords {
  const parts = [
    stored > 0 || attention + duplicates === 0 ? say('notification.stored', { count: stored }) : '',
    duplicates > 0 ? say('notification.duplicates', { count: duplicates }) : '',
    attention > 0 ? say('notification.needAttention', { count: attention }) : '',
    waiting > 0 ? say('notification.waiting', { count: waiting }) : '',
  ].filter((part) => part !== '');
  return {
    title: say(attention > 0 ? 'notification.attention' : 'notification.finished'),
    body: joinList(parts),
    filter: attention > 0 ? 'attention' : 'done',
  };
}
