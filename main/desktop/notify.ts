/** One notification for a whole run, and none for somebody who looks at the window anyway. */
import { Notification } from 'electron';
import type { Filter, RunReport } from '../../preload/contract/model.ts';
import type { Translator } from '../../preload/language/translator.ts';
import { runWords } from './run-words.ts';

/** Those that are still on the screen: one that is collected could not be clicked. */
const shown = new Set<Notification>();

/** @param onClick with the filter that shows what it is about. */
export function notifyOfRun(run: RunReport, words: Translator, onClick: (filter: Filter) => void): void {
  if (!Notification.isSupported()) return;
  const { title, body, filter } = runWords(run, words);
  const notification = new Notification({ title, body, silent: true });
  const forget = (): void => {
    shown.delete(notification);
  };
  notification.on('click', () => {
    forget();
    onClick(filter);
  });
  notification.on('close', forget);
  notification.on('failed', forget);
  shown.add(notification);
  notification.show();
}
