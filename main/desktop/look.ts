/** What of the queue's state shows outside the window: in the tray and in the taskbar or dock. */
import type { EngineStatus, Summary } from '../../preload/contract/model.ts';

export type TrayLook = 'idle' | 'busy' | 'paused' | 'attention';

/** Photos go up, or would if nothing were in the way. */
function isUploading(summary: Summary | null): boolean {
  return summary !== null && (summary.running || summary.intake?.running === true);
}

/** Photos go up at this moment. */
export function isBusy(summary: Summary | null): boolean {
  return isUploading(summary) && summary?.paused === null;
}

/** What counts most: that nothing goes on, then that something does, then what is left to a person. */
export function trayLook(summary: Summary | null): TrayLook {
  if (summary?.paused === 'user') return 'paused';
  if (isBusy(summary)) return 'busy';
  if (isUploading(summary)) return 'paused';
  return summary !== null && summary.attention.count > 0 ? 'attention' : 'idle';
}

/** From 0 to 1: by bytes, or by count where all are empty. */
export function doneShare({ all, done }: Summary): number {
  return all.bytes > 0 ? done.bytes / all.bytes : done.count / Math.max(1, all.count);
}

export interface TaskbarProgress {
  /** From 0 to 1; -1 = none. */
  value: number;
  mode: 'normal' | 'paused' | 'error';
}

/** The bar on the app's icon: the same share as in the window. */
export function taskbarProgress(summary: Summary | null, engine: EngineStatus): TaskbarProgress {
  if (engine.kind === 'failed') return { value: 1, mode: 'error' };
  if (summary === null || !isUploading(summary)) return { value: -1, mode: 'normal' };
  // In hundredths: more steps nobody sees.
  return {
    value: Math.floor(doneShare(summary) * 100) / 100,
    mode: summary.paused === null ? 'normal' : 'paused',
  };
}
